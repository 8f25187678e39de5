/** Math.random and the random bytes of crypto of a script: the stream `<seed>/script/random` of its run. */
import crypto from 'node:crypto';
import type { ScriptWorld } from '../runner/run.ts';
import { askedForRandomBytes } from './random-pools.ts';
import { replace } from './replace.ts';
import { currentPhase, currentWorld } from './script-world.ts';
import { fill, installRandom, installWebCrypto } from './virtual-random.ts';

type Callback = (error: Error | null, result?: unknown) => void;
// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

export function installChance(): void {
  installRandom();
  const module = crypto as unknown as Record<string, unknown>;
  const webCrypto = Object.getPrototypeOf(crypto.webcrypto) as object;
  installWebCrypto(webCrypto);
  replace<Loose>(
    webCrypto,
    'getRandomValues',
    (virtual) =>
      function (this: unknown, array: ArrayBufferView) {
        if (currentWorld() !== undefined) askedForRandomBytes(array.byteLength);
        return Reflect.apply(virtual, this, [array]) as unknown;
      },
  );
  // Of the module they take any receiver.
  for (const name of ['getRandomValues', 'randomUUID']) {
    replace<Loose>(
      module,
      name,
      () =>
        (...args: unknown[]) =>
          Reflect.apply(Reflect.get(crypto.webcrypto, name) as Loose, crypto.webcrypto, args) as unknown,
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
      askedForRandomBytes(size ?? target.byteLength);
      fill(world, target, offset, size);
      return target;
    },
  );
  replace<Loose>(module, 'randomFill', (real) => (target: ArrayBufferView, ...rest: unknown[]) => {
    const world = currentWorld();
    if (world === undefined) return real(target, ...rest);
    const [offset, size] = rest.filter((argument) => typeof argument === 'number');
    askedForRandomBytes(size ?? target.byteLength);
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
