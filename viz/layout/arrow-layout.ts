/** Packets as arrows, with their words. */
import type { FaultBegan, PacketLost } from '../../src/trace/event.ts';
import { familyOf, packetTypeOf } from '../index/family.ts';
import type { Flight } from '../index/story.ts';
import { CrowdHeaps } from './crowd-heaps.ts';
import type { Arrow, ArrowEnd, Label, Span } from './display-list.ts';
import { FrameLayout } from './frame-layout.ts';
import type { LabelRoom } from './label-room.ts';
import { type LabelPart, labelParts, type PacketFacts, printable, readFacts } from './packet-label.ts';
import { strikesDrawn } from './periods.ts';
import type { PingRun } from './ping-runs.ts';
import {
  departuresBetween,
  isDimmed,
  isFolded,
  LABEL_HEIGHT,
  LANE_AIR,
  LETTERS_MIN,
  plainLabel,
  SCANNED_MAX,
  xOf,
} from './places.ts';
import { PITCH_OF_LABELS, type Scene } from './scene.ts';
import { STRIKE_BRIEFLY, strikeBehind, strikeText } from './strike.ts';
import { fitText, type TextStyle } from './text-measure.ts';
import { durationText, momentText } from './time-text.ts';

/** More arrows than this say nothing: they are counted. */
export const LINES_MAX = 6_000;
/** Of so many packets words are first sought a place for that is on no line of others. */
const CLEAR_MAX = 300;
/** Nearer than this words may lie on lines of others, where their halo keeps them readable. */
const ZOOM_OF_CLEAR_WORDS = 0.75;
/** An arrow that falls by more pixels than this is not seen as a whole. */
const LONG_MIN = 600;
/** Between the line of an arrow and its label. */
const LABEL_LIFT = 1.5;
/** At most so much more, where a label cannot be wholly off a steep line. */
const LABEL_CLEAR_MAX = 9;
/** So much further from its line a label may be than that asks for: it is off that of a moment then. */
const LABEL_MOVE_MAX = 9;
/** Words beyond a frame are so much further from its line. */
const FRAME_ROOM = 9;
/** On a line that is no steeper words lie along it; others have it at a corner, where there is room under letters. */
const ALONG_MAX = 4;
/** Between a lane and words where lanes are close. */
const LANE_AIR_NARROW = 5;
const SPAN_AIR = 5;
const SPAN_AIR_NARROW = 3;
const BADGE_PADDING = 3;
/** A lost packet is drawn at most this far below its departure, and further where all is further apart: the loss may be learned of much later. */
const LOST_DROP_MAX = 34;
const ZOOM_OF_LOST = 2.5;
/** And at least so much, also when it was lost in the moment it left: a level line would not tell which way it went. */
const LOST_DROP_MIN = 12;
const REASON_WIDTH_MAX = 240;
/** Of the cross of a lost packet, from its middle. */
const CROSS = 6;
/** What takes so many times as long as the quickest on the same way was held up. */
const LATE_FACTOR = 3;
/** Between the cross of a lost packet and its reason, for the sign of the fault that took it. */
export const STRIKE_AIR = 12;
/** How far a lost packet got, by where it was when it was lost. */
export const LOST_AT = { sender: 0.14, network: 0.55, receiver: 0.9 } as const;

/** Ways to say what a packet is, the best first. */
const VARIANTS = ['full', 'plain', 'named', 'short', 'alone', 'bare'] as const;
type Variant = (typeof VARIANTS)[number];

/**
 * Where the words of a packet may be, the best first: off every line, also that of a moment; off those of packets; on their own; on
 * whatever line there is.
 */
const STANDS = ['clear', 'off', 'on', 'across'] as const;
type Stand = (typeof STANDS)[number];

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
/** Of a line. */
type Side = 'above' | 'below';

/** Where the words of a packet stand about its line. */
const PLACES = ['above'] as const;
/** Where an arrow arrives just above, a lost one is named between the two, where they are apart, or else below its line. */
const PLACES_OF_LOST = [...PLACES, 'beside', 'below'] as const;

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
  /** By the ordinal of a fault: the last packet that it took away. */
  readonly struck = new Map<number, Arrow>();
  /** Of the packets that were listed last. */
  boxes: FrameLayout | undefined;

  constructor(scene: Scene, room: LabelRoom) {
    this.#scene = scene;
    this.#room = room;
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
        if (flight.end?.k === 'packet.lost') arrow.note = this.#reason(arrow, flight.end);
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
    const facts = readFacts(flight.sent);
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
    const asked = facts.packet?.type === 'subscribe' ? parts.filter(({ yields }) => yields) : [];
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
          this.#spans(
            needed.map(({ style, text }) => ({ style, text })),
            'full',
            room,
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
    const yielding = this.#beyondBoxes(arrow, whole);
    const air = this.#air;
    const narrow = this.#scene.pitch < PITCH_OF_LABELS;
    for (const [variant, stand] of attempts) {
      // Where there is little room words keep to their lane, and leave the rest to what is held.
      if (narrow && stand === 'clear') continue;
      const off = stand === 'clear' || stand === 'off';
      for (const stretch of off ? [...yielding, ...whole] : yielding) {
        const room = stretch.right - stretch.left - 2 * air;
        const spans = this.#spans(parts, variant, room);
        if (spans === undefined) continue;
        const label = this.#along(arrow, spans, stretch.left + air, stretch.right - air, stand, side);
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

  /** Words on a line stand beyond the frames that a packet left in. */
  #beyondBoxes(arrow: Arrow, stretches: readonly Room[]): readonly Room[] {
    const reach = Math.max(0, (this.boxes?.reachOf(arrow) ?? 0) - LANE_AIR_NARROW);
    return stretches.map(({ left, right }) => ({
      left: left === arrow.x1 ? left + reach : left,
      right: right === arrow.x1 ? right - reach : right,
    }));
  }

  /** Beyond the cross, where the line has ended; else below it, else before it. A fault that is seen there says it for all it took. */
  #reason(arrow: Arrow, end: PacketLost): Label | undefined {
    const { measure, story } = this.#scene;
    const fault = story.event(strikeBehind(story, end));
    const strikes = fault?.k === 'fault.began' && this.#isSeen(fault);
    const named = strikes && this.struck.has(fault.i);
    if (strikes) this.struck.set(fault.i, arrow);
    if (named) return undefined;
    const whole = strikes ? strikeText(fault) : lossText(end.reason);
    const close = strikes && measure(whole, 'mark') > this.#scene.pitch - 2 * LANE_AIR_NARROW;
    const text = fitText(close ? STRIKE_BRIEFLY : whole, 'mark', REASON_WIDTH_MAX, measure);
    const width = measure(text, 'mark');
    const onward = arrow.aimX >= arrow.x1;
    const sign = strikes ? STRIKE_AIR : 0;
    const right = arrow.x2 + LANE_AIR + (onward ? sign : 0);
    const left = arrow.x2 - LANE_AIR - width - (onward ? 0 : sign);
    const beside = arrow.y2 - LABEL_HEIGHT / 2;
    const near = Math.abs(arrow.x2 - arrow.x1) > 0.7 * Math.abs(arrow.aimX - arrow.x1);
    const places = [
      // Near its goal there is a lane in the way.
      ...(near ? ([[onward ? left : right, arrow.y2 + 4]] as const) : []),
      [onward ? right : left, beside],
      [arrow.x2 - width / 2, arrow.y2 + 7],
      // Below the line, where that is higher than its end.
      [onward ? left : right, arrow.y2 + 2],
      [onward ? right : left, arrow.y2 + 6],
      // Below its name.
      [arrow.x2 - width / 2, arrow.y2 + 7 + LABEL_HEIGHT],
      [onward ? left : right, beside],
    ] as const;
    const [first, last] = onward ? [arrow.x1, arrow.aimX] : [arrow.aimX, arrow.x1];
    // First between the lanes, then across one.
    for (const between of [true, false]) {
      for (const [x, y] of places) {
        if ((x > first && x + width < last) !== between || x < 0) continue;
        const label = plainLabel(x, y, width, text);
        if (!this.#room.isFree(label, true)) continue;
        this.#room.take(label);
        return label;
      }
    }
    this.#room.refused++;
    return undefined;
  }

  /** A fault that strikes in a moment has a mark; one that lasts has a band. */
  #isSeen({ i, target }: FaultBegan): boolean {
    const { roster, rows, story } = this.#scene;
    const lasts = story.faults.some(({ began, ended }) => began.i === i && ended !== undefined);
    return !lasts && (rows.instantOf[i - 1] ?? -1) >= 0 && strikesDrawn(target, story, roster);
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

  /** A free place on the line between `left` and `right`: its middle first, then either way. */
  #along(
    arrow: Arrow,
    spans: readonly Span[],
    left: number,
    right: number,
    stand: Stand,
    side: Side,
  ): Label | undefined {
    const width = widthOf(spans);
    const slack = right - left - width;
    const lost = arrow.end === 'lost';
    const atDeparture = isNamedWhereItLeft(arrow);
    const slope = arrow.x2 === arrow.x1 ? 0 : (arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1);
    const shares = atDeparture ? [arrow.x2 > arrow.x1 ? 0 : 1, 0.5] : this.#shares(arrow);
    const clear = stand !== 'across';
    const off = atDeparture ? 0 : (Math.abs(slope) * width) / 2;
    if (stand === 'clear' || stand === 'off') {
      // A frame on the line takes some room beside it.
      const framed = (this.boxes?.reachOf(arrow) ?? 0) > 0;
      for (const more of framed ? [0, FRAME_ROOM] : [0]) {
        for (const share of shares) {
          const x = Math.round(left + slack * share);
          const lineY = atDeparture ? arrow.y1 : arrow.y1 + slope * (x + width / 2 - arrow.x1);
          const y = besideLine(lineY, off, side) + (side === 'above' ? -more : more);
          const label: Label = { x, y, width, height: LABEL_HEIGHT, spans };
          if (stand === 'clear' && !this.#keepOffMoments(label, side)) continue;
          if (!this.#room.isClear(label, arrow)) continue;
          if (!this.#room.holds(label) || this.#room.isFree(label, lost || arrow.accused)) return label;
        }
      }
      return undefined;
    }
    const away = Math.min(LABEL_CLEAR_MAX, off);
    // First clear of the line, then on it, where its halo keeps it readable.
    for (const lift of away > 1 ? [away, 0] : [0]) {
      for (const where of lost && clear ? PLACES_OF_LOST : PLACES) {
        for (const share of shares) {
          const x = left + slack * share;
          const lineY = atDeparture ? arrow.y1 : arrow.y1 + slope * (x + width / 2 - arrow.x1);
          const y = Math.round(
            where === 'above'
              ? lineY - lift - LABEL_LIFT - LABEL_HEIGHT
              : where === 'beside'
                ? lineY - LABEL_HEIGHT / 2
                : lowestOf(arrow, x, x + width) + CROSS,
          );
          const label: Label = { x: Math.round(x), y, width, height: LABEL_HEIGHT, spans };
          if (clear && !this.#room.isClear(label, where === 'beside' ? undefined : arrow)) continue;
          if (!this.#room.holds(label) || this.#room.isFree(label, lost || arrow.accused)) return label;
        }
      }
    }
    return undefined;
  }

  /** Moves a label a little further from its line, to where nothing happens beside it; false where that is too far. */
  #keepOffMoments(label: Label, side: Side): boolean {
    const { y } = label;
    for (;;) {
      const moment = this.#room.momentIn(label);
      if (moment === undefined) return true;
      label.y = side === 'above' ? Math.floor(moment - LABEL_HEIGHT) : Math.ceil(moment);
      if (Math.abs(label.y - y) > LABEL_MOVE_MAX) return false;
    }
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
  #spans(all: readonly LabelPart[], variant: Variant, room: number): Span[] | undefined {
    const { measure } = this.#scene;
    const brief = variant === 'short' || variant === 'bare';
    const named = variant === 'named';
    const textOf = ({ short, style, text }: LabelPart): string =>
      brief || (named && style !== 'type') ? (short ?? text) : text;
    // Where nothing else fits, the type and the identifier still tell a packet from its neighbours; rather than its QoS, its type is said whole.
    const few = variant === 'bare' || variant === 'alone';
    const parts =
      few || named
        ? all.filter(
            ({ style, text }) => style === 'type' || text[0] === '#' || (named && style !== 'detail'),
          )
        : all;
    const air = named ? SPAN_AIR_NARROW : SPAN_AIR;
    let needed = -air;
    for (const part of parts) {
      if (part.yields !== true) needed += this.#spanWidth(textOf(part), part.style) + air;
    }
    if (needed > room) return undefined;
    const spans: Span[] = [];
    let left = room - needed;
    let dx = 0;
    for (const part of parts) {
      let text = textOf(part);
      if (part.yields === true) {
        if (variant !== 'full') continue;
        const most = left - air;
        text = fitText(text, part.style, most, measure);
        if ([...text].length < Math.min(LETTERS_MIN, [...part.text].length)) continue;
        left -= this.#spanWidth(text, part.style) + air;
      }
      const width = this.#spanWidth(text, part.style);
      spans.push({ text, style: part.style, dx, width });
      dx += width + air;
    }
    return spans.length === 0 ? undefined : spans;
  }

  #spanWidth(text: string, style: TextStyle): number {
    return this.#scene.measure(text, style) + (style === 'badge' ? 2 * BADGE_PADDING : 0);
  }
}

/** The top of a label that is beside a line, which is so high at its middle, and so much higher and lower at its ends. */
function besideLine(lineY: number, off: number, side: Side): number {
  const lift = off > ALONG_MAX ? -LABEL_LIFT : LABEL_LIFT;
  return side === 'above' ? Math.floor(lineY - off - lift - LABEL_HEIGHT) : Math.ceil(lineY + off + lift);
}

function widthOf(spans: readonly Span[]): number {
  const last = spans[spans.length - 1]!;
  return last.dx + last.width;
}

/** One that is under way for longer than a view is high, too: nowhere else would anyone see the name. */
function isNamedWhereItLeft({ end, y1, y2 }: Arrow): boolean {
  return end === 'lost' || y2 - y1 > LONG_MIN;
}

/** How far down a line is between two places beside each other. */
function lowestOf({ x1, x2, y1, y2 }: Arrow, left: number, right: number): number {
  const far = x2 > x1 ? Math.min(x2, right) : Math.max(x2, left);
  return x2 === x1 ? y2 : y1 + ((y2 - y1) * (far - x1)) / (x2 - x1);
}

/** Who closed a connection comes last, so that nobody reads it as what was closed. */
function lossText(reason: string): string {
  return printable(reason).replace(/^(\S+) closed$/, 'closed by $1');
}

/** About where the words of an arrow should stand. */
function namedAt(arrow: Arrow): number {
  return isNamedWhereItLeft(arrow) ? arrow.y1 : (arrow.y1 + arrow.y2) / 2;
}
