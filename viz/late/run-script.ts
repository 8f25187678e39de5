/** The script of runs in the page: what asks the engine, and leaves it for the viewers of the page. */
import { Engine } from '../engine/engine.ts';
import type { LateRuns } from './late-runs.ts';

(window as unknown as { amberLateRuns: LateRuns }).amberLateRuns = { Engine };
