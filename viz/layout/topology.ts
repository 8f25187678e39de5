/**
 * A trace as a map: stations (the lanes of the sequence diagram), what joins them, and how both change with time. Everything is
 * asked for a window of times, so that a page can show any moment within it by itself.
 */

import type { QoS } from '../../src/mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../../src/mqtt/codec/packet-type.ts';
import { counted, grouped } from '../../src/trace/counted.ts';
import type { FaultBegan, PacketSent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import { type Family, familyOf, packetTypeOf } from '../index/family.ts';
import type { FaultPeriod, Story } from '../index/story.ts';
import { LOST_AT } from './arrow-layout.ts';
import { labelParts, printable, readFacts } from './packet-label.ts';
import { callRoster, type Lane, type Side } from './roster.ts';
import { faultText } from './sentence.ts';

/** Where one node or a crowd of them stands. */
export interface Station {
  index: number;
  title: string;
  subtitle: string;
  side: Side;
  /** More than one for a crowd. */
  size: number;
  /** The first of its nodes. */
  names: readonly string[];
}

/** Two stations that a link or a connection joins. */
export interface Edge {
  index: number;
  a: number;
  b: number;
}

export interface TopologyPlan {
  stations: readonly Station[];
  edges: readonly Edge[];
  /** How long a packet is under way, at the median, in microseconds. */
  latency: number;
  /** What happens in an instant is shown for so long, in microseconds. */
  linger: number;
}

/** From a time on, how many nodes of a station are in each state; the rest is up. */
export interface StationStep {
  t: number;
  unborn: number;
  down: number;
  paused: number;
}

/** From a time on, how many connections an edge has. */
export interface EdgeStep {
  t: number;
  dialling: number;
  established: number;
}

export interface FaultSpan {
  /** Ordinal of its beginning. */
  i: number;
  t1: number;
  /** Infinity for one that lasts to the end. */
  t2: number;
  /** What it strikes: one of both, or neither for the world; -1 is none. */
  edge: number;
  station: number;
  /** In a word or a few. */
  name: string;
  text: string;
  /** Nothing passes. */
  cuts: boolean;
}

/** A packet between two stations. */
export interface FlightSpan {
  /** Ordinal of its departure. */
  i: number;
  edge: number;
  from: number;
  to: number;
  t1: number;
  /** When it arrived or was lost; Infinity while under way. */
  t2: number;
  fate: 'arrived' | 'lost' | 'under-way';
  /** How far it gets: 1 is there. */
  reach: number;
  family: Family;
  /** QoS of a PUBLISH. */
  qos: QoS;
  accused: boolean;
  /** Its place among those that left in the same instant on the same way, from 0. */
  slot: number;
  text: string;
}

/** All that is shown from one time to another, both inclusive. */
export interface TopologyWindow {
  from: number;
  to: number;
  flights: readonly FlightSpan[];
  /** Packets of the window that there was no room for. */
  leftOut: number;
  faults: readonly FaultSpan[];
  /** By station, the first step holds at `from`. */
  stations: readonly (readonly StationStep[])[];
  /** By edge. */
  edges: readonly (readonly EdgeStep[])[];
}

const ADDED = KIND_CODES['node.added'];
const RECEIVED = KIND_CODES['packet.received'];
/** What a page moves at once. */
export const FLIGHTS_MAX = 3_000;
/** In a window of more, packets are not read for their words: nobody could read those. */
const WORDED_MAX = 400;
/** More on one side are one crowd. */
const STATIONS_OF_SIDE_MAX = 24;
const NAMES_MAX = 20;
const LATENCIES_SAMPLED = 2_001;
const LATENCY_UNKNOWN = 20_000;
const LINGER_MIN = 20_000;
const LINGER_MAX = 2_000_000;
/** Faults without an end that do not last. */
const INSTANT: ReadonlySet<string> = new Set([
  'reset',
  'black-hole',
  'nat-expiry',
  'rule',
  'crash',
  'power-cut',
]);
const CUTTING: ReadonlySet<string> = new Set(['partition', 'hold']);

export class Topology {
  readonly plan: TopologyPlan;
  readonly #story: Story;
  readonly #stationOf = new Map<string, number>();
  /** By both stations, the lower first. */
  readonly #edgeOf = new Map<string, number>();
  /** When nodes come into being that were not there from the beginning. */
  readonly #births: readonly { station: number; t: number }[];

  /** It holds for what the story has now. */
  constructor(story: Story) {
    this.#story = story;
    const stations = this.#muster(callRoster(story, new Set()).lanes);
    const edges: Edge[] = [];
    const join = (one: string, other: string): void => {
      const a = this.#stationOf.get(one);
      const b = this.#stationOf.get(other);
      if (a === undefined || b === undefined || a === b) return;
      const key = keyOf(a, b);
      if (this.#edgeOf.has(key)) return;
      this.#edgeOf.set(key, edges.length);
      edges.push({ index: edges.length, a: Math.min(a, b), b: Math.max(a, b) });
    };
    for (const link of story.links.values()) join(link.a, link.b);
    for (const { from, to } of story.connections) join(from, to);
    const latency = medianLatency(story);
    const linger = Math.min(LINGER_MAX, Math.max(LINGER_MIN, 2 * latency));
    this.plan = { stations, edges, latency, linger };
    this.#births = this.#bear();
  }

  /** The station of a node; undefined for the world. */
  stationOf(node: string): number | undefined {
    return this.#stationOf.get(node);
  }

  #muster(lanes: readonly Lane[]): Station[] {
    const stations: Station[] = [];
    for (const side of ['left', 'middle', 'right'] as const) {
      const here = lanes.filter((lane) => lane.side === side);
      const single = here.length > STATIONS_OF_SIDE_MAX ? here.slice(0, STATIONS_OF_SIDE_MAX - 1) : here;
      const rest = here.slice(single.length).flatMap(({ nodes }) => nodes);
      const drafts: Pick<Station, 'title' | 'subtitle' | 'names'>[] = [
        ...single.map(({ title, subtitle, nodes }) => ({ title, subtitle, names: nodes })),
        ...(rest.length > 0
          ? [{ title: `${grouped(rest.length)} more`, subtitle: counted(rest.length, 'node'), names: rest }]
          : []),
      ];
      for (const { title, subtitle, names } of drafts) {
        const index = stations.length;
        for (const name of names) this.#stationOf.set(name, index);
        stations.push({
          index,
          title: printable(title),
          subtitle,
          side,
          size: names.length,
          names: names.slice(0, NAMES_MAX).map(printable),
        });
      }
    }
    return stations;
  }

  #bear(): { station: number; t: number }[] {
    const { eventCount, events } = this.#story;
    const { kind, node, names, time } = events;
    const births: { station: number; t: number }[] = [];
    for (let at = 0; at < eventCount; at++) {
      if (kind[at] !== ADDED || time[at] === 0) continue;
      const station = this.#stationOf.get(names[node[at]!]!);
      if (station !== undefined) births.push({ station, t: time[at]! });
    }
    return births;
  }

  /**
   * What happens around a time: from a quarter of the span before it to the whole span after it, and less when that would be more
   * than a page can move.
   */
  window(time: number, span: number): TopologyWindow {
    const { latency, linger } = this.plan;
    const { times } = this.#story.flights;
    let ahead = Math.max(1, span);
    let count = 0;
    for (;;) {
      // What is under way at the end of the trace is kept there with the time of its departure.
      const first = time - ahead / 4 - linger - latency;
      ({ count } = times.query(first, time + ahead, 0));
      if (count <= FLIGHTS_MAX || ahead <= 1) break;
      ahead = Math.floor(ahead / 2);
    }
    const from = Math.max(0, Math.floor(time - ahead / 4));
    const to = Math.ceil(time + ahead);
    const { found } = times.query(from - linger - latency, to, FLIGHTS_MAX);
    return {
      from,
      to,
      flights: this.#flights(found),
      leftOut: Math.max(0, count - FLIGHTS_MAX),
      faults: this.#faults(from, to),
      stations: this.#stationSteps(from, to),
      edges: this.#edgeSteps(from, to),
    };
  }

  #flights(found: readonly number[]): FlightSpan[] {
    const story = this.#story;
    const { flights, events } = story;
    const worded = found.length <= WORDED_MAX;
    const spans: FlightSpan[] = [];
    const together = new Map<string, number>();
    for (const index of found) {
      const from = this.#stationOf.get(events.names[flights.from[index]!]!);
      const to = this.#stationOf.get(events.names[flights.to[index]!]!);
      if (from === undefined || to === undefined || from === to) continue;
      const i = flights.sent[index]!;
      const end = flights.end[index]!;
      const t1 = events.time[i - 1]!;
      const key = `${from} ${to} ${t1}`;
      const slot = together.get(key) ?? 0;
      together.set(key, slot + 1);
      spans.push({
        i,
        edge: this.#edgeOf.get(keyOf(from, to)) ?? -1,
        from,
        to,
        t1,
        t2: end === 0 ? Number.POSITIVE_INFINITY : events.time[end - 1]!,
        ...this.#fateOf(end),
        ...(worded ? wordsOf(story.flight(index).sent) : looksOf(flights.firstByte[index]!)),
        accused: story.accused.has(i) || story.accused.has(end),
        slot,
      });
    }
    return spans;
  }

  /** By the ordinal of its end; 0 while under way. */
  #fateOf(end: number): Pick<FlightSpan, 'fate' | 'reach'> {
    if (end === 0) return { fate: 'under-way', reach: LOST_AT.network };
    if (this.#story.events.kind[end - 1] === RECEIVED) return { fate: 'arrived', reach: 1 };
    const lost = this.#story.event(end);
    return { fate: 'lost', reach: lost?.k === 'packet.lost' ? LOST_AT[lost.at] : LOST_AT.network };
  }

  #faults(from: number, to: number): FaultSpan[] {
    const { links, faults } = this.#story;
    const spans: FaultSpan[] = [];
    for (const fault of faults) {
      const { began } = fault;
      const t2 = this.#endOf(fault);
      if (began.t > to || t2 < from) continue;
      const link = links.get(began.target);
      const ends = link === undefined ? [] : [this.#stationOf.get(link.a), this.#stationOf.get(link.b)];
      const [a, b] = ends;
      spans.push({
        i: began.i,
        t1: began.t,
        t2,
        edge: a === undefined || b === undefined ? -1 : (this.#edgeOf.get(keyOf(a, b)) ?? -1),
        station: this.#stationOf.get(began.target) ?? -1,
        name: nameOf(began),
        text: faultText(began.family, began.target, began.detail),
        cuts: CUTTING.has(began.family),
      });
    }
    return spans;
  }

  #endOf({ began, ended }: FaultPeriod): number {
    if (ended !== undefined) return Math.max(ended.t, began.t + this.plan.linger);
    return INSTANT.has(began.family) ? began.t + this.plan.linger : Number.POSITIVE_INFINITY;
  }

  #stationSteps(from: number, to: number): StationStep[][] {
    const story = this.#story;
    const { stations } = this.plan;
    const changes = new Changes(stations.length, 3, from, to);
    for (const { station, t } of this.#births) changes.add(station, 0, Number.NEGATIVE_INFINITY, t);
    for (const { node, began, ended } of story.absences) {
      const station = this.#stationOf.get(node);
      if (station === undefined) continue;
      const paused = began.k === 'node.paused';
      changes.add(station, paused ? 2 : 1, began.t, ended?.t ?? Number.POSITIVE_INFINITY);
    }
    return changes.steps(([unborn, down, paused], t) => ({
      t,
      unborn: unborn!,
      down: down!,
      paused: paused!,
    }));
  }

  #edgeSteps(from: number, to: number): EdgeStep[][] {
    const story = this.#story;
    const { time } = story.events;
    const at = (ordinal: number): number => (ordinal === 0 ? Number.POSITIVE_INFINITY : time[ordinal - 1]!);
    const changes = new Changes(this.plan.edges.length, 2, from, to);
    for (const { from: dialler, to: listener, dialled, established, ended } of story.connections) {
      const a = this.#stationOf.get(dialler);
      const b = this.#stationOf.get(listener);
      const edge = a === undefined || b === undefined ? undefined : this.#edgeOf.get(keyOf(a, b));
      if (edge === undefined) continue;
      const end = at(ended);
      const stands = Math.min(at(established), end);
      if (dialled > 0) changes.add(edge, 0, at(dialled), stands);
      changes.add(edge, 1, stands, end);
    }
    return changes.steps(([dialling, established], t) => ({
      t,
      dialling: dialling!,
      established: established!,
    }));
  }
}

/** What the bytes of a packet say. */
function wordsOf(sent: PacketSent): Pick<FlightSpan, 'family' | 'qos' | 'text'> {
  const facts = readFacts(sent);
  return {
    family: facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault',
    qos: facts.qos,
    text: labelParts(facts)
      .map((part) => part.text)
      .join(' '),
  };
}

/** What its first byte says, for packets that are too many to be read [5.0/2.1.1]. */
function looksOf(firstByte: number): Pick<FlightSpan, 'family' | 'qos' | 'text'> {
  const type = PACKET_TYPES[firstByte >> 4]?.type;
  const level = (firstByte >> 1) & 3;
  return {
    family: familyOf(type),
    qos: type === 'publish' && level !== 3 ? (level as QoS) : 0,
    text: type?.toUpperCase() ?? 'bytes',
  };
}

/** A rule is named by what it did: `reset before PUBREL`. */
function nameOf({ family, detail }: FaultBegan): string {
  const { verdict, packet } = detail;
  if (family !== 'rule' || typeof verdict !== 'string') return family;
  const what = typeof packet === 'string' ? ` ${packet.toUpperCase()}` : '';
  return printable(`${verdict.replaceAll('-', ' ')}${what}`);
}

function keyOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function medianLatency(story: Story): number {
  const stride = Math.max(1, Math.floor(story.flightCount / LATENCIES_SAMPLED));
  const latencies: number[] = [];
  for (let index = 0; index < story.flightCount; index += stride) {
    const { sent, end } = story.flight(index);
    if (end?.k === 'packet.received' && end.t > sent.t) latencies.push(end.t - sent.t);
  }
  latencies.sort((one, other) => one - other);
  return latencies[latencies.length >>> 1] ?? LATENCY_UNKNOWN;
}

/** Counts that change with time: how many of several sorts each of some things has within a window. */
class Changes {
  readonly #from: number;
  readonly #to: number;
  readonly #sorts: number;
  readonly #initial: Int32Array;
  readonly #later: { t: number; thing: number; sort: number; by: 1 | -1 }[] = [];
  readonly #things: number;

  constructor(things: number, sorts: number, from: number, to: number) {
    this.#things = things;
    this.#sorts = sorts;
    this.#from = from;
    this.#to = to;
    this.#initial = new Int32Array(things * sorts);
  }

  /** One more of a sort from `t1` up to, not including, `t2`. */
  add(thing: number, sort: number, t1: number, t2: number): void {
    if (t2 <= t1 || t1 > this.#to || t2 <= this.#from) return;
    if (t1 <= this.#from) this.#initial[thing * this.#sorts + sort]!++;
    else this.#later.push({ t: t1, thing, sort, by: 1 });
    if (t2 <= this.#to) this.#later.push({ t: t2, thing, sort, by: -1 });
  }

  steps<Step>(make: (counts: readonly number[], t: number) => Step): Step[][] {
    const counts = Array.from({ length: this.#things }, (_, thing) =>
      Array.from({ length: this.#sorts }, (_, sort) => this.#initial[thing * this.#sorts + sort]!),
    );
    const steps = counts.map((each) => [make(each, this.#from)]);
    this.#later.sort((one, other) => one.t - other.t);
    const times = counts.map(() => this.#from);
    for (const { t, thing, sort, by } of this.#later) {
      const here = counts[thing]!;
      here[sort]! += by;
      const step = make(here, t);
      // What changes in one instant is one step.
      if (times[thing] === t) steps[thing]![steps[thing]!.length - 1] = step;
      else steps[thing]!.push(step);
      times[thing] = t;
    }
    return steps;
  }
}
