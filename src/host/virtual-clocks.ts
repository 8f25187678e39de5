/** Date, performance and process.hrtime of a script: the virtual time of its run. */
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';
import { installDateAndPerformance } from './virtual-date.ts';

export function installClocks(): void {
  installDateAndPerformance();
  installProcessClocks();
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
