/** Clients of several versions at one broker: what the older ones cannot be sent is no fault of the broker. */
import { describe, expect, it } from 'vitest';
import { told } from '../scenario/told.ts';

describe('the judge among clients of several versions', () => {
  it('knows a message without its properties, which a client before 5.0 cannot be sent', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { verdict, report } = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          const modern = sim.client('modern', {
            will: { topic: 'last', payload: 'gone', qos: 1, userProperties: [['by', 'will']] },
          });
          const old = sim.client('old', { protocol: '3.1.1', cleanStart: false, sessionExpiry: '1h' });
          const link = sim.link(old, hub, { latency: '20ms', loss: 0.05 });
          await modern.connect(hub);
          await modern.publish('kept', 'value', { qos: 1, retain: true, contentType: 'text/plain' });
          await old.connect(hub);
          await old.subscribe('#', { qos: 2 });
          for (const qos of [0, 1, 2] as const) {
            for (let i = 0; i < 10; i++) {
              await modern.publish('t', `${qos} ${i}`, { qos, userProperties: [['n', `${i}`]] });
              if (i === 5) link.reset();
            }
          }
          modern.crash({ for: '1s' });
          await sim.sleep('5s');
          await sim.quiet();
        },
        { seed, transport: 'tcp' },
      );
      expect(report?.violations, `seed ${seed}`).toEqual([]);
      expect(verdict).toBe('passed');
      const owed = report!.rules.find(({ rule }) => rule === 'delivery.exactly-once');
      expect(owed!.reached).toBe(10);
    }
  });
});
