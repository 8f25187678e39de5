/**
 * A trace as a map: stations (the lanes of the sequence diagram), what joins them, and how both change with time. Everything is
 * asked for a window of times, so that a page can show any moment within it by itself.
 */

import { counted, grouped } from '../../src/trace/counted.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import type { FaultPeriod, Story } from '../index/story.ts';
import { LOST_AT } from './arrow-layout.ts';
import { CountsInTime } from './counts-in-time.ts';
import { CUTTING, type FaultSpan, faultName, INSTANT } from './fault-span.ts';
import { faultText } from './fault-text.ts';
import { type FlightSpan, flightLooks, flightWords } from './flight-span.ts';
import { printable } from './packet-label.ts';
import { callRoster, type Lane, type Side } from './roster.ts';

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
        ...(worded ? flightWords(story.flight(index).sent) : flightLooks(flights.firstByte[index]!)),
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
        name: faultName(began),
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
    const changes = new CountsInTime(stations.length, 3, from, to);
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
    const changes = new CountsInTime(this.plan.edges.length, 2, from, to);
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
