/** `process.pid` of hosted code: it comes back with the seed, as all that code makes of it. */
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { ProcessIds } from '../../src/host/virtual-pid.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const real = [process.pid, process.ppid];

/** Of two lives of one node, of one life of another, and of the script. */
async function pids(seed: number, others: readonly string[] = ['two']): Promise<number[][]> {
  const seen: number[][] = [];
  const { error } = await runHosted(
    scenario('pids', async (sim) => {
      for (const name of others) await sim.host(name).boot(() => void seen.push([process.pid, process.ppid]));
      const one = sim.host('one');
      await one.boot(() => void seen.push([process.pid, process.ppid]));
      one.crash();
      one.restart();
      await one.do(() => void seen.push([process.pid, process.ppid]));
      seen.push([process.pid, process.ppid]);
    }),
    { seed, level: 'digest' },
  );
  expect(error).toBeUndefined();
  return seen;
}

describe('the numbers of processes', () => {
  it('are one of its own for each life of each node, and come back with the seed', async () => {
    const first = await pids(1);
    const [two, one, again, alike, script] = first;
    expect(again).toEqual(alike);
    expect(new Set([...[two, one, again].map((numbers) => numbers![0]), 1, real[0]]).size).toBe(5);
    expect([two, one, again].map((numbers) => numbers![1])).toEqual([1, 1, 1]);
    expect(script).toEqual([1, 0]);
    expect(await pids(1)).toEqual(first);
    expect(await pids(2)).not.toEqual(first);
  });

  it('do not depend on which other nodes there are', async () => {
    expect((await pids(1, [])).at(0)).toEqual((await pids(1, ['two', 'three'])).at(2));
  });

  it('are those of the host outside of runs', async () => {
    await pids(1);
    expect([process.pid, process.ppid]).toEqual(real);
  });

  it('are drawn again where another life has them', () => {
    const ids = new ProcessIds();
    const draws = [0, 0, 0.5];
    expect([ids.next(() => draws.shift()!), ids.next(() => draws.shift()!)]).toEqual([300, 16_534]);
  });
});
