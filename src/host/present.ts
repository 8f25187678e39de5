/** Who runs on this thread, and when in virtual time that is: what a debugger asks one that does not answer. */
import { ProcessWorld } from './process-world.ts';
import { currentWorld } from './script-world.ts';

export interface Present {
  /** The node whose code runs; absent for the script. */
  readonly node?: string;
  /** Virtual microseconds since the beginning of the run. */
  readonly micros: number;
}

const KEY = 'mqtt-amber.present';

/** Evaluated in the thread; undefined outside of runs. */
export const PRESENT_EXPRESSION = `globalThis[Symbol.for('${KEY}')]?.()`;

/** Lets a debugger ask this thread. */
export function showPresent(): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { configurable: true, value: present });
}

function present(): Present | undefined {
  const world = currentWorld();
  return world instanceof ProcessWorld
    ? { node: world.node, micros: world.process.node.recorder.now }
    : world && { micros: world.now };
}
