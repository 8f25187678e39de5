/** `process.on` of hosted code: each process has its own listeners, and is told what Node would tell it. */
import { afterEach, describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';

async function run(script: (sim: Simulation, seen: unknown[]) => Promise<void>) {
  const seen: unknown[] = [];
  const result = await runHosted(
    scenario('process', (sim) => script(sim, seen)),
    { level: 'digest', seed: 1 },
  );
  return { result, seen };
}

const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
afterEach(() => {
  expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(before);
});

describe('listeners of a hosted process', () => {
  it('are its own: other nodes, other lives and the real process have none of them', async () => {
    const { result, seen } = await run(async (sim, seen) => {
      const [one, two] = [sim.host('one'), sim.host('two')];
      for (const node of [one, two])
        await node.boot(({ name, life }) => {
          expect(process.on('SIGTERM', () => seen.push(`${name} ${life}`)).once('exit', () => {})).toBe(
            process,
          );
        });
      const counts = () => [process.listenerCount('SIGTERM'), process.eventNames()];
      seen.push(await one.do(counts));
      await two.do(() => process.removeAllListeners());
      seen.push(await two.do(counts), await one.do(() => process.emit('SIGTERM')));
      seen.push(await two.do(() => process.emit('SIGTERM')));
      one.crash();
      one.restart();
      await one.do(() => process.emit('SIGTERM'));
    });
    expect(result.error).toBeUndefined();
    expect(seen).toEqual([[1, ['SIGTERM', 'exit']], 'one 1', [0, []], true, false, 'one 2']);
  });

  it('leave to the real process what Node tells it: warnings, that are printed, and messages of who started it', async () => {
    const heard: unknown[] = [];
    const outside = (warning: Error): void => void heard.push(warning.message);
    process.prependListener('warning', outside);
    const { result, seen } = await run(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(() => {
        process.on('warning', ({ message }) => seen.push(message));
        process.emitWarning('of app', { type: 'DeprecationWarning', code: 'AMBER_TEST' });
      });
      await sim.sleep('1s');
    });
    process.off('warning', outside);
    expect(result.error).toBeUndefined();
    expect([heard, seen]).toEqual([['of app'], ['of app']]);
  });

  it('hear nothing of a crash', async () => {
    const { result, seen } = await run(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(() => {
        for (const event of ['exit', 'beforeExit', 'SIGTERM', 'SIGINT'])
          process.on(event, () => seen.push(event));
      });
      app.crash({ for: '1s' });
      await sim.sleep('5s');
      app.powerCut({ for: '1s' });
      await sim.sleep('5s');
    });
    expect(result.verdict).toBe('passed');
    expect(seen).toEqual([]);
  });

  it('are refused by name where nobody would tell them', async () => {
    const { result } = await run(async (sim) => {
      await sim.host('app').boot(() => process.on('rejectionHandled', () => {}));
    });
    expect(result.error?.message).toBe(
      'app: process.on() is not available to hosted code: nobody would tell it of rejectionHandled; listen to unhandledRejection',
    );
  });
});

describe('an error that nobody caught', () => {
  const thrown = new Error('broken');
  const thrower = (): never => {
    throw thrown;
  };
  const ways: readonly [string, () => void][] = [
    ['a task', () => void setImmediate(thrower)],
    ['a timer', () => void setTimeout(thrower, 5)],
    ['a tick', () => process.nextTick(thrower)],
    ['a microtask', () => queueMicrotask(thrower)],
  ];

  it.each(ways)(
    'in %s is told to what listens to uncaughtException, and the process goes on',
    async (_, does) => {
      const { result, seen } = await run(async (sim, seen) => {
        const [app, other] = [sim.host('app'), sim.host('other')];
        for (const [node, name] of [
          [app, 'app'],
          [other, 'other'],
        ] as const)
          await node.boot(() => {
            process.on('uncaughtExceptionMonitor', (error, origin) =>
              seen.push(`${name} ${error.message} ${origin}`),
            );
            process.on('uncaughtException', (error, origin) => seen.push(error === thrown, origin));
          });
        await app.do(() => does());
        await sim.sleep('1s');
        seen.push(await app.do(() => 'still there'));
      });
      expect(result.error).toBeUndefined();
      expect(seen).toEqual(['app broken uncaughtException', true, 'uncaughtException', 'still there']);
    },
  );

  it('as a rejection is told to what listens to unhandledRejection, or else as an uncaught exception', async () => {
    const { result, seen } = await run(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(() => {
        process.on('uncaughtException', (error, origin) => seen.push(error === thrown, origin));
      });
      const rejects = () => void Promise.reject(thrown);
      await app.do(rejects);
      await app.do(() => {
        process.on('unhandledRejection', (reason, promise) =>
          seen.push(reason === thrown, promise instanceof Promise),
        );
      });
      await app.do(rejects);
      await sim.sleep('1s');
    });
    expect(result.error).toBeUndefined();
    expect(seen).toEqual([true, 'unhandledRejection', true, true]);
  });

  it('fails the run when its listener throws too', async () => {
    const { result } = await run(async (sim) => {
      const app = sim.host('app');
      await app.boot(() => {
        process.on('uncaughtException', () => {
          throw new Error('in vain');
        });
      });
      await app.do(() => void setImmediate(thrower));
      await sim.sleep('1s');
    });
    expect(result.error).toMatchObject({
      blame: 'hosted',
      message: 'app: Error: in vain (thrown by what listens to uncaught errors)',
    });
  });

  it('is not told to another node than whose code threw, at one instant too', async () => {
    const { result, seen } = await run(async (sim, seen) => {
      const nodes = ['one', 'two', 'three'].map((name) => sim.host(name, { cpu: { perEvent: '0us' } }));
      for (const node of nodes)
        await node.boot(({ name }) => {
          process.on('uncaughtException', ({ message }) => seen.push(`${name}: ${message}`));
          process.on('unhandledRejection', (reason) => seen.push(`${name}: ${reason}`));
        });
      await Promise.all(
        nodes.map((node, i) =>
          node.do(() => {
            // Deep in what one event leaves to run.
            const sink = (depth: number): void => {
              if (depth > 0) queueMicrotask(() => sink(depth - 1));
              else if (i === 1) void Promise.reject(`rejected by ${i}`);
              else throw new Error(`thrown by ${i}`);
            };
            process.nextTick(sink, 100);
          }),
        ),
      );
      await sim.sleep('1s');
    });
    expect(result.error).toBeUndefined();
    expect(seen).toEqual(['one: thrown by 0', 'two: rejected by 1', 'three: thrown by 2']);
  });
});
