/** What is wrong with the world at the moment: faults in effect, nodes that are down, clocks that were set. */
import type { TraceEvent } from '../trace/event.ts';
import type { Census } from './census.ts';
import type { Endings } from './endings.ts';
import type { Party } from './party.ts';
import type { Tally } from './tally.ts';

export class Troubles {
  readonly #census: Census;
  readonly #endings: Endings;
  readonly #tally: Tally;
  /** Faults in effect, by their ids, with the node whose clocks they make wrong. */
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
        party.up = true;
        party.paused = false;
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
      case 'fault.began': {
        const ofClock = event.family === 'clock-skew' || event.family === 'clock-drift';
        const party = ofClock ? this.#census.party(event.target) : undefined;
        if (party !== undefined) {
          party.clockSetAt = event.t;
          party.clockFaults++;
        }
        this.#faults.set(event.fault, party);
        break;
      }
      case 'fault.ended': {
        const party = this.#faults.get(event.fault);
        if (party !== undefined) {
          party.clockSetAt = event.t;
          party.clockFaults--;
        }
        this.#faults.delete(event.fault);
        break;
      }
      default:
        return;
    }
    const troubles = this.#faults.size + this.#down;
    if (troubles === 0 && this.#tally.troubles > 0) this.#tally.calmSince = event.t;
    this.#tally.troubles = troubles;
  }
}
