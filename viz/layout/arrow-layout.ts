/** Packets as arrows, with their words. */
import { familyOf, packetTypeOf } from '../index/family.ts';
import type { Flight } from '../index/story.ts';
import { CrowdHeaps } from './crowd-heaps.ts';
import type { Arrow, ArrowEnd, Label } from './display-list.ts';
import { FrameLayout } from './frame-layout.ts';
import type { LabelRoom } from './label-room.ts';
import { spansOf, VARIANTS, type Variant } from './label-spans.ts';
import { CROSS, LabelStands, namedAt, type Side, STANDS, type Stand } from './label-stands.ts';
import { LossNotes } from './loss-notes.ts';
import { type LabelPart, labelParts, type PacketFacts, printable } from './packet-label.ts';
import type { PingRun } from './ping-runs.ts';
import {
  departuresBetween,
  isDimmed,
  isFolded,
  LANE_AIR,
  LANE_AIR_NARROW,
  SCANNED_MAX,
  xOf,
} from './places.ts';
import { PITCH_OF_LABELS, type Scene } from './scene.ts';
import { durationText, momentText } from './time-text.ts';

/** More arrows than this say nothing: they are counted. */
export const LINES_MAX = 6_000;
/** Of so many packets words are first sought a place for that is on no line of others. */
const CLEAR_MAX = 300;
/** Nearer than this words may lie on lines of others, where their halo keeps them readable. */
const ZOOM_OF_CLEAR_WORDS = 0.75;
/** A lost packet is drawn at most this far below its departure, and further where all is further apart: the loss may be learned of much later. */
const LOST_DROP_MAX = 34;
const ZOOM_OF_LOST = 2.5;
/** And at least so much, also when it was lost in the moment it left: a level line would not tell which way it went. */
const LOST_DROP_MIN = 12;
/** What takes so many times as long as the quickest on the same way was held up. */
const LATE_FACTOR = 3;
/** How far a lost packet got, by where it was when it was lost. */
export const LOST_AT = { sender: 0.14, network: 0.55, receiver: 0.9 } as const;

/** Rather than that less is said words hide a part of their own line. */
const ATTEMPTS: readonly (readonly [Variant, Stand])[] = VARIANTS.flatMap((variant) =>
  STANDS.map((stand) => [variant, stand] as const),
);
/** Of words below a line, which are more than its name. */
const MORE: typeof ATTEMPTS = [
  ['full', 'clear'],
  ['full', 'off'],
  ['short', 'clear'],
  ['short', 'off'],
];
/** Between two lanes. */
interface Room {
  left: number;
  right: number;
}
/** A packet of the window. */
interface Drawn {
  /** Its place among the flights. */
  index: number;
  arrow: Arrow;
  flight: Flight;
  facts: PacketFacts;
  run: PingRun | undefined;
  /** Words for which there is no room above the line. */
  more: readonly LabelPart[] | undefined;
}

export class ArrowLayout {
  readonly #scene: Scene;
  readonly #room: LabelRoom;
  readonly #stands: LabelStands;
  readonly losses: LossNotes;
  /** Of the packets that were listed last. */
  boxes: FrameLayout | undefined;

  constructor(scene: Scene, room: LabelRoom) {
    this.#scene = scene;
    this.#room = room;
    this.#stands = new LabelStands(scene, room);
    this.losses = new LossNotes(scene, room);
  }

  /** Undefined when the window holds more than can be told apart. */
  list(first: number, last: number): Arrow[] | undefined {
    if (departuresBetween(this.#scene, first, last) > SCANNED_MAX) return undefined;
    const { found, count } = this.#scene.flightIndex.query(first, last, SCANNED_MAX);
    if (count > SCANNED_MAX) return undefined;
    const heaps = new CrowdHeaps(this.#scene).heap(found, LINES_MAX);
    const drawn = heaps?.map(({ flight: index, packets }) => this.#drawn(index, packets));
    if (drawn === undefined) return undefined;
    this.boxes = new FrameLayout(
      this.#scene,
      this.#room,
      drawn.map(({ arrow }) => arrow),
    );
    const strictly = this.#scene.zoom < ZOOM_OF_CLEAR_WORDS;
    if (strictly || drawn.length <= CLEAR_MAX)
      this.#room.cross(
        drawn.map(({ arrow }) => arrow),
        strictly,
      );
    for (const { arrow } of drawn)
      if (arrow.end === 'lost')
        this.#room.take({ x: arrow.x2 - CROSS, y: arrow.y2 - CROSS, width: 2 * CROSS, height: 2 * CROSS });
    // What went wrong is named first; the rest takes what room there is.
    for (const urgent of [true, false]) {
      for (const each of drawn) {
        const { arrow, flight } = each;
        if ((arrow.accused || arrow.end === 'lost') !== urgent) continue;
        const y = namedAt(arrow);
        if (!urgent && this.#room.isFull(y, 'between')) {
          this.#room.refused++;
          continue;
        }
        const label = this.#arrowLabel(each);
        if (label === undefined) this.#room.refuse(y, 'between');
        // What is named beyond the edge is named in the window there.
        else if (this.#room.holds(label)) arrow.label = label;
        // That it is named is more than why it was lost.
        if (flight.end?.k === 'packet.lost') arrow.note = this.losses.of(arrow, flight.end);
      }
    }
    if (drawn.length <= CLEAR_MAX && !strictly) for (const each of drawn) this.#tellMore(each);
    return drawn.map(({ arrow }) => arrow);
  }

  /** One packet with its words, as it is drawn among others; undefined for one that is not drawn. */
  one(index: number): Arrow | undefined {
    const { pingRuns, rows, story } = this.#scene;
    if ((rows.instantOf[story.flights.sent[index]! - 1] ?? -1) < 0) return undefined;
    const drawn = this.#drawn(index, pingRuns?.runs.get(index)?.count ?? 1);
    drawn.arrow.label = this.#arrowLabel(drawn);
    return drawn.arrow;
  }

  #drawn(index: number, packets: number): Drawn {
    const flight = this.#flight(index);
    const facts = this.#scene.readFacts(flight.sent);
    const arrow = this.#arrow(flight, facts);
    arrow.count = packets;
    return { index, arrow, flight, facts, run: this.#scene.pingRuns?.runs.get(index), more: undefined };
  }

  #flight(index: number): Flight {
    const { rows, story } = this.#scene;
    const flight = story.flight(index);
    if (flight.end !== undefined && flight.end.i > rows.instantOf.length) flight.end = undefined;
    return flight;
  }

  #arrow(flight: Flight, facts: PacketFacts): Arrow {
    const { axis, story, zoom } = this.#scene;
    const { sent, end } = flight;
    const x1 = xOf(this.#scene, flight.from);
    const aimX = xOf(this.#scene, flight.to);
    const y1 = axis.y(sent.i - 1);
    let x2 = aimX;
    let y2 = y1;
    let fate: ArrowEnd = 'arrived';
    if (end === undefined) {
      fate = 'under-way';
      x2 = x1 + (aimX - x1) * 0.6;
      y2 = y1 + LOST_DROP_MAX * Math.min(1, zoom) * 0.6;
    } else if (end.k === 'packet.lost') {
      fate = 'lost';
      x2 = x1 + (aimX - x1) * LOST_AT[end.at];
      const seen = axis.y(end.i - 1);
      const most = y1 + LOST_DROP_MAX * Math.min(ZOOM_OF_LOST, zoom);
      y2 = Math.min(Math.max(y1 + LOST_DROP_MIN * Math.min(1, zoom), seen), most);
    } else y2 = Math.max(y1, axis.y(end.i - 1));
    const family = facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault';
    const weight = facts.type === 'publish' ? [1.25, 1.75, 2.5][facts.qos]! : 1.25;
    const accused = story.accused.has(sent.i) || (end !== undefined && story.accused.has(end.i));
    return {
      i: sent.i,
      x1,
      y1,
      x2,
      y2,
      family,
      weight,
      end: fate,
      accused,
      aimX,
      count: 1,
      label: undefined,
      note: undefined,
      dimmed: isDimmed(this.#scene, sent.i - 1) && (end === undefined || isDimmed(this.#scene, end.i - 1)),
    };
  }

  #arrowLabel(each: Drawn): Label | undefined {
    const parts = this.#partsOf(each);
    const more = this.#moreOf(each, parts);
    each.more = more;
    const said = more === undefined ? parts : parts.filter((part) => !more.includes(part));
    return this.#place(each, said, ATTEMPTS, 'above');
  }

  /** What is too much for one line, where a second one would be missed: how long it took, a badge, what is subscribed to. */
  #moreOf({ arrow, facts }: Drawn, parts: readonly LabelPart[]): readonly LabelPart[] | undefined {
    const { pitch } = this.#scene;
    if (arrow.end !== 'arrived' || arrow.count > 1) return undefined;
    const room = Math.min(pitch, Math.abs(arrow.x2 - arrow.x1)) - 2 * this.#air;
    const asked = facts.type === 'subscribe' ? parts.filter(({ yields }) => yields) : [];
    const movable = [
      ...parts.filter(({ short, style }) => style === 'mark' && short !== undefined),
      ...asked,
      ...parts.filter(({ style }) => style === 'badge'),
    ];
    const topics = asked.length > 0 || pitch >= PITCH_OF_LABELS;
    for (const whole of topics ? [true, false] : [false]) {
      for (let count = 0; count <= movable.length; count++) {
        const more = movable.slice(0, count);
        const needed = parts.filter((part) => !more.includes(part) && (whole || part.yields !== true));
        if (
          spansOf(
            needed.map(({ style, text }) => ({ style, text })),
            'full',
            room,
            this.#scene.measure,
          ) !== undefined
        )
          return count === 0 ? undefined : more;
      }
    }
    return undefined;
  }

  /** Puts what has no room above the line below it, or else is content with less. */
  #tellMore(each: Drawn): void {
    const { arrow, more } = each;
    if (more === undefined) return;
    const note = this.#place(each, more, MORE, 'below');
    if (note !== undefined) {
      if (this.#room.holds(note)) arrow.note = note;
      return;
    }
    if (arrow.label === undefined || more.every(({ yields }) => yields === true)) return;
    this.#room.leave(arrow.label);
    const label = this.#place(each, this.#partsOf(each), ATTEMPTS, 'above');
    if (label === undefined) this.#room.take(arrow.label);
    else arrow.label = label;
  }

  #place(each: Drawn, parts: readonly LabelPart[], attempts: typeof ATTEMPTS, side: Side): Label | undefined {
    const { arrow } = each;
    const whole = this.#stretches(each);
    const reach = this.boxes?.reachOf(arrow) ?? 0;
    const yielding = beyondBoxes(arrow, whole, reach);
    const air = this.#air;
    const narrow = this.#scene.pitch < PITCH_OF_LABELS;
    for (const [variant, stand] of attempts) {
      // Where there is little room words keep to their lane, and leave the rest to what is held.
      if (narrow && stand === 'clear') continue;
      const off = stand === 'clear' || stand === 'off';
      for (const stretch of off ? [...yielding, ...whole] : yielding) {
        const room = stretch.right - stretch.left - 2 * air;
        const spans = spansOf(parts, variant, room, this.#scene.measure);
        if (spans === undefined) continue;
        const label = this.#stands.find(
          arrow,
          spans,
          stretch.left + air,
          stretch.right - air,
          stand,
          side,
          reach,
        );
        if (label === undefined) continue;
        if (this.#room.holds(label)) this.#room.take(label);
        return label;
      }
    }
    return undefined;
  }

  /** Between a lane and words. */
  get #air(): number {
    return this.#scene.pitch < PITCH_OF_LABELS ? LANE_AIR_NARROW : LANE_AIR;
  }

  #partsOf({ arrow, facts, flight, index, run }: Drawn): LabelPart[] {
    const parts = labelParts(facts);
    if (arrow.count > 1) parts.push({ text: `× ${arrow.count}`, style: 'mark' });
    const late = this.#lateness(index, flight);
    if (late !== undefined) parts.push(late);
    if (run !== undefined) {
      const until = momentText(this.#scene.story.events.time[run.last - 1]!);
      parts.push({ text: `until ${until}`, style: 'mark', yields: true });
    }
    if (arrow.count === 1) {
      for (const node of [flight.from, flight.to]) {
        if (isFolded(this.#scene, node)) parts.unshift({ text: printable(node), style: 'mark' });
      }
    }
    return parts;
  }

  /** What was held up, and crosses a time that is cut out of the picture, falls hardly more than what was quick: words tell it. */
  #lateness(index: number, { end, sent }: Flight): LabelPart | undefined {
    if (end?.k !== 'packet.received') return undefined;
    const { axis, quickest, rows } = this.#scene;
    const cuts = axis.breaks(rows.instantOf[sent.i - 1]!, rows.instantOf[end.i - 1]! - 1);
    if (cuts.length === 0 || end.t - sent.t < LATE_FACTOR * quickest().of(index)) return undefined;
    const took = durationText(end.t - sent.t);
    return { text: `${took} under way`, style: 'mark', short: took };
  }

  /** The stretches between two lanes that an arrow crosses, that of the client first: near a broker everything meets. */
  #stretches({ arrow, flight }: Drawn): Room[] {
    const { laneX, pitch, roster } = this.#scene;
    const from = roster.laneOf.get(flight.from)!;
    const to = roster.laneOf.get(flight.to)!;
    if (from === to) return [{ left: arrow.x1, right: arrow.x1 + pitch }];
    const whole = { left: Math.min(arrow.x1, arrow.aimX), right: Math.max(arrow.x1, arrow.aimX) };
    // A lost one is named where it left.
    if (arrow.end === 'lost') return [whole];
    if (pitch < PITCH_OF_LABELS) return [whole];
    const stretches: Room[] = [];
    const step = to.index > from.index ? 1 : -1;
    for (let lane = from.index; lane !== to.index; lane += step) {
      const here = laneX[lane]!;
      const next = laneX[lane + step]!;
      stretches.push({ left: Math.min(here, next), right: Math.max(here, next) });
    }
    if (from.side === 'middle') stretches.reverse();
    return stretches;
  }
}

/** Words on a line stand beyond the frames that a packet left in, which reach so far. */
function beyondBoxes(arrow: Arrow, stretches: readonly Room[], far: number): readonly Room[] {
  const reach = Math.max(0, far - LANE_AIR_NARROW);
  return stretches.map(({ left, right }) => ({
    left: left === arrow.x1 ? left + reach : left,
    right: right === arrow.x1 ? right - reach : right,
  }));
}
