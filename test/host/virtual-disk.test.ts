import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import type { HostedStore } from '../../src/scenario/hosting.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';

/** What the script has seen. */
async function seenBy(script: (sim: Simulation, seen: unknown[]) => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const { error } = await runHosted(
    scenario('disk', (sim) => script(sim, seen)),
    { seed: 1, level: 'digest' },
  );
  expect(error).toBeUndefined();
  return seen;
}

async function all(entries: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

describe('a store on the disk of a hosted node', () => {
  it('reads and writes as a database of abstract-level does, in the order of bytes', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(({ disk }) => disk.open('state'));
      await app.do(async (store: HostedStore) => {
        // U+FF5E is less than U+1F980 in bytes, and greater in UTF-16.
        for (const key of ['b', '\u{1f980}', 'a', '\uff5e', 'c']) await store.put(key, key.toUpperCase());
        await store.del('c');
        const batch = store as unknown as { batch(operations: object[]): Promise<void> };
        await batch.batch([
          { type: 'put', key: 'd', value: 'D' },
          { type: 'del', key: 'nothing' },
        ]);
        seen.push(await store.get('a'), await store.get('c'));
        seen.push(await all(store.keys()), await all(store.keys({ gt: 'a', lte: 'd', reverse: true })));
        seen.push(await all(store.iterator({ limit: 2 })));
        await store.put('bytes', Buffer.from([0, 255]), { valueEncoding: 'buffer' } as object);
        seen.push(await store.get('bytes', { valueEncoding: 'buffer' }));
        await store.clear({ gte: 'b', lt: 'e' });
        seen.push(await all(store.keys()));
      });
    });
    expect(seen).toEqual([
      'A',
      undefined,
      ['a', 'b', 'd', '\uff5e', '\u{1f980}'],
      ['d', 'b'],
      [
        ['a', 'A'],
        ['b', 'B'],
      ],
      Buffer.from([0, 255]),
      ['a', '\uff5e', '\u{1f980}'],
    ]);
  });

  it('shows an iterator what was there when it was made', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(({ disk }) => disk.open('state'));
      await app.do(async (store: HostedStore) => {
        await store.put('a', '1');
        const keys = store.keys();
        await store.put('b', '2');
        seen.push(await all(keys), await all(store.keys()));
      });
    });
    expect(seen).toEqual([['a'], ['a', 'b']]);
  });

  it('keeps what was written through a crash, and what was synced through a power cut', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app', { disk: { latency: '10ms' } });
      await app.boot(({ disk }) => disk.open('state'));
      const put = (key: string, sync: boolean) =>
        app.do((store: HostedStore) => store.put(key, 'there', { sync }));
      const keys = async () => seen.push(await app.do((store: HostedStore) => all(store.keys())));

      const began = sim.now;
      await put('synced', true);
      seen.push(sim.now - began >= 10_000);
      await put('written', false);
      seen.push(sim.now - began < 20_000);
      app.crash();
      app.restart();
      await keys();
      await sim.sleep('1s');
      await put('late', false);
      app.powerCut();
      app.restart();
      await keys();
    });
    expect(seen).toEqual([true, true, ['synced', 'written'], ['synced', 'written']]);
  });

  it('keeps stores apart by their names, and locks one that is open', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(async ({ disk }) => {
        const [one, two] = [disk.open('one'), disk.open('one-two')];
        await one.put('key', '1');
        await two.put('key', '2');
        seen.push(await one.get('key'), await two.get('key'));
        await disk
          .open('one')
          .open()
          .catch((error: Error) => seen.push((error.cause as Error).message));
        await one.close();
        seen.push(await disk.open('one').get('key'));
      });
    });
    expect(seen).toEqual(['1', '2', "the store 'one' is open already, and belongs to who opened it", '1']);
  });

  it('refuses to write while the disk is full', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(({ disk }) => disk.open('state'));
      const put = () => app.do((store: HostedStore) => store.put('key', 'value'));
      app.fillDisk({ for: '1s' });
      await put().catch((error: Error) => seen.push(error.message));
      await sim.sleep('2s');
      await put();
      seen.push(await app.do((store: HostedStore) => store.get('key')));
    });
    expect(seen).toEqual(['IO error: no space left on device', 'value']);
  });

  it('is handed to a file, by a function that it exports', async () => {
    const file = new URL('./apps/store.js', import.meta.url);
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app');
      seen.push(await app.boot(file, 'start'));
      app.crash();
      app.restart();
      seen.push(await app.do((booted) => booted));
      for (const call of ['notes', 'stop'])
        await sim
          .host(call)
          .boot(file, call)
          .catch((error: Error) => seen.push(error.message));
      expect(() => void sim.host('other').boot(() => {}, 'start')).toThrow(
        "boot of 'other' is to call 'start' of a function",
      );
    });
    expect(seen).toEqual([
      { name: 'app', lives: '1', starts: 1 },
      { name: 'app', lives: '12', starts: 1 },
      "boot of 'notes' is to call 'notes', which is no function that store.js exports",
      "boot of 'stop' is to call 'stop', which is no function that store.js exports",
    ]);
  });
});
