import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/mqtt/machine.ts';
import { Disk, type DiskOptions } from '../../src/sim/disk.ts';
import { Streams } from '../../src/sim/rng.ts';
import { recordedWorld } from './fakes.ts';

function disk(options: DiskOptions = {}, seed = '1') {
  const { world, events } = recordedWorld();
  const stored: [at: number, batch: number][] = [];
  const one = new Disk(world.simulator, 'hub', options, new Streams(seed).stream('disk'));
  const attach = (): void => one.attach((batch) => stored.push([world.now, batch]));
  attach();
  return { disk: one, simulator: world.simulator, stored, events, attach };
}

const put = (key: string, value = 1): Batch => [[key, Uint8Array.of(value)]];
const keys = (one: Disk): string[] => one.snapshot().map(([key]) => key);

describe('a disk', () => {
  test('tells that a batch is safe after the latency of a sync', () => {
    const { disk: one, simulator, stored } = disk();
    one.append(put('a'));
    simulator.run();
    expect(stored).toEqual([[500, 1]]);
  });

  test('batches that are written while a sync runs share the next one', () => {
    const { disk: one, simulator, stored } = disk({ latency: '1ms' });
    one.append(put('a'));
    simulator.run(100);
    for (const key of ['b', 'c', 'd']) one.append(put(key));
    simulator.run();
    expect(stored).toEqual([
      [1_000, 1],
      [2_000, 2],
      [2_000, 3],
      [2_000, 4],
    ]);
  });

  test('each batch of a shared sync is told with its own write as the cause', () => {
    const { disk: one, simulator, events } = disk({ latency: '1ms' });
    for (const key of ['a', 'b', 'c']) one.append(put(key));
    simulator.run();
    const written = events.filter(({ k }) => k === 'disk.written');
    const synced = events.filter(({ k }) => k === 'disk.synced');
    expect(synced.map(({ c }) => c)).toEqual(written.map(({ i }) => i));
  });

  test('a crash of the process keeps what was written, synced or not', () => {
    const { disk: one } = disk();
    one.append(put('a'));
    one.append([['a', null], ...put('b')]);
    one.processDied();
    expect(keys(one)).toEqual(['b']);
  });

  test('a power cut keeps only what was synced', () => {
    const { disk: one, simulator, events } = disk();
    one.append(put('a'));
    simulator.run();
    one.append(put('b'));
    one.append(put('c'));
    one.powerLost(false);
    expect(keys(one)).toEqual(['a']);
    expect(events.at(-1)).toMatchObject({ k: 'disk.lost', batch: 1, entries: 2 });
    simulator.run();
    expect(keys(one)).toEqual(['a']);
  });

  test('a torn power cut keeps whole batches from the first on, never a later one without an earlier', () => {
    const left = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { disk: one } = disk({}, `${seed}`);
      one.append([...put('a1'), ...put('a2')]);
      one.append([...put('b1'), ...put('b2')]);
      one.powerLost(true);
      left.add(keys(one).join(' '));
    }
    expect([...left].sort()).toEqual(['', 'a1 a2', 'a1 a2 b1 b2']);
  });

  test('the policy interval syncs at every tick, the policy none never', () => {
    const often = disk({ policy: 'interval', interval: '1s', latency: '1ms' });
    often.disk.append(put('a'));
    often.simulator.run(300_000);
    often.disk.append(put('b'));
    often.simulator.run();
    expect(often.stored).toEqual([
      [1_001_000, 1],
      [1_001_000, 2],
    ]);
    const never = disk({ policy: 'none' });
    never.disk.append(put('a'));
    expect(never.simulator.run()).toBe('empty');
    expect(never.stored).toEqual([]);
    never.disk.powerLost(false);
    expect(keys(never.disk)).toEqual([]);
  });

  test('numbers batches from 1 for each life, and syncs what an earlier life left', () => {
    const { disk: one, simulator, stored, attach } = disk();
    one.append(put('a'));
    simulator.run(100);
    one.append(put('b'));
    one.processDied();
    attach();
    one.append(put('c'));
    simulator.run();
    expect(stored).toEqual([[1_000, 1]]);
    one.powerLost(false);
    expect(keys(one)).toEqual(['a', 'b', 'c']);
  });

  test('has no number for what an earlier life left, however much that is, safe or lost', () => {
    const { disk: one, simulator, events, attach } = disk();
    const told = () => events.flatMap((event) => ('batch' in event ? [[event.k, event.batch]] : []));
    for (const key of ['a', 'b', 'c']) one.append(put(key));
    one.processDied();
    attach();
    simulator.run();
    expect(told().slice(3)).toEqual([
      ['disk.synced', 0],
      ['disk.synced', 0],
      ['disk.synced', 0],
    ]);
    for (const key of ['d', 'e']) one.append(put(key));
    one.processDied();
    attach();
    one.powerLost(false);
    expect(told().at(-1)).toEqual(['disk.lost', 0]);
  });

  test('while it is full nothing is written, and a crash loses what waits', () => {
    const { disk: one, simulator, stored } = disk();
    one.fill();
    one.append(put('a'));
    expect(simulator.run()).toBe('empty');
    one.makeRoom();
    simulator.run();
    expect(stored).toEqual([[500, 1]]);
    one.fill();
    one.append(put('b'));
    one.processDied();
    expect(keys(one)).toEqual(['a']);
  });

  test('while it is slow every sync takes longer', () => {
    const { disk: one, simulator, stored } = disk();
    one.slow(10_000);
    one.append(put('a'));
    simulator.run();
    one.quicken(10_000);
    one.append(put('b'));
    simulator.run();
    expect(stored).toEqual([
      [10_500, 1],
      [11_000, 2],
    ]);
  });

  test('overwriting takes no room, holding more than fits is an error', () => {
    const { disk: one, simulator } = disk({ capacityBytes: 100 });
    for (let i = 0; i < 1_000; i++) one.append(put('same key', i));
    simulator.run();
    for (let i = 0; i < 40; i++) one.append(put(`key ${i}`));
    expect(() => simulator.run()).toThrow(/the disk of hub holds \d+ bytes, more than its 100/);
  });

  test('what shares a sync is weighed when all of it is safe', () => {
    const large = (key: string, size: number): Batch => [[key, new Uint8Array(size - key.length)]];
    const { disk: one, simulator } = disk({ capacityBytes: 100, policy: 'interval' });
    one.append(large('x', 80));
    simulator.run();
    one.append(large('y', 40));
    one.append([['x', null]]);
    expect(() => simulator.run()).not.toThrow();
    const { disk: full, simulator: other } = disk({ capacityBytes: 100, policy: 'interval' });
    full.append(large('k', 60));
    full.append(large('z', 60));
    expect(() => other.run()).toThrow(/holds 120 bytes, more than its 100/);
  });
});
