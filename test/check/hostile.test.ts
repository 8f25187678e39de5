import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import { run } from '../../src/runner/run.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { ruleOf } from './court.ts';

/** Everything at once: cuts, crashes of hub and clients, wills, retained messages, overlapping filters, equal payloads. */
const hostile = (durability: 'none' | 'interval' | 'sync', overlap: 'once' | 'each', seed: number) =>
  scenario('hostile', { durability }, async (sim) => {
    // The script's own dice: it runs outside the host that would make Math.random virtual.
    let state = seed * 7919;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 0x1_0000_0000) * limit);
    };
    const hub = sim.broker('hub', { overlap });
    const durable = { cleanStart: false, sessionExpiry: '1h' } as const;
    const clients = [0, 1, 2, 3].map((k) =>
      sim.client(`c${k}`, {
        ...(k === 3 ? { cleanStart: true } : durable),
        keepAlive: '5s',
        will: { topic: `state/${k}`, payload: 'gone', qos: 1, retain: k % 2 === 0 },
      }),
    );
    const links = clients.map((client) => sim.link(client, hub, { latency: ['5ms', '90ms'], loss: 0.03 }));
    for (const client of clients) void client.connect(hub).catch(() => {});
    await sim.sleep('2s');
    for (const [k, client] of clients.entries()) {
      const subscribe = (filter: string, qos: 0 | 1 | 2): void =>
        void client.subscribe(filter, { qos }).catch(() => {});
      subscribe('a/#', 2);
      if (k % 2 === 0) subscribe('a/+', 1);
      subscribe('state/#', 1);
    }
    sim.every('7s', () => {
      links[below(4)]!.partition({ for: '3s' });
    });
    sim.every('11s', () => {
      const k = below(6);
      if (k < 3) hub.crash({ for: '500ms' });
      else if (k === 3) hub.powerCut({ for: '1s' });
      else clients[k - 4]!.crash({ for: '1s' });
    });
    for (let k = 0; k < 120; k++) {
      const client = clients[k % 4]!;
      const qos = below(3) as 0 | 1 | 2;
      const retain = k % 10 === 0;
      void client.publish(`a/${k % 3}`, k % 5 === 0 ? 'same' : `${k}`, { qos, retain }).catch(() => {});
      if (k % 30 === 29) {
        void clients[1]!.unsubscribe('a/#').catch(() => {});
        void clients[1]!.subscribe('a/#', { qos: 1 }).catch(() => {});
      }
      await sim.sleep('400ms');
    }
    await sim.quiet();
  });

describe('our own machines in a hostile world', () => {
  it.each([
    ['sync', 'once'],
    ['sync', 'each'],
    ['interval', 'once'],
    ['none', 'each'],
  ] as const)('are accused of nothing: durability %s, copies %s', async (durability, overlap) => {
    const violations: string[] = [];
    let excused = 0;
    let underFault = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const checker = createChecker({ vantage: 'both-ends' });
      const result = await run(
        hostile(durability, overlap, seed),
        { seed, level: 'packets', checks: 'none', onEvent: (event) => checker.observe(event) },
        { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
      );
      const report = checker.finish({ quiet: result.error === undefined });
      for (const { rule, text } of report.violations) violations.push(`seed ${seed}: ${rule}: ${text}`);
      excused += report.excused;
      underFault += ruleOf(report, 'delivery.exactly-once').underFault;
    }
    expect(violations).toEqual([]);
    expect(underFault).toBeGreaterThan(50);
    // What was lost without sync was lost with an excuse, and not unseen.
    if (durability === 'none') expect(excused).toBeGreaterThan(0);
  });
});
