/**
 * `process.pid` and `process.ppid` of a run. Each life of a hosted node has a number of its own, from the stream `pid` of the node: names that
 * code makes of its number are the same whenever the seed is. The script is what started all of them.
 */
import { namesBuiltins } from './named-builtins.ts';
import { currentProcessWorld } from './process-world.ts';
import { currentWorld } from './script-world.ts';

/** As init has it. */
const SCRIPT_PID = 1;
/** Linux gives those below to what starts the machine, and none beyond. */
const LEAST = 300;
const BEYOND = 32_768;

/** The numbers of one run: no two lives have the same. */
export class ProcessIds {
  readonly #taken = new Set<number>();

  /** @param draw of the node. */
  next(draw: () => number): number {
    for (;;) {
      const pid = LEAST + Math.floor(draw() * (BEYOND - LEAST));
      if (this.#taken.has(pid) && this.#taken.size < BEYOND - LEAST) continue;
      this.#taken.add(pid);
      return pid;
    }
  }
}

export function installProcessIds(): void {
  install('pid', () => currentProcessWorld()?.pid ?? SCRIPT_PID);
  install('ppid', () => (currentProcessWorld() === undefined ? 0 : SCRIPT_PID));
}

function install(name: 'pid' | 'ppid', virtual: () => number): void {
  const real = process[name];
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (namesBuiltins() || currentWorld() === undefined ? real : virtual()),
  });
}
