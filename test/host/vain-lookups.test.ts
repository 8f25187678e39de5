/** A mistyped name of a node, or one of the world outside: the trace says it, and so does what the run ends with. */
import dns from 'node:dns';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

/** Dials until somebody answers, as clients do. */
function dials(host: string): Promise<void> {
  return new Promise((resolve) => {
    const dial = (): void => {
      const socket = net.connect(1883, host, resolve);
      socket.on('error', () => setTimeout(dial, 1_000));
    };
    dial();
  });
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
      /^'sensor' looks up names that no node has, again and again, and dials nobody; the script still waits for 'sensor' to boot, since 00:00:00\.000000 \(.*\); no node is called 'hubb', which sensor looked up 3,600 times: nodes are hub, sensor$/,
    );
    expect(error?.site).toMatch(/vain-lookups\.test\.ts:\d+:\d+$/);
  });

  it('costs no more where it is another one each time', async () => {
    const { verdict, unknownNames } = await runHosted(
      scenario('names', async (sim) => {
        await sim.host('sensor').boot(async () => {
          for (let at = 0; at < 4_000; at++) await new Promise((done) => dns.lookup(`none-${at}`, done));
        });
      }),
      { seed: 1 },
    );
    expect([verdict, unknownNames?.looked.length]).toEqual(['stalled', 3_600]);
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
