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
/** At most so much more, to keep a label from lying on a steep line. */
const LABEL_CLEAR_MAX = 9;
/** Between a lane and words where lanes are close. */
const LANE_AIR_NARROW = 5;
const SPAN_AIR = 5;
const SPAN_AIR_NARROW = 3;
const BADGE_PADDING = 3;
/** A lost packet is drawn at most this far below its departure: the loss may be learned of much later. */
const LOST_DROP_MAX = 34;
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
        if (flight.end?.k === 'packet.lost') arrow.reason = this.#reason(arrow, flight.end);
      }
    }
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
    return { index, arrow, flight, facts, run: this.#scene.pingRuns?.runs.get(index) };
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
      const size = Math.min(1, zoom);
      const seen = axis.y(end.i - 1);
      y2 = Math.min(Math.max(y1 + LOST_DROP_MIN * size, seen), y1 + LOST_DROP_MAX * size);
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
      dimmed: isDimmed(this.#scene, sent.i - 1) && (end === undefined || isDimmed(this.#scene, end.i - 1)),
    };
  }

  #arrowLabel({ arrow, facts, flight, index, run }: Drawn): Label | undefined {
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
    const stretches = this.#stretches(arrow, flight);
    this.#yieldToBoxes(arrow, stretches);
    const air = this.#scene.pitch < PITCH_OF_LABELS ? LANE_AIR_NARROW : LANE_AIR;
    for (const variant of VARIANTS) {
      for (const clear of [true, false]) {
        for (const stretch of stretches) {
          const room = stretch.right - stretch.left - 2 * air;
          const spans = this.#spans(parts, variant, room);
          if (spans === undefined) continue;
          const label = this.#along(arrow, spans, stretch.left + air, stretch.right - air, clear);
          if (label !== undefined) {
            if (this.#room.holds(label)) this.#room.take(label);
            return label;
          }
        }
      }
    }
    return undefined;
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

  /** Words stand beyond the frames that a packet left in. */
  #yieldToBoxes(arrow: Arrow, stretches: { left: number; right: number }[]): void {
    const reach = this.boxes?.reachOf(arrow) ?? 0;
    if (reach === 0) return;
    for (const stretch of stretches) {
      if (stretch.left === arrow.x1) stretch.left += reach - LANE_AIR_NARROW;
      else if (stretch.right === arrow.x1) stretch.right -= reach - LANE_AIR_NARROW;
    }
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
      [onward ? left : right, beside],
      [onward ? right : left, arrow.y2 + 6],
      // Below its name.
      [arrow.x2 - width / 2, arrow.y2 + 7 + LABEL_HEIGHT],
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

  /** A free place on the line between `left` and `right`: its middle first, then either way. `clear` it is on no line of others. */
  #along(
    arrow: Arrow,
    spans: readonly Span[],
    left: number,
    right: number,
    clear: boolean,
  ): Label | undefined {
    const last = spans[spans.length - 1]!;
    const width = last.dx + last.width;
    const slack = right - left - width;
    const lost = arrow.end === 'lost';
    const atDeparture = isNamedWhereItLeft(arrow);
    const slope = arrow.x2 === arrow.x1 ? 0 : (arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1);
    // First clear of the line, then on it, where its halo keeps it readable.
    const away = atDeparture ? 0 : Math.min(LABEL_CLEAR_MAX, (Math.abs(slope) * width) / 2);
    const shares = atDeparture ? [arrow.x2 > arrow.x1 ? 0 : 1, 0.5] : this.#shares(arrow);
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
                : lowestOf(arrow, x, x + width) + CROSS + 1,
          );
          const label: Label = { x: Math.round(x), y, width, height: LABEL_HEIGHT, spans };
          if (clear && !this.#room.isClear(label, where === 'beside' ? undefined : arrow)) continue;
          if (!this.#room.holds(label) || this.#room.isFree(label, lost || arrow.accused)) return label;
        }
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
  #spans(all: readonly LabelPart[], variant: (typeof VARIANTS)[number], room: number): Span[] | undefined {
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
    return spans;
  }

  #spanWidth(text: string, style: TextStyle): number {
    return this.#scene.measure(text, style) + (style === 'badge' ? 2 * BADGE_PADDING : 0);
  }
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
