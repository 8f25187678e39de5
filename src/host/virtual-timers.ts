/** The timers of a script in Node: the globals, and what the modules `timers` and `timers/promises` have of them. */
import timersDefault from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ScriptWorld } from '../runner/run.ts';
import { replace } from './replace.ts';
import {
  type Callback,
  CLEARING,
  delayMicros,
  installGlobalTimers,
  STARTING,
  worldFor,
} from './virtual-timer.ts';

export function installTimers(): void {
  installGlobalTimers();
  const timers = timersDefault as unknown as Record<string, unknown>;
  // The module and the globals share one dispatcher, so that a timer of one can be cleared by the other.
  for (const name of [...STARTING, ...CLEARING]) timers[name] = Reflect.get(globalThis, name);
  installPromises();
}

interface PromiseTimerOptions {
  signal?: AbortSignal;
}

function sleep(
  world: ScriptWorld,
  micros: number,
  value: unknown,
  options?: PromiseTimerOptions,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = options?.signal;
    const abort = (): void => {
      cancel();
      reject(
        new DOMException('The operation was aborted', { name: 'AbortError', cause: signal?.reason } as never),
      );
    };
    const cancel = world.after(micros, () => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function installPromises(): void {
  const modules = timersPromises as unknown as Record<string, unknown>;
  replace<Callback>(
    modules,
    'setTimeout',
    (real) =>
      ((millis: unknown, value: unknown, options: PromiseTimerOptions) => {
        const world = worldFor('setTimeout');
        return world === undefined
          ? real(millis, value, options)
          : sleep(world, delayMicros(millis), value, options);
      }) as Callback,
  );
  replace<Callback>(
    modules,
    'setImmediate',
    (real) =>
      ((value: unknown, options: PromiseTimerOptions) => {
        const world = worldFor('setImmediate');
        return world === undefined ? real(value, options) : sleep(world, 0, value, options);
      }) as Callback,
  );
  replace<Callback>(
    modules,
    'setInterval',
    (real) =>
      ((millis: unknown, value: unknown, options: PromiseTimerOptions) => {
        const world = worldFor('setInterval');
        if (world === undefined) return real(millis, value, options);
        return (async function* () {
          for (;;) yield await sleep(world, delayMicros(millis), value, options);
        })();
      }) as Callback,
  );
  const scheduler = Object.getPrototypeOf(timersPromises.scheduler) as object;
  replace<Callback>(
    scheduler,
    'wait',
    (real) =>
      function (this: unknown, millis: unknown, options: PromiseTimerOptions) {
        const world = worldFor('scheduler.wait');
        return world === undefined
          ? Reflect.apply(real, this, [millis, options])
          : sleep(world, delayMicros(millis), undefined, options);
      } as Callback,
  );
  replace<Callback>(
    scheduler,
    'yield',
    (real) =>
      function (this: unknown) {
        const world = worldFor('scheduler.yield');
        return world === undefined ? Reflect.apply(real, this, []) : sleep(world, 0, undefined);
      } as Callback,
  );
  for (const name of ['setTimeout', 'setImmediate']) {
    const dispatcher = Reflect.get(globalThis, name) as object;
    Object.defineProperty(dispatcher, promisify.custom, {
      value: modules[name],
      configurable: true,
      enumerable: false,
    });
  }
}
