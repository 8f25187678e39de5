/**
 * setTimeout, setInterval and setImmediate of a script, in Node and in a browser: events of its run.
 *
 * A timer does not keep a run alive, `unref` therefore changes nothing: a run ends with its script.
 */
import type { ScriptWorld } from '../runner/run.ts';
import { holderOf, replace } from './replace.ts';
import { currentPhase, currentWorld, refuse } from './script-world.ts';

export type Callback = (...args: unknown[]) => void;

const LONGEST_MILLIS = 2 ** 31 - 1;
const LOAD_ADVICE = 'start timers inside the scenario function';

/** Numbers are handed out as Node does, so that `clearTimeout(+timer)` works. */
let lastId = 0;
const timersById = new Map<number, VirtualTimer>();

/** What setTimeout returns in a run; the same methods as Node's Timeout. */
class VirtualTimer {
  readonly #id = ++lastId;
  readonly #world: ScriptWorld;
  readonly #delayMicros: number;
  readonly #repeats: boolean;
  readonly #callback: () => void;
  #cancel: (() => void) | undefined;

  constructor(world: ScriptWorld, delayMicros: number, repeats: boolean, callback: () => void) {
    this.#world = world;
    this.#delayMicros = delayMicros;
    this.#repeats = repeats;
    this.#callback = callback;
    timersById.set(this.#id, this);
    this.#arm();
  }

  #arm(): void {
    this.#cancel = this.#world.after(this.#delayMicros, () => {
      this.#cancel = undefined;
      if (!this.#repeats) timersById.delete(this.#id);
      // The next round is armed first: what the callback arms for the same instant comes after it.
      if (this.#repeats) this.#arm();
      this.#callback();
    });
  }

  /** Starts the delay again from now. */
  refresh(): this {
    this.#cancel?.();
    timersById.set(this.#id, this);
    this.#arm();
    return this;
  }
  close(): this {
    this.#cancel?.();
    this.#cancel = undefined;
    timersById.delete(this.#id);
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  [Symbol.toPrimitive](): number {
    return this.#id;
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

function checkCallback(callback: unknown): asserts callback is Callback {
  if (typeof callback !== 'function')
    throw new TypeError(`a timer needs a function to call, not ${typeof callback}`);
}

/** The names that {@link installGlobalTimers} has made virtual. */
export const TIMER_NAMES = [
  ...['setTimeout', 'setInterval', 'setImmediate'],
  ...['clearTimeout', 'clearInterval', 'clearImmediate'],
];

/** Those that the host has not are left alone: browsers have no setImmediate. */
export function installGlobalTimers(): void {
  for (const [name, repeats] of [
    ['setTimeout', false],
    ['setInterval', true],
  ] as const) {
    install(name, (real) => (callback: unknown, millis?: unknown, ...args: unknown[]) => {
      const world = worldFor(name);
      if (world === undefined) return real(callback, millis, ...args);
      checkCallback(callback);
      return new VirtualTimer(world, delayMicros(millis), repeats, () => callback(...args));
    });
  }
  install('setImmediate', (real) => (callback: unknown, ...args: unknown[]) => {
    const world = worldFor('setImmediate');
    if (world === undefined) return real(callback, ...args);
    checkCallback(callback);
    return new VirtualTimer(world, 0, false, () => callback(...args));
  });
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) {
    install(name, (real) => (timer: unknown) => {
      if (timer instanceof VirtualTimer) timer.close();
      else if (currentWorld() !== undefined && (typeof timer === 'number' || typeof timer === 'string')) {
        timersById.get(Number(timer))?.close();
      } else real(timer);
    });
  }
}

function install(name: string, make: (real: Callback) => Callback | ((...args: never[]) => unknown)): void {
  replace(holderOf(globalThis, name), name, make as never);
}
