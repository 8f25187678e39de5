/** What is wrong with the world at the moment: faults in effect, nodes that are down, clocks that were set. */
import type { FaultBegan, FaultEnded, TraceEvent } from '../../trace/event.ts';
import type { Endings } from '../endings.ts';
import type { Tally } from '../tally.ts';
import type { Census } from './census.ts';
import type { Party } from './party.ts';

/** Families of faults that make a node wrong about time, or let it wait. */
const OF_NODES: Readonly<Record<string, 'clock' | 'disk'>> = {
  'clock-skew': 'clock',
  'clock-drift': 'clock',
  'disk-slow': 'disk',
  'disk-full': 'disk',
};

export class Troubles {
  readonly #census: Census;
  readonly #endings: Endings;
  readonly #tally: Tally;
  /** Faults in effect, by their ids, with the node whose clocks or disk they concern. */
  readonly #faults = new Map<string, { party: Party; of: 'clock' | 'disk' } | undefined>();
  #down = 0;

  constructor(census: Census, endings: Endings, tally: Tally) {
    this.#census = census;
    this.#endings = endings;
    this.#tally = tally;
  }

  observe(event: TraceEvent): void {
    switch (event.k) {
      case 'node.started': {
        const party = this.#census.party(event.n);
        if (!party.up) this.#down--;
        else if (event.life > 1) party.livedBefore = true;
        party.up = true;
        party.paused = false;
        party.pausedAt = 0;
        party.resumedAt = event.t;
        break;
      }
      case 'node.crashed':
      case 'node.power-cut': {
        const party = this.#census.party(event.n);
        if (party.up) this.#down++;
        this.#endings.crashed(party, event.i, event.t);
        break;
      }
      case 'node.paused': {
        const party = this.#census.party(event.n);
        party.pausedAt = event.t;
        party.paused = true;
        return;
      }
      case 'node.resumed': {
        // A process that was stopped hears only now that its clock was set.
        const party = this.#census.party(event.n);
        if (party.clockSetAt >= party.pausedAt) party.clockSetAt = event.t;
        party.paused = false;
        party.resumedAt = event.t;
        return;
      }
      case 'fault.began':
        this.#began(event);
        break;
      case 'fault.ended':
        this.#ended(event);
        break;
      default:
        return;
    }
    const troubles = this.#faults.size + this.#down;
    if (troubles === 0 && this.#tally.troubles > 0) this.#tally.calmSince = event.t;
    this.#tally.troubles = troubles;
  }

  #began({ fault, family, target, t }: FaultBegan): void {
    const of = OF_NODES[family];
    if (of === undefined) {
      this.#faults.set(fault, undefined);
      return;
    }
    const party = this.#census.party(target);
    this.#faults.set(fault, { party, of });
    if (of === 'clock') {
      party.clockFaults++;
      party.clockSetAt = t;
    } else party.diskFaults++;
  }

  #ended({ fault, t }: FaultEnded): void {
    const ended = this.#faults.get(fault);
    this.#faults.delete(fault);
    if (ended?.of === 'clock') {
      ended.party.clockFaults--;
      ended.party.clockSetAt = t;
    } else if (ended?.of === 'disk') {
      ended.party.diskFaults--;
      ended.party.diskWellSince = t;
    }
  }
}
