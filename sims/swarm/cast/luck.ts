import type { Duration, Simulation } from 'mqtt-amber';

/** What one party of a story draws, from a stream of the seed that is its own: one party more leaves the luck of all others as it was. */
export class Luck {
  readonly #sim: Simulation;
  readonly #stream: string;

  constructor(sim: Simulation, stream: string) {
    this.#sim = sim;
    this.#stream = stream;
  }

  chance(probability: number): boolean {
    return this.#sim.random(this.#stream) < probability;
  }

  /** A whole number, both bounds inclusive. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#sim.random(this.#stream) * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)]!;
  }

  /** Between two numbers of milliseconds. */
  pause(least: number, most: number): Duration {
    return `${this.between(least, most)}ms`;
  }

  seconds(least: number, most: number): Duration {
    return `${this.between(least, most)}s`;
  }
}
