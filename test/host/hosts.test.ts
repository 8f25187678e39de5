import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import type { RunResult } from '../../src/runner/run.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';

const EPOCH = Date.UTC(2025, 0, 1);
const DEVICE = new URL('./apps/device.js', import.meta.url);

/** Runs a script and gives back what it noted, and the result. */
async function run(script: (sim: Simulation, seen: unknown[]) => Promise<void>, seed = '1') {
  const seen: unknown[] = [];
  const result = await runHosted(
    scenario('hosted', (sim) => script(sim, seen)),
    { level: 'digest', seed },
  );
  return { result, seen };
}

async function passes(script: (sim: Simulation, seen: unknown[]) => Promise<void>): Promise<unknown[]> {
  const { result, seen } = await run(script);
  expect(result.error).toBeUndefined();
  expect(result.verdict).toBe('passed');
  return seen;
}

async function fails(script: (sim: Simulation) => Promise<void>): Promise<RunResult> {
  const { result } = await run(script);
  return result;
}

const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

describe('a hosted node', () => {
  it('boots a function, and gives back what it returned once its own time has passed', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app');
      const said = await app.boot(async ({ name, life }) => {
        await sleep(1_000);
        return `${name} ${life} ${performance.now()}`;
      });
      seen.push(said, sim.now, await app.do(() => Date.now() - EPOCH));
    });
    expect(seen).toEqual(['app 1 1000', 1_000_000, 1_000]);
  });

  it('loads packages and modules of Node while it boots, and no time passes for that', async () => {
    const seen = await passes(async (sim, seen) => {
      const module = (await sim.host('app').boot(new URL('./apps/imports.js', import.meta.url))) as object;
      seen.push({ ...module }, sim.now);
    });
    expect(seen).toEqual([{ net: 'function', aedes: 'function', mqtt: 'function', now: 0 }, 0]);
  });

  it('says which node cannot boot a file that is not there, and where it was asked to', async () => {
    const { error, verdict } = await runHosted(
      scenario('missing', async (sim) => {
        await sim.host('app').boot(new URL('./apps/devise.js', import.meta.url));
      }),
      { level: 'digest' },
    );
    expect(verdict).toBe('script-error');
    expect(error?.message).toMatch(/^'app' cannot boot \/.*\/apps\/devise\.js: there is no such file$/);
    expect(error?.site).toMatch(/hosts\.test\.ts:\d+:\d+$/);
  });

  it('says where a function was to be called that the file does not export', async () => {
    const { error, verdict } = await runHosted(
      scenario('not exported', async (sim) => {
        await sim.host('app').boot(new URL('./apps/store.js', import.meta.url), 'begin');
      }),
      { level: 'digest' },
    );
    expect(verdict).toBe('script-error');
    expect(error?.message).toBe(
      "boot of 'app' is to call 'begin', which is no function that store.js exports",
    );
    expect(error?.site).toMatch(/hosts\.test\.ts:\d+:\d+$/);
  });

  it('boots a file whose modules await virtual time at their top', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app');
      const device = (await app.boot(DEVICE)) as { file: string; startedAt: number; readyAt: number };
      seen.push(device.file, device.startedAt - EPOCH, device.readyAt - EPOCH, sim.now);
    });
    expect(seen).toEqual(['device.js', 250, 750, 750_000]);
  });

  it('gives each node that boots a file, and each life of it, modules of its own', async () => {
    interface Device {
      report(): string;
    }
    const seen = await passes(async (sim, seen) => {
      const [one, two] = [sim.host('one'), sim.host('two')];
      const devices = (await Promise.all([one.boot(DEVICE), two.boot(DEVICE)])) as Device[];
      const report = (device: Device) => device.report();
      seen.push(await one.do(report), await one.do(report), await two.do(report));
      seen.push(devices[0] === devices[1]);
      one.crash({ for: '1s' });
      await sim.sleep('5s');
      seen.push(one.restarts, await one.do(report));
    });
    expect(seen).toEqual(['1 celsius', '2 celsius', '1 celsius', false, 1, '1 celsius']);
  });

  it('boots the same function again when it is restarted; timers and tasks of the life before are gone', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app');
      await app.boot(({ life }) => {
        setInterval(() => seen.push(`${life} at ${sim.now / 1e6}`), 1_000);
        return life;
      });
      await sim.sleep('2.5s');
      app.crash();
      await sim.sleep('2s');
      app.restart();
      await sim.sleep('1.5s');
      seen.push(await app.do((life: number) => life));
    });
    expect(seen).toEqual(['1 at 1', '1 at 2', '2 at 5.5', 2]);
  });

  it('rejects what it was asked to do when it dies before it has done it, or is down', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app');
      const asked = app.do(() => sleep(1_000));
      await sim.sleep('500ms');
      app.crash();
      for (const call of [asked, app.do(() => 1)])
        await call.catch((error: Error & { kind: string }) => seen.push(`${error.kind}: ${error.message}`));
    });
    expect(seen).toEqual([
      "crashed: 'app' died before it had done that",
      "crashed: 'app' is down, and can do nothing",
    ]);
  });

  it('gives the script what a call of it threw, as it was thrown', async () => {
    const error = new Error('no');
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app');
      const refuses = (): never => {
        throw error;
      };
      await app.do(refuses).catch((thrown: unknown) => seen.push(thrown === error));
      await app.do(async () => refuses()).catch((thrown: unknown) => seen.push(thrown === error));
      await app.boot(refuses).catch((thrown: unknown) => seen.push(thrown === error));
    });
    expect(seen).toEqual([true, true, true]);
  });

  it('has clocks that drift, and a wall clock that is wrong', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app', { clock: { drift: 0.01, skew: { behind: '1h' } } });
      const clocks = () => [Date.now() - EPOCH, performance.now(), process.uptime(), process.hrtime()[0]];
      await sim.sleep('100s');
      seen.push(...(await app.do(clocks)));
      await app.do(() => sleep(1_010));
      seen.push(sim.now);
    });
    expect(seen).toEqual([101_000 - 3_600_000, 101_000, 101, 101, 101_000_050]);
  });

  it('has the environment that it was given, and nothing of that of the run', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app', { env: { DEVICE_ID: 'lamp' } });
      seen.push(await app.do(() => ({ ...process.env })), process.env.PATH !== undefined);
      await app.do(() => {
        process.env.DEVICE_ID = 'other';
      });
      app.crash();
      app.restart();
      seen.push(await app.do(() => process.env.DEVICE_ID));
    });
    expect(seen).toEqual([{ DEVICE_ID: 'lamp' }, true, 'lamp']);
  });

  it('may put another environment in the place of its own, which the run and other nodes do not see', async () => {
    const seen = await passes(async (sim, seen) => {
      const replaces = () => {
        process.env = { ...process.env, COUNT: 1 as unknown as string };
      };
      const shown = () => ({ ...process.env });
      const [app, other] = [sim.host('one', { env: { ID: 'one' } }), sim.host('two', { env: { ID: 'two' } })];
      await app.do(replaces);
      seen.push(await app.do(shown), await other.do(shown), process.env.PATH === undefined);
    });
    expect(seen).toEqual([{ ID: 'one', COUNT: '1' }, { ID: 'two' }, false]);
  });

  it('draws from a stream of its own, which others leave alone', async () => {
    const drawn = (others: number) =>
      passes(async (sim, seen) => {
        const [app, other] = [sim.host('app'), sim.host('other')];
        for (let i = 0; i < others; i++) await other.do(() => Math.random());
        seen.push(await app.do(() => [Math.random(), crypto.randomUUID()]));
        Math.random();
        seen.push(await app.do(() => Math.random()));
      });
    expect(await drawn(3)).toEqual(await drawn(0));
  });

  it('is busy with each task, so that what it does next comes later', async () => {
    const seen = await passes(async (sim, seen) => {
      const app = sim.host('app', { cpu: { perEvent: '100us' } });
      await app.do(
        () =>
          new Promise<void>((resolve) => {
            setImmediate(() => seen.push(sim.now));
            setImmediate(() => {
              seen.push(sim.now);
              resolve();
            });
            process.nextTick(() => seen.push('tick'));
            queueMicrotask(() => seen.push('microtask'));
          }),
      );
    });
    // The callback runs in a tick of its own, as everything that Node calls: ticks come before microtasks there.
    expect(seen).toEqual(['tick', 'microtask', 100, 200]);
  });
});

describe('MQTT.js and aedes, as they are', () => {
  interface Sensor {
    received: string[];
    report(): Promise<void>;
  }

  const talk = (seed: string) =>
    run(async (sim, seen) => {
      const [hub, app] = [sim.host('hub'), sim.host('app')];
      sim.link(app, hub, { latency: ['5ms', '20ms'], loss: 0.02 });
      await hub.boot(new URL('./apps/broker.js', import.meta.url));
      await app.boot(new URL('./apps/sensor.js', import.meta.url));
      await app.do((sensor: Sensor) => sensor.report());
      await sim.sleep('1min');
      seen.push(...(await app.do((sensor: Sensor) => sensor.received)));
      await sim.quiet();
    }, seed);

  it('talk to each other, with one digest for a seed however often it is run, and another for another seed', async () => {
    const runs = [await talk('1'), await talk('1'), await talk('1'), await talk('2')];
    for (const { result, seen } of runs) {
      expect(result.error).toBeUndefined();
      expect(result.verdict).toBe('passed');
      expect(seen).toEqual(['t/1 21.5']);
    }
    const [first, second, third, other] = runs.map(({ result }) => result.digest);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });
});

describe('an error of hosted code that nobody catches', () => {
  const ways: readonly [string, () => unknown, string][] = [
    ['in a task', () => setImmediate(() => thrower()), 'thrown in a task'],
    ['in a timer', () => setTimeout(() => thrower(), 5), 'thrown in a task'],
    ['in a tick', () => process.nextTick(() => thrower()), 'nobody caught it'],
    ['in a microtask', () => queueMicrotask(() => thrower()), 'nobody caught it'],
    [
      'in a promise',
      () => void Promise.resolve().then(() => thrower()),
      'a promise was rejected, and nobody looked',
    ],
  ];

  function thrower(): never {
    throw new TypeError('broken\nfor two reasons');
  }

  it.each(ways)(
    'thrown %s fails the run, with the node, the time and the line',
    async (_where, does, how) => {
      const story = async (sim: Simulation): Promise<void> => {
        const app = sim.host('app');
        await sim.sleep('3s');
        await app.do(() => {
          does();
        });
        await sim.sleep('1s');
      };
      const result = await fails(story);
      expect(result.verdict).toBe('failed');
      expect(result.error).toMatchObject({
        blame: 'hosted',
        name: 'HostedError',
        message: `app: TypeError: broken\nfor two reasons (${how})`,
        site: expect.stringMatching(/hosts\.test\.ts:\d+:\d+$/) as string,
        stack: expect.stringContaining('at thrower') as string,
      });
      expect(result.error!.atMicros).toBeGreaterThanOrEqual(3_000_000);
      // What sweeps and shrinks take for the same failure, on every machine.
      const { broke } = recordOf('f', result);
      expect(broke).toMatch(/^HostedError: .* at hosts\.test\.ts:\d+:\d+$/);
      expect(broke).toBe(recordOf('f', await fails(story)).broke);
    },
  );

  it('fails the run when it comes of a restart, or of a call that nobody looked at', async () => {
    const restarted = await fails(async (sim) => {
      const app = sim.host('app');
      await app.boot(({ life }) => {
        if (life > 1) thrower();
      });
      app.crash({ for: '1s' });
      await sim.sleep('5s');
    });
    expect(restarted.error?.message).toContain('(while it booted)');
    const neglected = await fails(async (sim) => {
      void sim.host('app').do(thrower);
      await sim.sleep('1s');
    });
    expect(neglected.error).toMatchObject({ name: 'HostedError', blame: 'hosted' });
    expect(neglected.verdict).toBe('failed');
  });
});
