/** What has befallen a node, and for how long; most nodes of a large world are spared. */
import type { NodeClock } from './clock.ts';

export class Ailments {
  /**
   * Undefined until something happens to it, or somebody wants to see it: until then it shows how long ago the node was born.
   */
  clock: NodeClock | undefined;
  /** Faults that keep the process from living, and those that stop it. */
  readonly down = new Set<string>();
  readonly stopped = new Set<string>();
  /** How fast its clocks are without any fault. */
  ownDrift = 0;
  /** Drifts of its clocks that are in effect, in the order in which they began. */
  readonly drifts: { readonly rate: number }[] = [];
  /** Paces of slow reading that are in effect. */
  readonly paces: { readonly bytesPerSecond: number }[] = [];
  /** What became due while the process was stopped. */
  deferred: (() => void)[] = [];

  /** The drift that began last counts; when it is over, the one before it that is not. */
  get drift(): number {
    return this.drifts.at(-1)?.rate ?? this.ownDrift;
  }

  /** The slowest pace counts; Infinity when it is not slow. */
  get readingPace(): number {
    let slowest = Infinity;
    for (const { bytesPerSecond } of this.paces) slowest = Math.min(slowest, bytesPerSecond);
    return slowest;
  }
}
