/** Packets that lie exactly on each other, as those between folded lanes do: one arrow stands for all of them, with their number. */
import { KIND_CODES } from '../index/event-columns.ts';
import type { Scene } from './scene.ts';

export interface Heap {
  /** The first of them. */
  flight: number;
  packets: number;
}

/** More lanes and rows than any diagram has, to make one number of several. */
const LANES = 4_096;
const ROWS = 65_536;
const TYPES = 16;
const RECEIVED = KIND_CODES['packet.received'];

export class CrowdHeaps {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** In the order of the flights, which ascend; undefined when there would be more than `most`. */
  heap(flights: readonly number[], most: number): Heap[] | undefined {
    const { pingRuns, rows, story } = this.#scene;
    const { sent } = story.flights;
    const heaps: Heap[] = [];
    // Only what leaves at one instant can lie on each other.
    const heapOf = new Map<number, Map<number, Heap>>();
    let instant = -1;
    for (const flight of flights) {
      const packets = pingRuns?.runs.get(flight)?.count ?? 1;
      const departure = rows.instantOf[sent[flight]! - 1]!;
      if (departure !== instant) heapOf.clear();
      instant = departure;
      const ends = this.#departureOf(flight);
      if (ends === undefined) heaps.push({ flight, packets });
      else {
        let alike = heapOf.get(ends);
        if (alike === undefined) {
          alike = new Map();
          heapOf.set(ends, alike);
        }
        const arrival = this.#arrivalOf(flight);
        const heap = alike.get(arrival);
        if (heap !== undefined) heap.packets += packets;
        else {
          const made = { flight, packets };
          alike.set(arrival, made);
          heaps.push(made);
        }
      }
      if (heaps.length > most) return undefined;
    }
    return heaps;
  }

  /** Lanes and the row of the departure; undefined when none of the lanes is shared. */
  #departureOf(flight: number): number | undefined {
    const { roster, rows, story } = this.#scene;
    const { from, sent, to } = story.flights;
    const { names } = story.events;
    const sender = roster.laneOf.get(names[from[flight]!]!)!;
    const receiver = roster.laneOf.get(names[to[flight]!]!)!;
    if (sender.nodes.length === 1 && receiver.nodes.length === 1) return undefined;
    return (sender.index * LANES + receiver.index) * ROWS + rows.rowOf[sent[flight]! - 1]!;
  }

  /** Where and how it ended, what it is, and whether a filter found it. */
  #arrivalOf(flight: number): number {
    const { choice, rows, story } = this.#scene;
    const { end, firstByte, sent } = story.flights;
    const arrival = end[flight]! - 1;
    const known = arrival >= 0 && arrival < rows.instantOf.length;
    // Of an ending every row of every instant has a number of its own.
    const place = known ? (rows.instantOf[arrival]! + 1) * ROWS + rows.rowOf[arrival]! + 1 : 0;
    const lost = known && story.events.kind[arrival] !== RECEIVED ? 1 : 0;
    const found = choice.matches?.has(sent[flight]!) === true ? 1 : 0;
    return (place * 4 + lost * 2 + found) * TYPES + (firstByte[flight]! >> 4);
  }
}
