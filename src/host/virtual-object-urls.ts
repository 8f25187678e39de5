/** `URL.createObjectURL` of who runs in a world: named from its chance, and known to nobody else. */
import buffer, { type Blob } from 'node:buffer';
import type { ScriptWorld } from '../runner/run.ts';
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';
import { uuid } from './virtual-random.ts';

type Loose = (this: unknown, ...args: unknown[]) => unknown;

const PREFIX = 'blob:nodedata:';
const blobs = new WeakMap<ScriptWorld, Map<string, Blob>>();

export function installObjectUrls(): void {
  inWorld(URL, 'createObjectURL', (world, args, real) => {
    const [blob] = args;
    // Node knows best how to refuse what is none.
    if (!(blob instanceof buffer.Blob)) return Reflect.apply(real, URL, args);
    const mine = blobs.get(world) ?? new Map<string, Blob>();
    blobs.set(world, mine);
    const url = PREFIX + uuid(world);
    mine.set(url, blob);
    return url;
  });
  inWorld(URL, 'revokeObjectURL', (world, [url]) => void blobs.get(world)?.delete(`${url}`));
  inWorld(buffer, 'resolveObjectURL', (world, [url]) => {
    const blob = blobs.get(world)?.get(`${url}`);
    return blob?.slice(0, blob.size, blob.type);
  });
}

function inWorld(
  owner: object,
  name: string,
  virtual: (world: ScriptWorld, args: unknown[], real: Loose) => unknown,
): void {
  replace<Loose>(
    owner,
    name,
    (real) =>
      function (this: unknown, ...args: unknown[]) {
        const world = currentWorld();
        return world === undefined ? Reflect.apply(real, this, args) : virtual(world, args, real);
      },
  );
}
