/** What is wrong with the world at the moment: faults in effect, nodes that are down, clocks that were set. */
import type { FaultBegan, FaultEnded, TraceEvent } from '../../trace/event.ts';
import type { Endings } from '../endings.ts';
import type { Tally } from '../tally.ts';
import type { Census } from './census.ts';
import type { Party } from './party.ts';

/** Families of faults that make a node wrong about time. */
const OF_CLOCKS: ReadonlySet<string> = new Set(['clock-skew', 'clock-drift']);

export class Troubles {
  readonly #census: Census;
  readonly #endings: Endings;
  readonly #tally: Tally;
  /** Faults in effect, by their ids, with the node whose clocks they concern. */
  readonly #faults = new Map<string, Party | undefined>();
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
    const party = OF_CLOCKS.has(family) ? this.#census.party(target) : undefined;
    this.#faults.set(fault, party);
    if (party === undefined) return;
    party.clockFaults++;
    party.clockSetAt = t;
  }

  #ended({ fault, t }: FaultEnded): void {
    const party = this.#faults.get(fault);
    this.#faults.delete(fault);
    if (party === undefined) return;
    party.clockFaults--;
    party.clockSetAt = t;
  }
}
