/** What a lossy stream does to MQTT and what it does not: the two sentences everybody who teaches MQTT should be able to show. */
import { publish, type RunResult, run, scenario } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/mqtt/codec/index.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };
const MESSAGES = 300;

async function told(story: ReturnType<typeof scenario>, seed: number): Promise<[RunResult, TraceEvent[]]> {
  const events: TraceEvent[] = [];
  const result = await run(
    story,
    { seed, level: 'full', onEvent: (event) => events.push(event) },
    surroundings,
  );
  expect(result.error).toBeUndefined();
  return [result, events];
}

function published(events: readonly TraceEvent[]) {
  return events.flatMap((event) => {
    if (event.k !== 'packet.sent' || event.v === 0) return [];
    const packet = decode(event.bytes, event.v);
    return packet.type === 'publish' ? [{ from: event.n, packet }] : [];
  });
}

describe('a link that loses 30 % of its segments and is never cut', () => {
  const story = scenario('lossy', async (sim) => {
    const hub = sim.broker('hub');
    const sensor = sim.client('sensor', { keepAlive: '0s' });
    const screen = sim.client('screen', { keepAlive: '0s' });
    for (const client of [sensor, screen]) sim.link(client, hub, { latency: '25ms', loss: 0.3 });
    await screen.connect(hub);
    await screen.subscribe('reading', { qos: 0 });
    await sensor.connect(hub);
    for (let reading = 0; reading < MESSAGES; reading++) {
      sensor.publish('reading', `${reading}`, { qos: 0 });
      await sim.sleep('100ms');
    }
    await sim.quiet();
    sim.always(screen.received.length === MESSAGES, 'nothing is lost');
    sim.always(
      [...screen.received].every(({ text }, place) => text === `${place}`),
      'and nothing overtakes',
    );
  });

  it.each([1, 2, 3, 4, 5])('loses no message of QoS 0 and shows no DUP (seed %i)', async (seed) => {
    const [result, events] = await told(story, seed);
    expect(result.asserts.map(({ text, held }) => [text, held])).toEqual([
      ['nothing is lost', 1],
      ['and nothing overtakes', 1],
    ]);
    expect(published(events).filter(({ packet }) => packet.dup)).toEqual([]);
    // The loss was real: segments died and were sent again.
    expect(events.filter(({ k }) => k === 'segment.lost').length).toBeGreaterThan(50);
    expect(events.filter(({ k }) => k === 'packet.lost')).toEqual([]);
  });
});

describe('a connection that is cut between PUBLISH and PUBACK', () => {
  const story = scenario('cut', async (sim) => {
    const hub = sim.broker('hub');
    const sensor = sim.client('sensor', { cleanStart: false, sessionExpiry: '1h' });
    const screen = sim.client('screen');
    const uplink = sim.link(sensor, hub, { latency: '25ms' });
    await screen.connect(hub);
    await screen.subscribe('reading', { qos: 1 });
    await sensor.connect(hub);
    uplink.on(publish(), 'reset-after');
    await sensor.publish('reading', 'once', { qos: 1 });
    await sim.quiet();
    sim.always(screen.received.length === 2, 'the subscriber sees exactly the duplicate that is allowed');
  });

  it('brings a QoS 1 subscriber two copies, and DUP only from the sensor to the hub', async () => {
    const [result, events] = await told(story, 1);
    expect(result.verdict).toBe('passed');
    expect(published(events).map(({ from, packet }) => [from, packet.dup])).toEqual([
      ['sensor', false],
      ['hub', false],
      ['sensor', true],
      ['hub', false],
    ]);
  });
});
