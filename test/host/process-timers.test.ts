/** Timers of hosted code: Node's rules, by the clock of the node. */
import { beforeAll, describe, expect, it } from 'vitest';
import { installDispatchers } from '../../src/host/dispatchers.ts';
import { ProcessWorld } from '../../src/host/process-world.ts';
import { runHosted } from '../../src/host/run-hosted.ts';
import { enterWorld, leaveWorld } from '../../src/host/script-world.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { ProcessGround } from './process-ground.ts';

/** What the script has seen. */
async function seenBy(script: (sim: Simulation, seen: unknown[]) => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = [];
  const { error } = await runHosted(
    scenario('timers', (sim) => script(sim, seen)),
    { seed: 1, level: 'digest' },
  );
  expect(error).toBeUndefined();
  return seen;
}

/** Takes no time for what it does, so that times are those of its timers. */
const QUICK = { cpu: { perEvent: '0us' } } as const;

describe('timers of a hosted node', () => {
  it('wait for a millisecond at least, and whole ones', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app', QUICK);
      await app.do(() => {
        for (const millis of [0, -5, Number.NaN, 2 ** 31, 0.5, 1.9, 2.9, '3', undefined])
          setTimeout(() => seen.push([millis, performance.now()]), millis as number);
      });
      await sim.sleep('1s');
    });
    expect(seen).toEqual([
      ...[0, -5, Number.NaN, 2 ** 31, 0.5, 1.9, undefined].map((millis) => [millis, 1]),
      [2.9, 2],
      ['3', 3],
    ]);
  });

  it('need a function, and who gives another thing has made a mistake of its own', async () => {
    const asks = () => setTimeout('text' as unknown as () => void, 1);
    const { error } = await runHosted(
      scenario('timers', async (sim) => void (await sim.host('app').do(asks))),
      { seed: 1 },
    );
    expect(error).toMatchObject({
      blame: 'script',
      message: 'a timer needs a function to call, not string',
      site: expect.stringMatching(/process-timers\.test\.ts:\d+:\d+$/) as string,
    });
  });

  it('are refreshed before and after they are due, and never once they are cleared', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app', QUICK);
      await app.do(() => {
        const timer = setTimeout(() => seen.push(performance.now()), 10);
        setTimeout(() => timer.refresh(), 8);
        setTimeout(() => timer.refresh(), 30);
        const cleared = setTimeout(() => seen.push('cleared'), 5);
        clearTimeout(cleared);
        cleared.refresh();
        const interval = setInterval(() => {
          seen.push('once');
          clearInterval(interval);
          interval.refresh();
        }, 50);
      });
      await sim.sleep('1s');
    });
    expect(seen).toEqual([18, 40, 'once']);
  });

  it('have numbers that count from 1 in each life of each node, and clear no timer but their own', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const [one, two] = [sim.host('one', QUICK), sim.host('two', QUICK)];
      const arms = (): number[] => {
        const timers = [10, 20, 30].map((millis) =>
          setTimeout(() => seen.push(`${millis} at ${performance.now()}`), millis),
        );
        return timers.map(Number);
      };
      seen.push(await one.do(arms), await two.do(arms));
      await one.do(() => {
        clearTimeout(2);
        clearTimeout('3');
        clearTimeout(4);
      });
      await sim.sleep('1s');
      one.crash();
      one.restart();
      seen.push(await one.do(arms));
    });
    expect(seen).toEqual([
      ...[
        [1, 2, 3],
        [1, 2, 3],
      ],
      ...['10 at 10', '10 at 10', '20 at 20', '30 at 30'],
      [1, 2, 3],
    ]);
  });

  it('come again, each round a whole period after the one before', async () => {
    const seen = await seenBy(async (sim, seen) => {
      const app = sim.host('app', { cpu: { perEvent: '300us' }, clock: { drift: 0.5 } });
      await app.do(() => {
        const interval = setInterval(() => {
          seen.push(performance.now() % 10 < 1);
          if (seen.length === 5) clearInterval(interval);
        }, 10);
      });
      await sim.sleep('1s');
    });
    expect(seen).toEqual([true, true, true, true, true]);
  });
});

describe('a timer that is armed again and again, as MQTT.js does for each acknowledgement', () => {
  beforeAll(() => installDispatchers());

  it.each<[string, (timer: NodeJS.Timeout, callback: () => void) => NodeJS.Timeout]>([
    ['refreshed', (timer) => timer.refresh()],
    [
      'cleared and made anew',
      (timer, callback) => {
        clearTimeout(timer);
        return setTimeout(callback, 60_000);
      },
    ],
    [
      'cleared by its number',
      (timer, callback) => {
        clearTimeout(+timer);
        return setTimeout(callback, 60_000);
      },
    ],
  ])('leaves one entry when it is %s', async (_how, again) => {
    const ground = new ProcessGround();
    const node = ground.host('app');
    await ground.run(1_000);
    const world = new ProcessWorld(
      node.process!,
      1,
      () => 0,
      {},
      (error) => {
        throw error;
      },
    );
    const inWorld = <T>(act: () => T): Promise<T> =>
      ground.in(node, () => {
        enterWorld(world, 'running');
        try {
          return act();
        } finally {
          leaveWorld();
        }
      });
    let fired = 0;
    const callback = (): void => void fired++;
    let timer = await inWorld(() => setTimeout(callback, 60_000));
    const { queue } = ground.world.simulator;
    const pending = queue.size;
    for (let round = 0; round < 300; round++) {
      await ground.run(ground.world.now + 1_000);
      timer = await inWorld(() => again(timer, callback));
      expect([node.process!.loop.pending, queue.size]).toEqual([1, pending]);
    }
    await ground.run(ground.world.now + 61_000_000);
    expect(fired).toBe(1);
    expect(node.process!.loop.pending).toBe(0);
  });
});
