import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { mqttjs } from 'mqtt-amber/mqttjs';
import { runScenario } from 'mqtt-amber/vitest';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/runner/run.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

/** Runs a script, and gives back its result with what its applications asked and got. */
async function run(script: (sim: Simulation) => Promise<void>, seed = '1') {
  const calls: TraceEvent[] = [];
  const result: RunResult = await runScenario(scenario('mounts', script), {
    seed,
    onEvent: (event) => {
      if (event.k.startsWith('app.')) calls.push(event);
    },
  });
  return { result, calls };
}

async function passes(script: (sim: Simulation) => Promise<void>): Promise<string[]> {
  const { result, calls } = await run(script);
  expect(result.error).toBeUndefined();
  expect(result.report?.violations).toEqual([]);
  expect(result.verdict).toBe('passed');
  return calls.map(told);
}

function told(event: TraceEvent): string {
  switch (event.k) {
    case 'app.call':
      return `${event.n} #${event.call} ${event.op}`;
    case 'app.settled':
      return `${event.n} #${event.call} ${event.outcome}: ${event.text}`;
    case 'app.delivered':
      return `${event.n} is handed ${Buffer.from(event.message.payload)} (QoS ${event.message.qos})`;
    default:
      return event.k;
  }
}

describe('mqtt-amber/mqttjs', () => {
  it('mounts a client that talks to a broker of ours, and records what its application asks and gets', async () => {
    const calls = await passes(async (sim) => {
      sim.broker('hub');
      const reader = await mqttjs(sim, 'reader', 'mqtt://hub', { clientId: 'reader' });
      await reader.do((client) => client.subscribeAsync(['a', 'b'], { qos: 1 }));
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', protocolVersion: 5 });
      await sensor.do((client) => client.publishAsync('a', 'one', { qos: 1 }));
      await sensor.do((client) =>
        client.publish('b', 'two', { qos: 2, properties: { contentType: 'text' } }),
      );
      await sim.sleep('1s');
      await reader.do((client) => client.unsubscribeAsync('b'));
      await sensor.do((client) => client.endAsync());
      await sim.quiet();
    });
    expect(calls).toMatchInlineSnapshot(`
      [
        "reader #1 connect",
        "reader #2 subscribe",
        "reader #1 ok: new session",
        "reader #2 ok: granted QoS 1, granted QoS 1",
        "sensor #1 connect",
        "sensor #2 publish",
        "reader is handed one (QoS 1)",
        "sensor #2 ok: done",
        "sensor #1 ok: new session",
        "sensor #3 publish",
        "reader is handed two (QoS 1)",
        "sensor #3 ok: done",
        "reader #3 unsubscribe",
        "reader #3 ok: done",
        "sensor #4 disconnect",
        "sensor #4 ok: done",
      ]
    `);
  });
});

describe('mqtt-amber/aedes', () => {
  it('mounts a broker for clients of ours and of MQTT.js', async () => {
    const calls = await passes(async (sim) => {
      await aedes(sim, 'hub');
      const reader = sim.client('reader', { protocol: '3.1.1' });
      await reader.connect('hub');
      await reader.subscribe('a', { qos: 1 });
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
      await sensor.do((client) => client.publishAsync('a', 'one', { qos: 1 }));
      expect((await reader.next('a')).text).toBe('one');
      await sim.quiet();
    });
    expect(calls).toMatchInlineSnapshot(`
      [
        "reader #1 connect",
        "reader #1 ok: new session",
        "reader #2 subscribe",
        "reader #2 ok: granted QoS 1",
        "sensor #1 connect",
        "sensor #2 publish",
        "sensor #2 ok: done",
        "sensor #1 ok: new session",
        "reader is handed one (QoS 1)",
      ]
    `);
  });

  it('keeps sessions, queues and retained messages on the disk of its node when it is durable', async () => {
    await passes(async (sim) => {
      const hub = await aedes(sim, 'hub', { durable: true });
      const reader = sim.client('reader', { protocol: '3.1.1', cleanStart: false });
      await reader.connect('hub');
      await reader.subscribe('a', { qos: 1 });
      await reader.disconnect();
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
      await sensor.do((client) => client.publishAsync('a', 'queued', { qos: 1 }));
      await sensor.do((client) => client.publishAsync('b', 'retained', { qos: 1, retain: true }));
      hub.crash({ for: '2s' });
      await sim.sleep('5s');
      const { sessionPresent } = await reader.connect('hub');
      expect(sessionPresent).toBe(true);
      expect((await reader.next('a', { within: '10s' })).text).toBe('queued');
      await reader.subscribe('b');
      expect((await reader.next('b', { within: '10s' })).text).toBe('retained');
    });
  });
});

describe('MQTT over WebSocket', () => {
  /** Also says how the run went on the wire. */
  async function over(script: (sim: Simulation) => Promise<void>, seed = '1') {
    const trace: TraceEvent[] = [];
    const result = await runScenario(scenario('websockets', script), {
      seed,
      level: 'packets',
      onEvent: (event) => trace.push(event),
    });
    expect([result.error?.message, result.report?.violations]).toEqual([undefined, []]);
    return { result, count: (k: TraceEvent['k']) => trace.filter((event) => event.k === k).length };
  }

  it.each([0, 1, 2] as const)(
    'is what aedes takes beside TCP, and the judge sees the packets in its frames, at QoS %i',
    async (qos) => {
      const { result, count } = await over(async (sim) => {
        const hub = await aedes(sim, 'hub', { websocket: { port: 8080 } });
        const reader = sim.client('reader', { protocol: '3.1.1' });
        await reader.connect('hub');
        await reader.subscribe('a', { qos });
        sim.link(sim.host('sensor'), hub, { latency: ['5ms', '40ms'], loss: 0.05 });
        const sensor = await mqttjs(sim, 'sensor', 'ws://hub:8080/mqtt', { clientId: 'sensor' });
        for (let reading = 1; reading <= 9; reading++)
          await sensor.do((client) => client.publishAsync('a', `${reading}`, { qos }));
        await sim.quiet();
        sim.always(reader.received.length === 9, 'every reading comes, once');
        await sensor.do((client) => client.endAsync());
        await sim.quiet();
      });
      expect(result.verdict).toBe('passed');
      expect(count('websocket.sent')).toBeGreaterThan(12);
      expect(count('packet.received')).toBe(count('packet.sent'));
      const { reached } = result.report!.rules.find(({ rule }) => rule === 'delivery.subscribed')!;
      expect(reached).toBe(9);
    },
  );

  it('is spoken by our broker too, where the link says so', async () => {
    const { result, count } = await over(async (sim) => {
      const hub = sim.broker('hub');
      sim.link(sim.host('sensor'), hub, { websocket: true });
      const sensor = await mqttjs(sim, 'sensor', 'ws://hub:1883/mqtt', { clientId: 'sensor' });
      await sensor.do((client) => client.subscribeAsync('a', { qos: 2 }));
      await sensor.do((client) => client.publishAsync('a', 'heard', { qos: 2 }));
      await sim.sleep('1s');
      await sensor.do((client) => client.endAsync());
      await sim.quiet();
    });
    expect(result.verdict).toBe('passed');
    expect(count('app.delivered')).toBe(1);
    expect(count('packet.received')).toBe(count('packet.sent'));
  });
});

describe('an error that nobody catches', () => {
  it.each([
    ['a listener of connect', 'connect', false],
    ['a listener of connect, when it has come back', 'connect', true],
    ['a listener of message', 'message', false],
    ['a listener of close', 'close', false],
  ] as const)('in %s ends the run, with the node and the line', async (_, event, isSecond) => {
    const { result } = await run(async (sim) => {
      const hub = sim.broker('hub');
      const link = sim.link(sim.host('sensor'), hub);
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', reconnectPeriod: 100 });
      await sensor.do((client) => client.subscribeAsync('t'));
      await sensor.do((client) => {
        let times = 0;
        const listen = () => {
          if (!isSecond || ++times === 2) throw new Error('a mistake of the application');
        };
        client.on(event as 'connect', listen);
        client.publish('t', 'x');
      });
      for (let cut = 1; cut <= 3; cut++) {
        await sim.sleep('1s');
        link.reset();
      }
      await sim.sleep('1s');
    });
    expect(result.error).toMatchObject({ name: 'HostedError', blame: 'hosted' });
    expect(result.error!.message).toMatch(/^sensor: Error: a mistake of the application \(.*\)$/);
    expect(result.error!.site).toMatch(/mounts\.test\.ts:\d+:\d+$/);
  });
});

describe('a library that is not there', () => {
  it('is one line that says what to install', async () => {
    const { result } = await run(async (sim) => {
      await mqttjs(sim, 'sensor', 'mqtt://hub', {}, { library: () => import('mqtt-of-nobody' as string) });
    });
    expect(result.error?.message).toMatch(/^the library of mqtt cannot be imported: .*mqtt-of-nobody/);
    expect(result.error?.message).not.toContain('\n');
  });

  it('may be another one than is installed under its name', async () => {
    const { result } = await run(async (sim) => {
      await aedes(sim, 'hub');
      const sensor = await mqttjs(
        sim,
        'sensor',
        'mqtt://hub',
        { clientId: 'sensor' },
        { library: () => import('mqtt') },
      );
      await sensor.do((client) => client.publishAsync('a', 'one', { qos: 1 }));
    });
    expect(result.error).toBeUndefined();
  });
});

describe('a client that is mounted', () => {
  it('connects again by itself when its node is restarted, and numbers its calls on', async () => {
    const calls = await passes(async (sim) => {
      await aedes(sim, 'hub');
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
      await sensor.do((client) => client.publishAsync('a', 'one', { qos: 1 }));
      sensor.crash({ for: '1s' });
      await sim.sleep('2s');
      await sensor.do((client) => client.publishAsync('a', 'two', { qos: 1 }));
    });
    expect(calls.filter((call) => call.includes('#3') || call.includes('#4'))).toEqual([
      'sensor #3 connect',
      'sensor #3 ok: new session',
      'sensor #4 publish',
      'sensor #4 ok: done',
    ]);
  });

  it('has an end of each call of reconnect, also where it asks again before there was an answer', async () => {
    const { calls } = await run(async (sim) => {
      sim.broker('hub');
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor', reconnectPeriod: 0 });
      await sensor.do((client) => void client.reconnect());
      await sensor.do((client) => void client.reconnect());
      await sim.sleep('10s');
    });
    const again = 'failed: the application asked again before there was an answer';
    expect(calls.map(told)).toEqual([
      ...['sensor #1 connect', `sensor #1 ${again}`, 'sensor #2 connect', `sensor #2 ${again}`],
      ...['sensor #3 connect', 'sensor #3 ok: new session'],
    ]);
  });

  it('may call publish and subscribe in each form that MQTT.js has, and gets what it would get', async () => {
    const seen: unknown[] = [];
    const calls = await passes(async (sim) => {
      await aedes(sim, 'hub');
      const sensor = await mqttjs(sim, 'sensor', 'mqtt://hub', { clientId: 'sensor' });
      await sensor.do(async (client) => {
        await new Promise<void>((resolve) => {
          client.subscribe({ a: { qos: 2 }, b: { qos: 0 } }, (error, granted) => {
            seen.push(
              error,
              granted?.map(({ topic, qos }) => `${topic} ${qos}`),
            );
            resolve();
          });
        });
        await new Promise<void>((resolve) => {
          client.publish('c', 'no options', (error) => {
            seen.push(error ?? null);
            resolve();
          });
        });
        seen.push(client.publish('c', Buffer.from('no callback'), undefined) === client);
        client.end();
        client.publish('c', 'too late', (error) => seen.push(error?.message));
      });
      await sim.sleep('1s');
    });
    expect(seen).toEqual([null, ['a 2', 'b 0'], null, true, 'client disconnecting']);
    expect(calls).toEqual([
      'sensor #1 connect',
      'sensor #2 subscribe',
      'sensor #1 ok: new session',
      'sensor #2 ok: granted QoS 2, granted QoS 0',
      'sensor #3 publish',
      'sensor #3 ok: done',
      'sensor #4 publish',
      'sensor #4 ok: done',
      'sensor #5 disconnect',
      'sensor #6 publish',
      'sensor #6 failed: client disconnecting',
      'sensor #5 ok: done',
    ]);
  });
});
