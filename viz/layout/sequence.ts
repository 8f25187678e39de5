/**
 * The sequence diagram: from a scene and a window of it to a display list. Cost follows what is in the window.
 */
import type { TraceEvent } from '../../src/trace/event.ts';
import { BANNER_MARGIN, type Banner } from './banners.ts';
import type {
  Arrow,
  ArrowEnd,
  AxisGap,
  Band,
  DisplayList,
  Glyph,
  Label,
  Mark,
  Sign,
  Span,
  Tick,
} from './display-list.ts';
import { familyOf, packetTypeOf } from './family.ts';
import { LabelRoom } from './label-room.ts';
import { type LabelPart, labelParts, type PacketFacts, printable, readFacts } from './packet-label.ts';
import type { Lane } from './roster.ts';
import { isDrawn } from './rows.ts';
import { bannerWidth, type Period, PITCH_OF_LABELS, type Scene } from './scene.ts';
import { faultText, markText } from './sentence.ts';
import type { Flight } from './story.ts';
import { fitText, type TextStyle } from './text-measure.ts';
import { durationText, momentText } from './time-text.ts';

/** More arrows than this say nothing; the list tells how many packets there are. */
export const ARROWS_MAX = 600;
/** Crowds are counted up to here. */
const FLIGHTS_SCANNED_MAX = 20_000;
const MARKS_MAX = 800;
const PERIODS_MAX = 400;

const LABEL_HEIGHT = 15;
/** Between the line of an arrow and its label. */
const LABEL_LIFT = 1.5;
/** At most so much more, to keep a label from lying on a steep line. */
const LABEL_CLEAR_MAX = 9;
/** A shortened text of fewer letters says nothing. */
const LETTERS_MIN = 8;
const SPAN_AIR = 5;
const BADGE_PADDING = 3;
const LANE_AIR = 11;
const TICK_AIR = 16;
/** A lost packet is drawn at most this far below its departure: the loss may be learned of much later. */
const LOST_DROP_MAX = 34;
const CONNECTION_HALF_WIDTH = 3;
const ABSENCE_HALF_WIDTH = 13;
const FAULT_TEXT_MAX = 240;
const REASON_WIDTH_MAX = 180;

/** How far a lost packet got, by where it was when it was lost. */
const LOST_AT = { sender: 0.14, network: 0.55, receiver: 0.9 } as const;

export function layoutSequence(scene: Scene, top: number, bottom: number): DisplayList {
  return new SequenceLayout(scene, top, bottom).list();
}

class SequenceLayout {
  readonly #scene: Scene;
  readonly #top: number;
  readonly #bottom: number;
  readonly #room = new LabelRoom();
  #elided = 0;

  constructor(scene: Scene, top: number, bottom: number) {
    this.#scene = scene;
    this.#top = top;
    this.#bottom = bottom;
  }

  list(): DisplayList {
    const { axis, rows, laneX, roster } = this.#scene;
    const empty = rows.times.length === 0;
    const first = empty ? 0 : axis.instantAt(this.#top);
    const last = empty ? -1 : axis.instantAt(this.#bottom);
    const signs = this.#signs(first, last);
    const gaps = this.#gaps(first, last);
    const { arrows, packetsInWindow, packetsShown } = this.#arrows(first, last);
    const marks = this.#marks(first, last);
    const bands = this.#bands(first, last);
    return {
      top: this.#top,
      bottom: this.#bottom,
      lanes: roster.lanes.map((lane) => ({ index: lane.index, x: laneX[lane.index]! })),
      bands,
      gaps,
      ticks: this.#ticks(first, last),
      arrows,
      marks,
      signs,
      packetsInWindow,
      packetsShown,
      labelsElided: this.#elided,
    };
  }

  #signs(first: number, last: number): Sign[] {
    const { axis, banners, viewWidth, width } = this.#scene;
    const signWidth = bannerWidth(viewWidth);
    const x = Math.round((Math.min(viewWidth, width) - signWidth) / 2);
    const signs: Sign[] = [];
    const put = (banner: Banner, y: number): void => {
      const sign: Sign = {
        i: banner.event.i,
        tone: banner.tone,
        x,
        y: y + BANNER_MARGIN,
        width: signWidth,
        height: banner.height - 2 * BANNER_MARGIN,
        lines: banner.lines,
      };
      this.#room.take(sign);
      signs.push(sign);
    };
    for (let instant = first; instant <= last; instant++) {
      const here = banners.get(instant);
      if (here === undefined) continue;
      let y = axis.topOf(instant) - BANNER_MARGIN;
      for (const banner of here.before) {
        put(banner, y);
        y += banner.height;
      }
      y = axis.lastRowOf(instant) + BANNER_MARGIN;
      for (const banner of here.after) {
        put(banner, y);
        y += banner.height;
      }
    }
    return signs;
  }

  #gaps(first: number, last: number): AxisGap[] {
    const { axis, flightIndex } = this.#scene;
    return axis.breaks(Math.max(0, first - 1), last).map(({ top, bottom, length, instant }) => ({
      y1: top,
      y2: bottom,
      text: durationText(length),
      silent: flightIndex.query(instant + 0.5, instant + 0.5, 0).count === 0,
    }));
  }

  #ticks(first: number, last: number): Tick[] {
    const { axis, rows } = this.#scene;
    const ticks: Tick[] = [];
    let free = Number.NEGATIVE_INFINITY;
    let said = '';
    for (let instant = first; instant <= last; instant++) {
      const y = axis.firstRowOf(instant);
      const text = momentText(rows.times[instant]!);
      if (y < free || text === said) continue;
      ticks.push({ y, text });
      free = y + TICK_AIR;
      said = text;
    }
    return ticks;
  }

  #arrows(
    first: number,
    last: number,
  ): {
    arrows: Arrow[];
    packetsInWindow: number;
    packetsShown: number;
  } {
    const { flightIndex, story } = this.#scene;
    const { found, count } = flightIndex.query(first, last, FLIGHTS_SCANNED_MAX);
    const drawn: { arrow: Arrow; flight: Flight; facts: PacketFacts }[] = [];
    const places = new Map<string, Arrow>();
    let shown = 0;
    for (const each of found) {
      const flight = story.flights[each]!;
      const place = this.#placeOfCrowd(flight);
      const same = place === undefined ? undefined : places.get(place);
      if (same !== undefined) {
        same.count++;
        shown++;
        continue;
      }
      if (drawn.length === ARROWS_MAX) continue;
      const facts = readFacts(flight.sent);
      const arrow = this.#arrow(flight, facts);
      if (place !== undefined) places.set(place, arrow);
      drawn.push({ arrow, flight, facts });
      shown++;
    }
    // What went wrong is named first; the rest takes what room there is.
    for (const urgent of [true, false]) {
      for (const { arrow, flight, facts } of drawn) {
        if ((arrow.accused || arrow.end === 'lost') !== urgent) continue;
        if (flight.end?.k === 'packet.lost') arrow.reason = this.#reason(arrow, flight.end.reason);
        arrow.label = this.#arrowLabel(arrow, flight, facts);
        if (arrow.label === undefined) this.#elided++;
      }
    }
    return { arrows: drawn.map((each) => each.arrow), packetsInWindow: count, packetsShown: shown };
  }

  /** What lies exactly on each other between folded lanes is one arrow with a number. */
  #placeOfCrowd({ from, to, sent, end }: Flight): string | undefined {
    const { axis } = this.#scene;
    if (!this.#isFolded(from) && !this.#isFolded(to)) return undefined;
    const y2 = end === undefined ? '' : axis.y(end.i - 1);
    return `${this.#xOf(from)} ${this.#xOf(to)} ${axis.y(sent.i - 1)} ${y2} ${end?.k} ${packetTypeOf(sent.bytes)}`;
  }

  #isFolded(node: string): boolean {
    return (this.#scene.roster.laneOf.get(node)?.nodes.length ?? 0) > 1;
  }

  #arrow(flight: Flight, facts: PacketFacts): Arrow {
    const { axis, story, zoom } = this.#scene;
    const { sent, end } = flight;
    const x1 = this.#xOf(flight.from);
    const aimX = this.#xOf(flight.to);
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
      y2 = Math.min(Math.max(y1, axis.y(end.i - 1)), y1 + LOST_DROP_MAX * Math.min(1, zoom));
    } else y2 = Math.max(y1, axis.y(end.i - 1));
    const family = facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault';
    const weight = facts.packet?.type === 'publish' ? [1.25, 1.75, 2.5][facts.qos]! : 1.25;
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
      reason: undefined,
    };
  }

  #xOf(node: string): number {
    const { laneX, roster } = this.#scene;
    return laneX[roster.laneOf.get(node)?.index ?? 0]!;
  }

  #arrowLabel(arrow: Arrow, flight: Flight, facts: PacketFacts): Label | undefined {
    const parts = labelParts(facts);
    if (arrow.count > 1) parts.push({ text: `× ${arrow.count}`, style: 'mark' });
    else {
      for (const node of [flight.from, flight.to]) {
        if (this.#isFolded(node)) parts.unshift({ text: printable(node), style: 'mark' });
      }
    }
    const stretches = this.#stretches(arrow, flight);
    for (const variant of ['full', 'plain', 'short'] as const) {
      for (const stretch of stretches) {
        const room = stretch.right - stretch.left - 2 * LANE_AIR;
        const spans = this.#spans(parts, variant, room);
        if (spans === undefined) continue;
        const label = this.#along(arrow, spans, stretch.left + LANE_AIR, stretch.right - LANE_AIR);
        if (label !== undefined) {
          this.#room.take(label);
          return label;
        }
      }
    }
    return undefined;
  }

  /** Beyond the cross, where the line has ended; else below it, else before it. */
  #reason(arrow: Arrow, reason: string): Label | undefined {
    const { measure } = this.#scene;
    const text = fitText(printable(reason), 'mark', REASON_WIDTH_MAX, measure);
    const width = measure(text, 'mark');
    const onward = arrow.aimX >= arrow.x1;
    const right = arrow.x2 + LANE_AIR;
    const left = arrow.x2 - LANE_AIR - width;
    const beside = arrow.y2 - LABEL_HEIGHT / 2;
    const near = Math.abs(arrow.x2 - arrow.x1) > 0.7 * Math.abs(arrow.aimX - arrow.x1);
    const places = [
      // Near its goal there is a lane in the way.
      ...(near ? ([[onward ? left : right, arrow.y2 + 4]] as const) : []),
      [onward ? right : left, beside],
      [arrow.x2 - width / 2, arrow.y2 + 6],
      [onward ? left : right, beside],
      [onward ? right : left, arrow.y2 + 6],
    ] as const;
    for (const [x, y] of places) {
      const label: Label = {
        x: Math.round(x),
        y: Math.round(y),
        width,
        height: LABEL_HEIGHT,
        spans: [{ text, style: 'mark', dx: 0, width }],
      };
      if (!this.#room.isFree(label)) continue;
      this.#room.take(label);
      return label;
    }
    this.#elided++;
    return undefined;
  }

  /** The stretches between two lanes that an arrow crosses, that of the client first: near a broker everything meets. */
  #stretches(arrow: Arrow, flight: Flight): { left: number; right: number }[] {
    const { laneX, pitch, roster } = this.#scene;
    const from = roster.laneOf.get(flight.from)!;
    const to = roster.laneOf.get(flight.to)!;
    if (from === to) return [{ left: arrow.x1, right: arrow.x1 + pitch }];
    const whole = { left: Math.min(arrow.x1, arrow.aimX), right: Math.max(arrow.x1, arrow.aimX) };
    // A lost one is named where it left.
    if (arrow.end === 'lost') return [whole];
    if (pitch < PITCH_OF_LABELS) return [whole];
    const stretches: { left: number; right: number }[] = [];
    const step = to.index > from.index ? 1 : -1;
    for (let lane = from.index; lane !== to.index; lane += step) {
      const here = laneX[lane]!;
      const next = laneX[lane + step]!;
      stretches.push({ left: Math.min(here, next), right: Math.max(here, next) });
    }
    if (from.side === 'middle') stretches.reverse();
    return stretches;
  }

  /** A free place on the line between `left` and `right`: its middle first, then either way. */
  #along(arrow: Arrow, spans: readonly Span[], left: number, right: number): Label | undefined {
    const last = spans[spans.length - 1]!;
    const width = last.dx + last.width;
    const slack = right - left - width;
    const lost = arrow.end === 'lost';
    const slope = arrow.x2 === arrow.x1 ? 0 : (arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1);
    // First clear of the line, then on it, where its halo keeps it readable.
    const clear = lost ? 0 : Math.min(LABEL_CLEAR_MAX, (Math.abs(slope) * width) / 2);
    const shares = lost ? [arrow.x2 > arrow.x1 ? 0 : 1] : this.#shares(arrow);
    for (const lift of clear > 1 ? [clear, 0] : [0]) {
      for (const share of shares) {
        const x = left + slack * share;
        const lineY = lost ? arrow.y1 : arrow.y1 + slope * (x + width / 2 - arrow.x1);
        const y = Math.round(lineY - lift - LABEL_LIFT - LABEL_HEIGHT);
        const label: Label = { x: Math.round(x), y, width, height: LABEL_HEIGHT, spans };
        if (this.#room.isFree(label)) return label;
      }
    }
    return undefined;
  }

  /** Where on its stretch a label is tried: in the middle, or at the client's end of a line that crosses many lanes. */
  #shares(arrow: Arrow): readonly number[] {
    const { laneX, pitch, roster } = this.#scene;
    if (pitch >= PITCH_OF_LABELS) return [0.5, 0.25, 0.75, 0, 1];
    const fromBroker = roster.lanes.some((lane) => lane.side === 'middle' && laneX[lane.index] === arrow.x1);
    const clientLeft = arrow.x1 < arrow.aimX !== fromBroker;
    return clientLeft ? [0, 0.25, 0.5, 0.75, 1] : [1, 0.75, 0.5, 0.25, 0];
  }

  /** Parts as spans of at most `room` pixels; undefined if even what must be said does not fit. */
  #spans(parts: readonly LabelPart[], variant: 'full' | 'plain' | 'short', room: number): Span[] | undefined {
    const { measure } = this.#scene;
    const textOf = (part: LabelPart): string => (variant === 'short' ? (part.short ?? part.text) : part.text);
    let needed = -SPAN_AIR;
    for (const part of parts) {
      if (part.yields !== true) needed += this.#spanWidth(textOf(part), part.style) + SPAN_AIR;
    }
    if (needed > room) return undefined;
    const spans: Span[] = [];
    let left = room - needed;
    let dx = 0;
    for (const part of parts) {
      let text = textOf(part);
      if (part.yields === true) {
        if (variant !== 'full') continue;
        const most = left - SPAN_AIR;
        text = fitText(text, part.style, most, measure);
        if ([...text].length < Math.min(LETTERS_MIN, [...part.text].length)) continue;
        left -= this.#spanWidth(text, part.style) + SPAN_AIR;
      }
      const width = this.#spanWidth(text, part.style);
      spans.push({ text, style: part.style, dx, width });
      dx += width + SPAN_AIR;
    }
    return spans;
  }

  #spanWidth(text: string, style: TextStyle): number {
    return this.#scene.measure(text, style) + (style === 'badge' ? 2 * BADGE_PADDING : 0);
  }

  #marks(first: number, last: number): Mark[] {
    const { axis, roster, rows, story } = this.#scene;
    const { events } = story;
    const from = rows.firstOf[first] ?? 0;
    const end = last + 1 < rows.firstOf.length ? rows.firstOf[last + 1]! : events.length;
    const places = new Map<string, { event: TraceEvent; position: number; glyph: Glyph; count: number }>();
    for (let position = from; position < end; position++) {
      const event = events[position]!;
      const glyph = isDrawn(event) ? glyphOf(event) : undefined;
      if (glyph === undefined) continue;
      // Marks of a crowd that lie on each other are one mark with a number.
      const lane = roster.laneOf.get(event.n)?.index ?? -1;
      const place = `${lane} ${axis.y(position)} ${glyph} ${event.k === 'fault.began' ? event.fault : ''}`;
      const same = places.get(place);
      if (same !== undefined) same.count++;
      else if (places.size < MARKS_MAX) places.set(place, { event, position, glyph, count: 1 });
    }
    return [...places.values()].map(({ event, position, glyph, count }) =>
      this.#mark(event, position, glyph, count),
    );
  }

  #mark(event: TraceEvent, position: number, glyph: Glyph, count: number): Mark {
    const { axis, laneX, roster, story } = this.#scene;
    const y = axis.y(position);
    if (event.k === 'fault.began') {
      const place = this.#placeOfFault(event.target);
      const middle = (place.x1 + place.x2) / 2;
      const ended = story.faults.find((each) => each.began === event)?.ended;
      const text = faultText(event.family, event.target, event.detail);
      // A fault that lasts is named by its band.
      if (ended !== undefined) return { i: event.i, x: place.x1 + 14, y: y + 11, glyph, label: undefined };
      return {
        i: event.i,
        x: middle,
        y,
        glyph,
        label: this.#beside(middle, y, text, 'right', FAULT_TEXT_MAX),
      };
    }
    const lane = roster.laneOf.get(event.n);
    const x = laneX[lane?.index ?? 0]!;
    const words = this.#markText(event);
    const text = count > 1 ? `${words || glyph} × ${count}` : words;
    const label = text === '' || lane === undefined ? undefined : this.#markLabel(lane, x, y, text);
    return { i: event.i, x, y, glyph, label };
  }

  #markText(event: TraceEvent): string {
    if (event.k === 'node.crashed' || event.k === 'node.power-cut' || event.k === 'node.paused') {
      const ended = this.#scene.story.absences.find((each) => each.began === event)?.ended;
      return ended === undefined
        ? markText(event)
        : `${markText(event)} for ${durationText(ended.t - event.t)}`;
    }
    return event.k === 'conn.ended' && isCleanEnd(event.end) ? '' : markText(event);
  }

  #markLabel(lane: Lane, x: number, y: number, text: string): Label | undefined {
    const { margin, pitch, roster } = this.#scene;
    const outermost = lane.index === 0 || lane.index === roster.lanes.length - 1;
    const sides = lane.side === 'left' ? (['left', 'right'] as const) : (['right', 'left'] as const);
    for (const side of sides) {
      const outside = outermost && (lane.index === 0) === (side === 'left');
      const label = this.#beside(x, y, text, side, outside ? margin - LANE_AIR : pitch - 2 * LANE_AIR);
      if (label !== undefined) return label;
    }
    this.#elided++;
    return undefined;
  }

  /** A label to one side of a point, if there is room for it. */
  #beside(x: number, y: number, text: string, side: 'left' | 'right', roomMax: number): Label | undefined {
    const { measure } = this.#scene;
    const fitted = fitText(text, 'mark', roomMax - LANE_AIR, measure);
    if (fitted === '') return undefined;
    const width = measure(fitted, 'mark');
    const label: Label = {
      x: Math.round(side === 'right' ? x + LANE_AIR : x - LANE_AIR - width),
      y: Math.round(y - LABEL_HEIGHT / 2),
      width,
      height: LABEL_HEIGHT,
      spans: [{ text: fitted, style: 'mark', dx: 0, width }],
    };
    if (!this.#room.isFree(label)) return undefined;
    this.#room.take(label);
    return label;
  }

  /** Between the two ends of a link, around the lane of a node, or across everything. */
  #placeOfFault(target: string): { x1: number; x2: number } {
    const { roster, story, width } = this.#scene;
    const link = story.links.get(target);
    if (link !== undefined) {
      const a = this.#xOf(link.a);
      const b = this.#xOf(link.b);
      return { x1: Math.min(a, b), x2: Math.max(a, b) };
    }
    if (!roster.laneOf.has(target)) return { x1: 0, x2: width };
    const x = this.#xOf(target);
    return { x1: x - ABSENCE_HALF_WIDTH, x2: x + ABSENCE_HALF_WIDTH };
  }

  #bands(first: number, last: number): Band[] {
    const { axis, periodIndex, periods } = this.#scene;
    const { found } = periodIndex.query(first, last, FLIGHTS_SCANNED_MAX);
    const bands: Band[] = [];
    const places = new Set<string>();
    for (const each of found) {
      const period = periods[each]!;
      // Connections of a crowd lie on each other; a crash among them must not be left out.
      if (period.kind === 'connection') {
        const x = this.#xOf(period.connection.from);
        const place = `${x} ${axis.y(period.begin)} ${period.end < 0 ? '' : axis.y(period.end)}`;
        if (places.has(place) || bands.length >= PERIODS_MAX) continue;
        places.add(place);
      }
      bands.push(this.#band(period));
    }
    return bands;
  }

  #band(period: Period): Band {
    const { axis } = this.#scene;
    const y1 = axis.y(period.begin);
    const ended = period.end < 0 ? Number.NaN : axis.y(period.end);
    const y2 = ended >= y1 ? ended : axis.height;
    const shape = { y1, y2, solidFrom: y1, label: undefined };
    if (period.kind === 'connection') {
      const { connection } = period;
      const x = this.#xOf(connection.from);
      const solidFrom =
        connection.established === undefined ? Number.NaN : axis.y(connection.established.i - 1);
      const i = (connection.dialled ?? connection.established)!.i;
      return {
        ...shape,
        i,
        kind: 'connection',
        x1: x - CONNECTION_HALF_WIDTH,
        x2: x + CONNECTION_HALF_WIDTH,
        solidFrom,
      };
    }
    if (period.kind === 'absence') {
      const { absence } = period;
      const x = this.#xOf(absence.node);
      const kind = absence.began.k === 'node.paused' ? 'paused' : 'down';
      return { ...shape, i: absence.began.i, kind, x1: x - ABSENCE_HALF_WIDTH, x2: x + ABSENCE_HALF_WIDTH };
    }
    const { began, ended: end } = period.fault;
    const place = this.#placeOfFault(began.target);
    const text = `${faultText(began.family, began.target, {})} · ${durationText(end!.t - began.t)}`;
    const label = this.#bandLabel(place, y1, y2, text);
    return { ...shape, i: began.i, kind: 'fault', ...place, label };
  }

  /** The name of a fault stands in its band, as near to its beginning as there is room. */
  #bandLabel(place: { x1: number; x2: number }, y1: number, y2: number, text: string): Label | undefined {
    const middle = (place.x1 + place.x2) / 2;
    const roomMax = Math.max(place.x2 - place.x1 - 2 * LANE_AIR, this.#scene.pitch - 2 * LANE_AIR);
    const fitted = fitText(text, 'mark', roomMax, this.#scene.measure);
    if (fitted === '') return undefined;
    const width = this.#scene.measure(fitted, 'mark');
    // A lane is too narrow for words: they stand beside it.
    const narrow = place.x2 - place.x1 < 2 * ABSENCE_HALF_WIDTH + 1;
    const x = narrow ? place.x2 + 6 : middle - width / 2;
    const from = Math.max(y1, this.#top) + 3;
    const to = Math.min(y2, this.#bottom) - LABEL_HEIGHT;
    for (let y = from; y <= Math.max(from, to); y += LABEL_HEIGHT) {
      const label: Label = {
        x: Math.round(x),
        y: Math.round(y),
        width,
        height: LABEL_HEIGHT,
        spans: [{ text: fitted, style: 'mark', dx: 0, width }],
      };
      if (this.#room.isFree(label)) {
        this.#room.take(label);
        return label;
      }
    }
    this.#elided++;
    return undefined;
  }
}

function isCleanEnd(end: string): boolean {
  return end === 'closed' || end === 'finished';
}

function glyphOf(event: TraceEvent): Glyph | undefined {
  switch (event.k) {
    case 'app.call':
      return 'call';
    case 'app.delivered':
      return 'delivered';
    case 'app.settled':
      return 'failed';
    case 'conn.ended':
      return isCleanEnd(event.end) ? 'closed' : 'ended';
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
