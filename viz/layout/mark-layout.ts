/** What happens at one lane, as small marks with a few words. */
import type { TraceEvent } from '../../src/trace/event.ts';
import { KIND_CODES, KINDS } from '../index/event-columns.ts';
import { UNDRAWN } from '../index/group.ts';
import type { Arrow, Glyph, Label, Mark } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { STRIKE_AIR } from './loss-notes.ts';
import { briefMarkText, markText } from './mark-text.ts';
import { strikesDrawn } from './periods.ts';
import { isDimmed, LABEL_HEIGHT, LANE_AIR, LETTERS_MIN, placeOfFault, plainLabel } from './places.ts';
import type { Lane } from './roster.ts';
import type { Scene } from './scene.ts';
import { strikeBehind, strikeText } from './strike.ts';
import { fitText } from './text-measure.ts';
import { durationText } from './time-text.ts';

/** By the number of a kind: what is drawn of most events of it follows from the kind; undefined for those that have no mark. */
const GLYPHS = KINDS.map((kind): Glyph | undefined => glyphOf({ k: kind }));
const ENDED = KIND_CODES['conn.ended'];
const BEGAN = KIND_CODES['fault.began'];
const MARKS_MAX = 800;
const FAULT_TEXT_MAX = 240;
/** Of the disc around the sign of a fault that is marked. */
const SIGN_SIZE = 18;
/** So far below its mark a text may stand. */
const LOWER = 10;
/** Words keep so far from the edges of the diagram. */
const EDGE = 3;

export class MarkLayout {
  readonly #scene: Scene;
  readonly #room: LabelRoom;

  /** By the ordinal of a fault: a packet that it took away. */
  readonly #struck: ReadonlyMap<number, Arrow>;

  constructor(scene: Scene, room: LabelRoom, struck: ReadonlyMap<number, Arrow>) {
    this.#scene = scene;
    this.#room = room;
    this.#struck = struck;
  }

  list(first: number, last: number): Mark[] {
    const { roster, rows, story } = this.#scene;
    const from = rows.firstOf[first] ?? 0;
    const end = rows.firstOf[last + 1] ?? rows.instantOf.length;
    const { group, kind, names, node } = story.events;
    const places = new Map<string, { position: number; glyph: Glyph; count: number }>();
    for (let position = from; position < end; position++) {
      const what = kind[position]!;
      let glyph = GLYPHS[what];
      if (glyph === undefined || group[position] === UNDRAWN) continue;
      if (rows.instantOf[position]! < 0) continue;
      let detail = '';
      if (what === ENDED || what === BEGAN) {
        const event = story.event(position + 1)!;
        glyph = glyphOf(event)!;
        if (event.k === 'fault.began') {
          if (!strikesDrawn(event.target, story, roster)) continue;
          detail = event.fault;
        }
      }
      // Marks of a crowd that lie on each other are one mark with a number.
      const lane = roster.laneOf.get(names[node[position]!]!)?.index ?? -1;
      const place = `${lane} ${rows.instantOf[position]} ${rows.rowOf[position]} ${glyph} ${detail}`;
      const same = places.get(place);
      if (same !== undefined) same.count++;
      else if (places.size < MARKS_MAX) places.set(place, { position, glyph, count: 1 });
    }
    return [...places.values()].map(({ position, glyph, count }) =>
      this.#mark(story.event(position + 1)!, position, glyph, count),
    );
  }

  #mark(event: TraceEvent, position: number, glyph: Glyph, count: number): Mark {
    const { axis, laneX, roster, story } = this.#scene;
    const y = axis.y(position);
    const dimmed = isDimmed(this.#scene, position);
    if (event.k === 'fault.began') {
      const place = placeOfFault(this.#scene, event.target);
      const middle = (place.x1 + place.x2) / 2;
      const ended = story.faults.find((each) => each.began.i === event.i)?.ended;
      // A fault that lasts is named by its band; its sign stands below words of packets.
      if (ended !== undefined) {
        const sign = { x: place.x1 + 5, y: y + 2, width: SIGN_SIZE, height: SIGN_SIZE };
        while (!this.#room.isFree(sign, true)) sign.y++;
        this.#room.take(sign);
        return { i: event.i, x: sign.x + 9, y: sign.y + 9, glyph, label: undefined, dimmed };
      }
      const text = strikeText(event);
      const taken = this.#struck.get(event.i);
      // Beside the cross of what it took away, whose reason it is.
      if (taken?.note !== undefined) {
        const onward = taken.aimX >= taken.x1 ? STRIKE_AIR : -STRIKE_AIR;
        return { i: event.i, x: taken.x2 + onward, y: taken.y2, glyph, label: undefined, dimmed };
      }
      const narrow = this.#scene.pitch / 2 - LANE_AIR;
      const label =
        this.#beside(middle, y, text, 'right', FAULT_TEXT_MAX) ??
        this.#beside(middle, y, text, 'right', narrow) ??
        this.#beside(middle, y, text, 'left', narrow);
      return { i: event.i, x: middle, y, glyph, label, dimmed };
    }
    const lane = roster.laneOf.get(event.n);
    const x = laneX[lane?.index ?? 0]!;
    const words = this.#markText(event);
    const text = count > 1 ? `${words || glyph} × ${count}` : words;
    const brief = count > 1 ? undefined : (briefMarkText(event) ?? markText(event));
    const label = text === '' || lane === undefined ? undefined : this.#markLabel(lane, x, y, text, brief);
    return { i: event.i, x, y, glyph, label, dimmed };
  }

  #markText(event: TraceEvent): string {
    if (event.k === 'node.crashed' || event.k === 'node.power-cut' || event.k === 'node.paused') {
      const ended = this.#scene.story.absences.find((each) => each.began.i === event.i)?.ended;
      return ended === undefined
        ? markText(event)
        : `${markText(event)} for ${durationText(ended.t - event.t)}`;
    }
    if (event.k !== 'conn.ended') return markText(event);
    // The fault says it where it strikes, and of a crash the machine does.
    return isCleanEnd(event.end) || event.end === 'crashed' || strikeBehind(this.#scene.story, event) > 0
      ? ''
      : markText(event);
  }

  #markLabel(lane: Lane, x: number, y: number, text: string, brief: string | undefined): Label | undefined {
    const { margin, pitch, roster } = this.#scene;
    if (this.#room.isFull(y, 'beside')) {
      this.#room.refused++;
      return undefined;
    }
    const outermost = lane.index === 0 || lane.index === roster.lanes.length - 1;
    const sides = lane.side === 'left' ? (['left', 'right'] as const) : (['right', 'left'] as const);
    // First where all of it has room and is on no line, then shortened.
    const tries = [
      { words: text, whole: true, clear: true },
      ...(brief === undefined || brief === text ? [] : [{ words: brief, whole: true, clear: true }]),
      // An arrow that ends at the mark comes from above.
      { words: text, whole: true, clear: true, lower: LOWER },
      { words: text, whole: true, clear: false },
      { words: brief ?? text, whole: false, clear: false },
    ];
    for (const { clear, lower = 0, whole, words } of tries) {
      for (const side of sides) {
        const outside = outermost && (lane.index === 0) === (side === 'left');
        const room = outside ? margin - EDGE : pitch - 2 * LANE_AIR;
        if (whole && this.#scene.measure(words, 'mark') > room - LANE_AIR) continue;
        const label = this.#beside(x, y + lower, words, side, room, clear);
        if (label !== undefined) return label;
      }
    }
    this.#room.refuse(y, 'beside');
    return undefined;
  }

  /** A label to one side of a point, if there is room for it; `clear` it is on no line. */
  #beside(
    x: number,
    y: number,
    text: string,
    side: 'left' | 'right',
    roomMax: number,
    clear = false,
  ): Label | undefined {
    const { measure } = this.#scene;
    const fitted = fitText(text, 'mark', roomMax - LANE_AIR, measure);
    if ([...fitted].length < Math.min(LETTERS_MIN, [...text].length)) return undefined;
    const width = measure(fitted, 'mark');
    const label = plainLabel(
      side === 'right' ? x + LANE_AIR : x - LANE_AIR - width,
      y - LABEL_HEIGHT / 2,
      width,
      fitted,
    );
    if ((clear && !this.#room.isClear(label)) || !this.#room.isFree(label)) return undefined;
    this.#room.take(label);
    return label;
  }
}

function isCleanEnd(end: string): boolean {
  return end === 'closed' || end === 'finished';
}

/** Of a kind alone that of the worse end. */
function glyphOf(event: Pick<TraceEvent, 'k'> & { end?: string }): Glyph | undefined {
  switch (event.k) {
    case 'app.call':
      return 'call';
    case 'app.delivered':
      return 'delivered';
    case 'app.settled':
      return 'failed';
    case 'conn.ended':
      return event.end !== undefined && isCleanEnd(event.end) ? 'closed' : 'ended';
    case 'fault.began':
      return 'fault';
    case 'node.crashed':
    case 'node.power-cut':
    case 'node.paused':
      return 'down';
    case 'node.started':
    case 'node.resumed':
      return 'up';
    default:
      return undefined;
  }
}
