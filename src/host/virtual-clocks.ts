/** Date, performance and process.hrtime of a script: the virtual time of its run. */
import buffer from 'node:buffer';
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';
import { installDateAndPerformance } from './virtual-date.ts';

export function installClocks(): void {
  installDateAndPerformance();
  installProcessClocks();
  installFile();
}

/** A file that is told no other time was changed when it was made. */
function installFile(): void {
  const dispatcher = new Proxy(File, {
    construct(target, [parts, name, options, ...rest], newTarget): object {
      const world = currentWorld();
      const dated =
        world === undefined
          ? options
          : { lastModified: Math.floor(world.wallMicros / 1000), ...(options as object) };
      return Reflect.construct(target, [parts, name, dated, ...rest], newTarget) as object;
    },
  });
  for (const owner of [globalThis, buffer]) {
    const { enumerable = true } = Object.getOwnPropertyDescriptor(owner, 'File') ?? {};
    Object.defineProperty(owner, 'File', {
      value: dispatcher,
      writable: true,
      configurable: true,
      enumerable,
    });
  }
}

function installProcessClocks(): void {
  const real = process.hrtime;
  const realBigint = process.hrtime.bigint;
  const dispatcher = (since?: [number, number]): [number, number] => {
    const world = currentWorld();
    if (world === undefined) return real(since);
    const seconds = Math.floor(world.now / 1e6);
    const nanos = (world.now - seconds * 1e6) * 1000;
    if (since === undefined) return [seconds, nanos];
    const borrowed = nanos < since[1];
    return [seconds - since[0] - (borrowed ? 1 : 0), nanos - since[1] + (borrowed ? 1e9 : 0)];
  };
  const bigint = (): bigint => {
    const world = currentWorld();
    return world === undefined ? realBigint() : BigInt(world.now) * 1000n;
  };
  process.hrtime = Object.assign(dispatcher, { bigint });
  replace<() => number>(process, 'uptime', (realUptime) => () => {
    const world = currentWorld();
    return world === undefined ? realUptime() : world.now / 1e6;
  });
}
