/**
 * The real functions that the host itself needs while a scenario runs, taken before the dispatchers are installed.
 *
 * Copies, because a named import of a built-in module follows what is installed later.
 */
import fs from 'node:fs';

export const realFiles = {
  closeSync: fs.closeSync,
  existsSync: fs.existsSync,
  mkdirSync: fs.mkdirSync,
  openSync: fs.openSync,
  readFileSync: fs.readFileSync,
  realpathSync: fs.realpathSync,
  renameSync: fs.renameSync,
  unlinkSync: fs.unlinkSync,
  writeSync: fs.writeSync,
};

/** Of the process that this thread is part of. */
export const { pid: realPid } = process;

const { setImmediate: nodeImmediate } = globalThis;
let hostTimes = false;

/** True while the host starts a timer: whoever else does so by itself has no virtual one. */
export function isHostTiming(): boolean {
  return hostTimes;
}

export const realTimers = {
  setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): void {
    hostTimes = true;
    nodeImmediate(callback, ...args);
    hostTimes = false;
  },
};

/** Resolves after everything that is ready has run: microtasks, ticks and what they queued. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    realTimers.setImmediate(resolve);
  });
}
