/** One moment of a topology: where every packet is, what stands and what does not. A function of the time alone, so that scrubbing and playing show the same. */
import { grouped } from '../../src/trace/counted.ts';
import type { Family } from '../index/family.ts';
import { labelDots } from './dot-labels.ts';
import { type FaultSign, signsAt } from './fault-signs.ts';
import type { FaultSpan } from './fault-span.ts';
import type { FlightSpan } from './flight-span.ts';
import type { EdgeStep, StationStep, TopologyPlan, TopologyWindow } from './topology.ts';
import type { Places } from './topology-places.ts';
import type { Way } from './topology-ways.ts';

export interface Dot {
  /** Ordinal of the departure. */
  i: number;
  x: number;
  y: number;
  /** Where it goes: a vector of length 1. */
  dx: number;
  dy: number;
  family: Family;
  qos: 0 | 1 | 2;
  /** Waiting is what gets no further. */
  state: 'flying' | 'waiting' | 'lost';
  accused: boolean;
  /** Beside it, when few are under way. */
  label: { x: number; y: number; text: string } | undefined;
  text: string;
}

export type EdgeState = 'idle' | 'dialling' | 'established' | 'cut';

export interface EdgeLook {
  state: EdgeState;
  established: number;
  /** Faults that strike it now, the latest last. */
  faults: readonly FaultSpan[];
}

export interface StationLook {
  state: 'up' | 'down' | 'paused' | 'unborn';
  /** In a few words, empty when there is nothing to say. */
  text: string;
  connected: number;
  faults: readonly FaultSpan[];
}

export interface TopologyPicture {
  time: number;
  dots: readonly Dot[];
  /** Packets that are between two stations. */
  underWay: number;
  edges: readonly EdgeLook[];
  stations: readonly StationLook[];
  signs: readonly FaultSign[];
}

/** Each direction keeps to its right. */
const LANE_OFFSET = 6;
const SLOT_PITCH = 9;
const SLOTS_MAX = 4;
const PILE_PITCH = 10;
const PILE_MAX = 6;

export function pictureAt(
  plan: TopologyPlan,
  window: TopologyWindow,
  places: Places,
  time: number,
): TopologyPicture {
  const faults = window.faults.filter(({ t1, t2 }) => t1 <= time && time < t2);
  const edges = window.edges.map((steps, edge) => edgeLook(stepAt(steps, time), faults, edge));
  const signs = signsAt(plan, faults, places);
  return {
    time,
    ...dotsAt(plan, window, places, signs, time),
    signs,
    edges,
    stations: window.stations.map((steps, station) =>
      stationLook(plan, station, stepAt(steps, time), edges, faults),
    ),
  };
}

/** The last moment up to `time` at which something happened; `time` itself when nothing did. */
export function momentBefore(
  { flights, faults, stations, edges, from }: TopologyWindow,
  time: number,
): number {
  let last = from;
  const take = (t: number): void => {
    if (t <= time && t > last) last = t;
  };
  for (const { t1, t2 } of flights) {
    take(t1);
    take(t2);
  }
  for (const { t1, t2 } of faults) {
    take(t1);
    take(t2);
  }
  for (const steps of [...stations, ...edges]) for (const { t } of steps) take(t);
  return last;
}

function stepAt<Step extends { t: number }>(steps: readonly Step[], time: number): Step {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (steps[middle]!.t <= time) low = middle;
    else high = middle - 1;
  }
  return steps[low]!;
}

function edgeLook({ established, dialling }: EdgeStep, all: readonly FaultSpan[], edge: number): EdgeLook {
  const faults = all.filter((fault) => fault.edge === edge);
  const state = faults.some(({ cuts }) => cuts)
    ? 'cut'
    : established > 0
      ? 'established'
      : dialling > 0
        ? 'dialling'
        : 'idle';
  return { state, established, faults };
}

function stationLook(
  plan: TopologyPlan,
  index: number,
  { unborn, down, paused }: StationStep,
  edges: readonly EdgeLook[],
  all: readonly FaultSpan[],
): StationLook {
  const { size, side } = plan.stations[index]!;
  const faults = all.filter(({ station }) => station === index);
  let connected = 0;
  let dialling = false;
  for (const { a, b, index: edge } of plan.edges) {
    if (a !== index && b !== index) continue;
    connected += edges[edge]!.established;
    if (edges[edge]!.state === 'dialling') dialling = true;
  }
  if (size === 1) {
    const state = unborn > 0 ? 'unborn' : down > 0 ? 'down' : paused > 0 ? 'paused' : 'up';
    const joined =
      side === 'middle'
        ? `${grouped(connected)} connected`
        : connected > 0
          ? ''
          : dialling
            ? 'dialling'
            : 'offline';
    return { state, text: state === 'up' ? joined : STATE_WORDS[state], connected, faults };
  }
  const everybody = grouped(size);
  const words = [
    connected === size ? `all ${everybody} connected` : `${grouped(connected)} of ${everybody} connected`,
  ];
  if (down > 0) words.push(`${grouped(down)} down`);
  if (paused > 0) words.push(`${grouped(paused)} paused`);
  if (unborn > 0) words.push(`${grouped(unborn)} to come`);
  const state = unborn === size ? 'unborn' : down + unborn >= size ? 'down' : 'up';
  return { state, text: words.join(', '), connected, faults };
}

const STATE_WORDS = { down: 'down', paused: 'paused', unborn: 'not there yet' } as const;

function dotsAt(
  plan: TopologyPlan,
  window: TopologyWindow,
  places: Places,
  signs: readonly FaultSign[],
  time: number,
): { dots: Dot[]; underWay: number } {
  const dots: Dot[] = [];
  const piles = new Map<string, number>();
  let underWay = 0;
  for (const flight of window.flights) {
    const way = places.ways[flight.edge];
    const lasts = flight.t2 + (flight.fate === 'lost' || flight.t2 === flight.t1 ? plan.linger : 0);
    if (way === undefined || flight.t1 > time || time > lasts) continue;
    const over = flight.fate === 'lost' && time >= flight.t2;
    if (!over && time < flight.t2) underWay++;
    const share = over ? flight.reach : shareAt(flight, time, plan.latency);
    const state = over ? 'lost' : flight.fate !== 'arrived' && share >= flight.reach ? 'waiting' : 'flying';
    const pile = `${flight.from} ${flight.to} ${flight.reach}`;
    const rank = state === 'waiting' ? (piles.get(pile) ?? 0) : 0;
    if (state === 'waiting') piles.set(pile, rank + 1);
    dots.push({ ...spotOf(flight, way, share, rank), ...lookOf(flight), state });
  }
  labelDots(dots, signs, places);
  return { dots, underWay };
}

function lookOf({
  i,
  family,
  qos,
  accused,
  text,
}: FlightSpan): Pick<Dot, 'i' | 'family' | 'qos' | 'accused' | 'text'> {
  return { i, family, qos, accused, text };
}

/** How much of its way a packet has behind it. What is lost travels like the others as far as it gets, and waits there. */
function shareAt({ t1, t2, fate, reach }: FlightSpan, time: number, latency: number): number {
  if (fate === 'arrived') return t2 === t1 ? 1 : Math.min(1, (time - t1) / (t2 - t1));
  return Math.min(reach, (time - t1) / latency);
}

function spotOf(
  { i, from, to, slot }: FlightSpan,
  way: Way,
  share: number,
  rank: number,
): { x: number; y: number; dx: number; dy: number; label: undefined } {
  const forwards = from < to;
  const [x1, y1, x2, y2] = forwards ? [way.x1, way.y1, way.x2, way.y2] : [way.x2, way.y2, way.x1, way.y1];
  const length = Math.max(1, Math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)));
  const dx = (x2 - x1) / length;
  const dy = (y2 - y1) / length;
  // A crowd is a broad stream that narrows to where it goes.
  const [broadFrom, broadTo] = forwards ? [way.broad1, way.broad2] : [way.broad2, way.broad1];
  const crowded = broadFrom + broadTo > 0;
  const broad = broadFrom + (broadTo - broadFrom) * share;
  const scatter = ((Math.imul(i, 2_654_435_761) >>> 8) % 1_000) / 1_000 - 0.5;
  const across = crowded
    ? scatter * (broad + LANE_OFFSET)
    : LANE_OFFSET + Math.min(slot, SLOTS_MAX) * SLOT_PITCH;
  const along = share * length - Math.min(rank, PILE_MAX) * PILE_PITCH;
  return { x: x1 + dx * along - dy * across, y: y1 + dy * along + dx * across, dx, dy, label: undefined };
}
