/** Math.random and the random bytes of crypto of a script: the stream `<seed>/script/random` of its run. */
import crypto from 'node:crypto';
import type { ScriptWorld } from '../runner/run.ts';
import { replace } from './replace.ts';
import { currentPhase, currentWorld } from './script-world.ts';

type Callback = (error: Error | null, result?: unknown) => void;
// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

export function installChance(): void {
  replace<Loose>(Math, 'random', (real) => () => {
    const world = currentWorld();
    return world === undefined ? real() : world.draw();
  });
  const module = crypto as unknown as Record<string, unknown>;
  const prototype = Object.getPrototypeOf(crypto.webcrypto) as object;
  for (const owner of [module, prototype]) {
    replace<Loose>(
      owner,
      'getRandomValues',
      (real) =>
        function (this: unknown, array: ArrayBufferView) {
          const world = currentWorld();
          if (world === undefined)
            return Reflect.apply(real, this === module ? crypto.webcrypto : this, [array]);
          fill(world, array);
          return array;
        },
    );
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
  for (const name of ['randomBytes', 'pseudoRandomBytes', 'rng', 'prng']) {
    replace<Loose>(module, name, (real) => (size: number, callback?: Callback) => {
      const world = currentWorld();
      if (world === undefined) return real(size, callback);
      const bytes = Buffer.alloc(size);
      fill(world, bytes);
      return answer(world, bytes, callback);
    });
  }
  replace<Loose>(
    module,
    'randomFillSync',
    (real) => (target: ArrayBufferView, offset?: number, size?: number) => {
      const world = currentWorld();
      if (world === undefined) return real(target, offset, size);
      fill(world, target, offset, size);
      return target;
    },
  );
  replace<Loose>(module, 'randomFill', (real) => (target: ArrayBufferView, ...rest: unknown[]) => {
    const world = currentWorld();
    if (world === undefined) return real(target, ...rest);
    const [offset, size] = rest.filter((argument) => typeof argument === 'number');
    fill(world, target, offset, size);
    return answer(
      world,
      target,
      rest.find((argument) => typeof argument === 'function') as Callback | undefined,
    );
  });
  replace<Loose>(module, 'randomInt', (real) => (...args: unknown[]) => {
    const world = currentWorld();
    if (world === undefined) return real(...args);
    const numbers = args.filter((argument) => typeof argument === 'number');
    const [least, beyond] = numbers.length > 1 ? [numbers[0]!, numbers[1]!] : [0, numbers[0]!];
    const drawn = least + Math.floor(world.draw() * (beyond - least));
    return answer(
      world,
      drawn,
      args.find((argument) => typeof argument === 'function') as Callback | undefined,
    );
  });
}

function answer(world: ScriptWorld, result: unknown, callback?: Callback): unknown {
  if (callback === undefined) return result;
  // While a module is loaded time stands still, and a microtask is as late as it gets.
  if (currentPhase() === 'loading') queueMicrotask(() => callback(null, result));
  else world.after(0, () => callback(null, result));
  return undefined;
}

function fill(world: ScriptWorld, target: ArrayBufferView | ArrayBuffer, offset = 0, size?: number): void {
  const view = ArrayBuffer.isView(target) ? target : new Uint8Array(target);
  // Offsets count elements of the array, as in Node.
  const elementSize = 'BYTES_PER_ELEMENT' in view ? (view.BYTES_PER_ELEMENT as number) : 1;
  const start = offset * elementSize;
  const length = size === undefined ? view.byteLength - start : size * elementSize;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(world.draw() * 256);
}

function uuid(world: ScriptWorld): string {
  const bytes = Buffer.alloc(16);
  fill(world, bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
