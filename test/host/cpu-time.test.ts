/** A process takes its time: what it does in several turns of its event loop others can come between. */
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Duration } from '../../src/sim/time.ts';
import { PINGREQ } from '../sim/fakes.ts';

const SEEDS = 30;

/** Two customers ask for the last one; the shop looks whether it is there, and sells it two turns later. */
const lastOne = (perEvent: Duration) =>
  scenario('the last one', async (sim) => {
    let left = 1;
    const shop = sim.host('shop', { cpu: { perEvent } });
    await shop.boot(() => {
      createServer((socket) => {
        socket.on('data', () => {
          if (left > 0) setImmediate(() => setImmediate(() => left--));
        });
      }).listen(1883);
    });
    const customers = ['one', 'two'].map((name) => sim.host(name));
    for (const customer of customers) {
      sim.link(customer, shop, { latency: ['1ms', '1.5ms'] });
      await customer.boot(
        () =>
          new Promise((connected) =>
            connect(1883, 'shop', function (this: Socket) {
              connected(this);
            }),
          ),
      );
    }
    await Promise.all(
      customers.map((customer) => customer.do((socket: Socket) => void socket.write(PINGREQ))),
    );
    await sim.sleep('1s');
    sim.always(left === 0, 'it is sold once');
  });

async function soldTwice(perEvent: Duration): Promise<number> {
  const story = lastOne(perEvent);
  let found = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    // What they say is no conversation of MQTT.
    const { verdict, error } = await runHosted(story, { seed, level: 'digest', checks: 'none' });
    expect(error).toBeUndefined();
    if (verdict === 'failed') found++;
  }
  return found;
}

describe('the time that a process takes', () => {
  it('brings races within reach, which processes that take none never run', async () => {
    expect(await soldTwice('0us')).toBe(0);
    const found = await soldTwice('100us');
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(SEEDS);
    // Twice as slow, and it is met more often.
    expect(await soldTwice('200us')).toBeGreaterThan(found);
  });
});
