import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/mqtt/machine.ts';
import { DirectoryStore, type Store, StoreError, serve } from '../../src/net/index.ts';
import { directory } from './stage.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = async (store: DirectoryStore) =>
  (await store.load()).map(([key, value]) => `${key}=${new TextDecoder().decode(value)}`);

/** Appends all batches at once and gives the numbers that were told stored. */
async function store(opened: DirectoryStore, batches: readonly Batch[]): Promise<number[]> {
  const told: number[] = [];
  await new Promise<void>((resolve, reject) => {
    opened.attach((batch) => {
      told.push(batch);
      if (batch === batches.length) resolve();
    }, reject);
    for (const batch of batches) opened.append(batch);
    expect(opened.backlogBytes).toBeGreaterThan(0);
  });
  return told;
}

describe.each(['sync', 'interval'] as const)('a store in a directory at durability %s', (durability) => {
  it('keeps the last value of every key over its end', async () => {
    const path = directory();
    const first = await DirectoryStore.open(path, durability);
    await store(first, [
      [
        ['a', bytes('1')],
        ['b', bytes('1')],
      ],
      [['a', bytes('2')]],
      [
        ['b', null],
        ['c', bytes('ü')],
      ],
      [['c', null]],
      [['c', bytes('3')]],
    ]);
    expect(first.backlogBytes).toBe(0);
    await first.close();
    const second = await DirectoryStore.open(path, durability);
    expect(await read(second)).toEqual(['a=2', 'c=3']);
    await second.close();
  });

  it('tells many batches stored by one write', async () => {
    const opened = await DirectoryStore.open(directory(), durability);
    const told = await store(
      opened,
      Array.from({ length: 100 }, (_, i): Batch => [[`${i}`, bytes('x')]]),
    );
    expect(told).toEqual([100]);
    expect((await read(opened)).length).toBe(100);
    await opened.close();
  });

  it('counts batches from 1 in each process, and stores what is left when it closes', async () => {
    const path = directory();
    const first = await DirectoryStore.open(path, durability);
    first.append([['late', bytes('x')]]);
    await first.close();
    const second = await DirectoryStore.open(path, durability);
    expect(await store(second, [[['more', bytes('y')]]])).toEqual([1]);
    expect(await read(second)).toEqual(['late=x', 'more=y']);
    await second.close();
  });
});

describe('a store in a directory', () => {
  it('belongs to one process at a time', async () => {
    const path = directory();
    const first = await DirectoryStore.open(path, 'sync');
    await expect(DirectoryStore.open(path, 'sync')).rejects.toThrow(StoreError);
    await first.close();
    await (await DirectoryStore.open(path, 'sync')).close();
  });

  it('that holds what no broker wrote is refused, and let go of', async () => {
    const path = directory();
    const foreign = await DirectoryStore.open(path, 'sync');
    foreign.append([['strange', bytes('x')]]);
    await foreign.close();
    const store = await DirectoryStore.open(path, 'sync');
    await expect(serve({ port: 0, store })).rejects.toThrow(/strange/);
    await (await DirectoryStore.open(path, 'sync')).close();
  });

  it('that cannot be read is let go of by the server that asked for it', async () => {
    const store = await DirectoryStore.open(directory(), 'sync');
    let closed = false;
    const unreadable: Store = {
      ...{ attach: () => {}, append: () => {}, backlogBytes: 0, idle: async () => {} },
      load: () => Promise.reject(new Error('the disk is broken')),
      close: async () => {
        closed = true;
        await store.close();
      },
    };
    await expect(serve({ port: 0, store: unreadable })).rejects.toThrow('the disk is broken');
    expect(closed).toBe(true);
  });

  it('that cannot be written stops its server, which acknowledges nothing more', async () => {
    const store = await DirectoryStore.open(directory(), 'sync');
    const server = await serve({ port: 0, store });
    await store.close();
    store.append([['a', bytes('x')]]);
    await expect(server.closed).rejects.toThrow(/the store cannot be written/);
  });
});
