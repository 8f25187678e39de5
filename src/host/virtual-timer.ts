/**
 * setTimeout, setInterval and setImmediate of a script, in Node and in a browser: events of its run.
 *
 * A timer does not keep a run alive, so that `unref` changes only what `hasRef` says: a run ends with its script.
 */
import type { ScriptWorld } from '../runner/run.ts';
import { holderOf, replace } from './replace.ts';
import { currentPhase, currentWorld, refuse } from './script-world.ts';

export type Callback = (...args: unknown[]) => void;

const LONGEST_MILLIS = 2 ** 31 - 1;
const LOAD_ADVICE = 'start timers inside the scenario function';

/** Timers whose numbers were asked for, so that `clearTimeout(+timer)` works: each world, as a life of a process is one, counts from 1. */
const numbered = new WeakMap<ScriptWorld, VirtualTimer[]>();

/** What setTimeout returns in a run; the same methods as Node's Timeout. */
class VirtualTimer {
  #number = 0;
  #hasRef = true;
  readonly #world: ScriptWorld;
  readonly #delayMicros: number;
  readonly #repeats: boolean;
  /** Undefined once it was cleared. */
  #callback: (() => void) | undefined;
  #cancel!: () => void;

  constructor(world: ScriptWorld, delayMicros: number, repeats: boolean, callback: () => void) {
    this.#world = world;
    this.#delayMicros = delayMicros;
    this.#repeats = repeats;
    this.#callback = callback;
    this.#arm();
  }

  #arm(): void {
    this.#cancel = this.#world.after(this.#delayMicros, () => {
      const callback = this.#callback!;
      // The next round is armed first: what the callback arms for the same instant comes after it.
      if (this.#repeats) this.#arm();
      else this.#forgetNumber();
      callback();
    });
  }

  #forgetNumber(): void {
    delete numbered.get(this.#world)?.[this.#number - 1];
  }

  /** Starts the delay again from now, also once it is over; what was cleared remains so. */
  refresh(): this {
    if (this.#callback !== undefined) {
      this.#cancel();
      this.#arm();
    }
    return this;
  }
  close(): this {
    this.#cancel();
    this.#callback = undefined;
    this.#forgetNumber();
    return this;
  }
  ref(): this {
    this.#hasRef = true;
    return this;
  }
  unref(): this {
    this.#hasRef = false;
    return this;
  }
  hasRef(): boolean {
    return this.#hasRef;
  }
  [Symbol.toPrimitive](): number {
    if (this.#number === 0) {
      const timers = numbered.get(this.#world) ?? [];
      numbered.set(this.#world, timers);
      this.#number = timers.push(this);
    }
    return this.#number;
  }
}

/** Node's rule: a delay that is no number, below 1 or too long becomes 1 ms. */
export function delayMicros(millis: unknown): number {
  const delay = Number(millis);
  return (delay >= 1 && delay <= LONGEST_MILLIS ? Math.trunc(delay) : 1) * 1000;
}

/** The world timers run in; at loading time there is none yet. */
export function worldFor(call: string): ScriptWorld | undefined {
  const world = currentWorld();
  if (world !== undefined && currentPhase() === 'loading') refuse(call, LOAD_ADVICE);
  return world;
}

/** The names that {@link installGlobalTimers} makes virtual. */
export const STARTING = ['setTimeout', 'setInterval', 'setImmediate'];
export const CLEARING = ['clearTimeout', 'clearInterval', 'clearImmediate'];

/** Those that the host has not are left alone: browsers have no setImmediate. */
export function installGlobalTimers(): void {
  for (const name of STARTING) {
    install(name, (real) => (callback: unknown, ...args: unknown[]) => {
      const world = worldFor(name);
      if (world === undefined) return real(callback, ...args);
      if (typeof callback !== 'function')
        throw Object.assign(new TypeError(`a timer needs a function to call, not ${typeof callback}`), {
          code: 'ERR_INVALID_ARG_TYPE',
        });
      const delay = name === 'setImmediate' ? 0 : delayMicros(args.shift());
      return new VirtualTimer(world, delay, name === 'setInterval', () => callback(...args));
    });
  }
  for (const name of CLEARING) {
    install(name, (real) => (timer: unknown) => {
      const world = currentWorld();
      if (timer instanceof VirtualTimer) timer.close();
      else if (world === undefined || typeof timer === 'object') real(timer);
      else numbered.get(world)?.[Number(timer) - 1]?.close();
    });
  }
}

function install(name: string, make: (real: Callback) => Callback | ((...args: never[]) => unknown)): void {
  replace(holderOf(globalThis, name), name, make as never);
}
