/** Chance of a script that Node and browsers have alike: Math.random, and the random bytes of Web Crypto, from the stream `<seed>/script/random`. */
import type { ScriptWorld } from '../runner/run.ts';
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

export function installRandom(): void {
  replace<Loose>(Math, 'random', (real) => () => {
    const world = currentWorld();
    return world === undefined ? real() : world.draw();
  });
}

/** @param owner has `getRandomValues` and `randomUUID`. */
export function installWebCrypto(owner: object): void {
  replace<Loose>(
    owner,
    'getRandomValues',
    (real) =>
      function (this: unknown, array: ArrayBufferView) {
        const world = currentWorld();
        if (world === undefined) return Reflect.apply(real, this, [array]);
        fill(world, array);
        return array;
      },
  );
  if (!('randomUUID' in owner)) {
    // A frame without an origin has none, and a story has it all the same.
    Object.defineProperty(owner, 'randomUUID', {
      configurable: true,
      writable: true,
      value: () => uuid(currentWorld()!),
    });
    return;
  }
  replace<Loose>(
    owner,
    'randomUUID',
    (real) =>
      function (this: unknown, options?: unknown) {
        const world = currentWorld();
        return world === undefined ? Reflect.apply(real, this, [options]) : uuid(world);
      },
  );
}

export function fill(
  world: ScriptWorld,
  target: ArrayBufferView | ArrayBuffer,
  offset = 0,
  size?: number,
): void {
  const view = ArrayBuffer.isView(target) ? target : new Uint8Array(target);
  // Offsets count elements of the array, as in Node.
  const elementSize = 'BYTES_PER_ELEMENT' in view ? (view.BYTES_PER_ELEMENT as number) : 1;
  const start = offset * elementSize;
  const length = size === undefined ? view.byteLength - start : size * elementSize;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(world.draw() * 256);
}

/** One of version 4. */
export function uuid(world: ScriptWorld): string {
  const bytes = new Uint8Array(16);
  fill(world, bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
