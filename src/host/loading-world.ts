/** The world that the module of a scenario sees while it is loaded. */
import type { ScriptWorld } from '../runner/run.ts';
import { EPOCH } from '../sim/clock.ts';
import { Streams } from '../sim/rng.ts';

/** Of the chance that a module draws from while it is loaded. */
const MODULE_SEED = 1;

/**
 * The clock stands still at the beginning of the run, and chance is the same for every seed: a module is loaded once for many of
 * them, and what it computes then is part of every run.
 */
export function loadingWorld(): ScriptWorld {
  return {
    now: 0,
    wallMicros: EPOCH,
    draw: new Streams(MODULE_SEED).stream('script', 'module'),
    after: () => {
      throw new Error('time stands still while a scenario is loaded');
    },
    violated: () => {},
  };
}
