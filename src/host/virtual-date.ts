/** Date and performance of a script, in Node and in a browser: the virtual time of its run. */
import { currentWorld } from './script-world.ts';

const MICROS_PER_MILLI = 1000;

export function installDateAndPerformance(): void {
  installDate();
  // In newer versions of Node `now` is on the prototype and wants its own `this`.
  const realNow = performance.now.bind(performance);
  Object.defineProperty(performance, 'now', {
    configurable: true,
    enumerable: true,
    writable: true,
    value: () => {
      const world = currentWorld();
      return world === undefined ? realNow() : world.now / MICROS_PER_MILLI;
    },
  });
  const realOrigin = performance.timeOrigin;
  Object.defineProperty(performance, 'timeOrigin', {
    configurable: true,
    enumerable: true,
    get: () => {
      const world = currentWorld();
      return world === undefined ? realOrigin : (world.wallMicros - world.now) / MICROS_PER_MILLI;
    },
  });
}

function installDate(): void {
  const Real = Date;
  function DateDispatcher(this: unknown, ...args: unknown[]): unknown {
    const world = currentWorld();
    if (new.target === undefined)
      return world === undefined ? Real() : new Real(wallMillis(world)).toString();
    const target = new.target === (DateDispatcher as unknown) ? Real : new.target;
    const given = args.length === 0 && world !== undefined ? [wallMillis(world)] : args;
    return Reflect.construct(Real, given, target);
  }
  Object.defineProperties(DateDispatcher, Object.getOwnPropertyDescriptors(Real));
  Object.defineProperty(DateDispatcher, 'now', {
    value: () => {
      const world = currentWorld();
      return world === undefined ? Real.now() : wallMillis(world);
    },
    writable: true,
    configurable: true,
  });
  // `new date.constructor()` has to find the dispatcher as well.
  Object.defineProperty(Real.prototype, 'constructor', {
    value: DateDispatcher,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(globalThis, 'Date', {
    value: DateDispatcher,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function wallMillis(world: { readonly wallMicros: number }): number {
  return Math.floor(world.wallMicros / MICROS_PER_MILLI);
}
