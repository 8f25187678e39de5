/** A mistyped name of a node, or one of the world outside: the trace says it, and so does what the run ends with. */
import dns from 'node:dns';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

/** Dials until somebody answers, as clients do. */
function dials(host: string, pauseMillis = 1_000): Promise<void> {
  return new Promise((resolve) => {
    const dial = (): void => {
      const socket = net.connect(1883, host, resolve);
      socket.on('error', () => setTimeout(dial, pauseMillis));
    };
    dial();
  });
}

/** Looks it up more often than in an hour of that, and then dials once a minute. */
function dialsInHaste(host: string): Promise<void> {
  for (let times = 0; times < 4_000; times++) dns.lookup(host, () => {});
  return dials(host, 60_000);
}

/** What a run comes to in which a sensor does something, beside a broker that is called `hub`. */
async function told(act: () => unknown, waits: boolean) {
  const notes: string[] = [];
  const result = await runHosted(
    scenario('names', { limit: '10s' }, async (sim) => {
      sim.broker('hub');
      const sensor = sim.host('sensor');
      await sensor.boot(() => {});
      const done = sensor.do(act);
      if (waits) await done;
      else await sim.sleep('3500ms');
    }),
    {
      seed: 1,
      onEvent: (event: TraceEvent) => {
        if (event.k === 'note') notes.push(`${event.n}: ${event.text}`);
      },
    },
  );
  return { ...result, notes };
}

describe('a name that no node has', () => {
  it('is said with who looked it up, when the run ends because nobody answered', async () => {
    const { verdict, error, notes } = await told(() => dials('hubb'), true);
    expect(verdict).toBe('limit');
    expect(error?.message).toContain(
      "; no node is called 'hubb', which sensor looked up 10 times: nodes are hub, sensor",
    );
    expect(notes).toEqual(["sensor: sensor looked up 'hubb': no node has it"]);
  });

  it('costs who waits for it an hour, and not a day', async () => {
    const { verdict, error, virtualMicros } = await runHosted(
      scenario('names', async (sim) => {
        sim.broker('hub');
        const sensor = sim.host('sensor');
        await sensor.boot(() => dials('hubb'));
      }),
      { seed: 1 },
    );
    expect(verdict).toBe('stalled');
    expect(virtualMicros / 60_000_000).toBeCloseTo(60, 0);
    expect(error?.message).toMatch(
      /^'sensor' looks up names that no node has, again and again, and dials nobody; the script still waits for 'sensor' to boot, since 00:00:00\.000000 \(.*\); no node is called 'hubb', which sensor looked up 3,601 times: nodes are hub, sensor$/,
    );
    expect(error?.site).toMatch(/vain-lookups\.test\.ts:\d+:\d+$/);
  });

  it('costs no more where it is another one each time', async () => {
    const { verdict, unknownNames } = await runHosted(
      scenario('names', async (sim) => {
        await sim.host('sensor').boot(async () => {
          for (let at = 0; at < 4_000; at++)
            await new Promise((done) => dns.lookup(`none-${at}`, () => setTimeout(done, 1_000)));
        });
      }),
      { seed: 1 },
    );
    expect([verdict, unknownNames?.looked.length]).toEqual(['stalled', 3_601]);
  });

  it.each<[string, (sim: Simulation) => unknown]>([
    ['sleeps', (sim) => sim.sleep('2h').then(() => sim.broker('hub'))],
    ['has set a time', (sim) => sim.at('2h', () => sim.broker('hub'))],
    [
      'does something again and again',
      (sim) => {
        const stop = sim.every('2h', () => {
          stop();
          sim.broker('hub');
        });
      },
    ],
  ])('ends no story whose script %s, and brings the node then', async (_does, brings) => {
    const { verdict, virtualMicros } = await runHosted(
      scenario('late', async (sim) => {
        const up = sim.host('sensor').boot(() => dialsInHaste('hub'));
        await brings(sim);
        await up;
      }),
      { seed: 1 },
    );
    expect([verdict, Math.floor(virtualMicros / 60_000_000)]).toEqual(['passed', 120]);
  });

  it.each<[string, number, (sim: Simulation) => unknown]>([
    ['from when the script woke for the last time', 150, (sim) => sim.at('90min', () => {})],
    ['also where it is looked up more often', 60, () => {}],
    ['where nothing is to come after all', 60, (sim) => sim.at('5h', () => {})()],
    ['where nothing comes again', 60, (sim) => sim.every('5h', () => {})()],
  ])('costs an hour %s', async (_from, minutes, prepares) => {
    const { verdict, virtualMicros } = await runHosted(
      scenario('names', async (sim) => {
        prepares(sim);
        await sim.host('sensor').boot(() => dialsInHaste('hubb'));
      }),
      { seed: 1 },
    );
    expect([verdict, Math.floor(virtualMicros / 60_000_000)]).toEqual(['stalled', minutes]);
  });

  it('ends no story whose script sleeps meanwhile, or waits for who finds others', async () => {
    const { verdict } = await runHosted(
      scenario('names', async (sim) => {
        sim.broker('hub');
        const sensor = sim.host('sensor');
        await sensor.boot(() => void dials('hubb'));
        await sim.sleep('2h');
        await sensor.do(
          () =>
            new Promise<void>((resolve) => {
              const finds = setInterval(() => net.connect(1883, 'hub').on('error', () => {}), 600_000);
              setTimeout(() => resolve(clearInterval(finds)), 7_200_000);
            }),
        );
      }),
      { seed: 1 },
    );
    expect(verdict).toBe('passed');
  });

  it('is part of a result that passed', async () => {
    const { verdict, unknownNames } = await told(() => void dials('test.mosquitto.org'), false);
    expect(verdict).toBe('passed');
    expect(unknownNames).toEqual({
      looked: [{ name: 'test.mosquitto.org', by: 'sensor', times: 4 }],
      nodes: ['hub', 'sensor'],
    });
  });

  it('may be an address, and be looked up by itself', async () => {
    const looks = () => {
      dns.lookup('nowhere', () => {});
      net.connect(1883, '192.0.2.1').on('error', () => {});
    };
    const { notes } = await told(looks, false);
    expect(notes).toEqual([
      'sensor: sensor looked up 192.0.2.1: no node has it',
      "sensor: sensor looked up 'nowhere': no node has it",
    ]);
  });

  it('is none that a node has', async () => {
    const { unknownNames, notes } = await told(() => dials('hub'), true);
    expect([unknownNames, notes]).toEqual([undefined, []]);
  });
});
