/** How long packets take on their way when nothing holds them up. */
import { KIND_CODES } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';

const RECEIVED = KIND_CODES['packet.received'];

/** By packet: the least time that any took from its sender to its receiver, in microseconds. */
export class Quickest {
  readonly #story: Story;
  readonly #times = new Map<number, number>();

  constructor(story: Story) {
    this.#story = story;
    const { kind, time } = story.events;
    const { end, sent } = story.flights;
    for (let flight = 0; flight < story.flightCount; flight++) {
      const ended = end[flight]!;
      if (ended === 0 || kind[ended - 1] !== RECEIVED) continue;
      const took = time[ended - 1]! - time[sent[flight]! - 1]!;
      const way = this.#wayOf(flight);
      if (took < (this.#times.get(way) ?? Number.POSITIVE_INFINITY)) this.#times.set(way, took);
    }
  }

  of(flight: number): number {
    return this.#times.get(this.#wayOf(flight)) ?? 0;
  }

  #wayOf(flight: number): number {
    const { from, to } = this.#story.flights;
    return from[flight]! * this.#story.events.names.length + to[flight]!;
  }
}
