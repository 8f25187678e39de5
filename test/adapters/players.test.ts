/** aedes and MQTT.js in the parts of a story: the same story, told in our terms, over the simulated network. */
import { beforeAll, describe, expect, it } from 'vitest';
import { installDispatchers } from '../../src/host/dispatchers.ts';
import { runHosted } from '../../src/host/run-hosted.ts';
import type { RunResult } from '../../src/runner/run.ts';
import type { BrokerPlayer, Cast, ClientPlayer } from '../../src/scenario/cast.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

let aedes: BrokerPlayer;
let mqttjs: ClientPlayer;
beforeAll(async () => {
  // MQTT.js takes its setImmediate when it is loaded.
  installDispatchers();
  aedes = (await import('../../src/adapters/aedes-player.ts')).default;
  mqttjs = (await import('../../src/adapters/mqttjs-player.ts')).default;
});

type Story = (sim: Simulation) => Promise<void>;

interface Told {
  result: RunResult;
  trace: TraceEvent[];
}

async function told(
  story: Story,
  cast: Cast,
  { seed = 1, protocol = '3.1.1' }: { seed?: number } & Pick<ScenarioOptions, 'protocol'> = {},
): Promise<Told> {
  const trace: TraceEvent[] = [];
  const options = { seed, cast, onEvent: (event: TraceEvent) => void trace.push(event) };
  return { result: await runHosted(scenario('told', { protocol }, story), options), trace };
}

/** Readings at QoS 0 and 1 over links of some length, and whatever is asked for on the way. */
const readings: Story = async (sim) => {
  const hub = sim.broker('hub');
  const screen = sim.client('screen', { cleanStart: false });
  const sensor = sim.client('sensor');
  sim.link(screen, hub, { latency: ['5ms', '30ms'] });
  sim.link(sensor, hub, { latency: ['1ms', '60ms'] });
  await screen.connect(hub);
  const granted = await screen.subscribe(['plant/+', 'house/#'], { qos: 1 });
  sim.always(granted.join() === '1,1', 'both filters are granted');
  await sensor.connect(hub);
  for (let i = 1; i <= 6; i++) {
    sensor.publish('plant/1', `${i}`, { qos: (i % 2) as 0 | 1 }).catch(() => {});
    await sim.sleep('100ms');
  }
  await screen.unsubscribe('house/#');
  await sensor.publish('house/1', 'nobody reads this', { qos: 1 });
  await sim.quiet();
  sim.always(screen.received.length === 6, 'each reading arrives once');
  await sensor.disconnect();
  await sim.quiet();
};

describe('a story played by', () => {
  it.each([
    ['aedes and our clients', () => ({ brokers: aedes })],
    ['our broker and MQTT.js', () => ({ clients: mqttjs })],
    ['aedes and MQTT.js', () => ({ brokers: aedes, clients: mqttjs })],
  ] as const)('%s keeps its promises without faults at QoS 0 and 1, over 40 seeds', async (_, cast) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const { result } = await told(readings, cast(), { seed });
      for (const { rule, text } of result.report!.violations) found.push(`seed ${seed}: ${rule}: ${text}`);
      if (result.verdict !== 'passed')
        found.push(`seed ${seed}: ${result.verdict}: ${result.error?.message}`);
    }
    expect(found).toEqual([]);
  });

  it('aedes and MQTT.js is the same run for the same seed, and has what applications call and are handed', async () => {
    const cast = { brokers: aedes, clients: mqttjs };
    const { result, trace } = await told(readings, cast);
    expect((await told(readings, cast)).result.digest).toBe(result.digest);
    expect((await told(readings, cast, { seed: 2 })).result.digest).not.toBe(result.digest);
    const roles = trace.flatMap((event) => (event.k === 'node.added' ? [`${event.n} ${event.role}`] : []));
    expect(roles).toEqual(['hub host', 'screen host', 'sensor host']);
    const count = (k: TraceEvent['k']) => trace.filter((event) => event.k === k).length;
    expect([count('app.call'), count('app.settled'), count('app.delivered')]).toEqual([12, 12, 6]);
    const reached = result.report!.rules.filter((rule) => rule.reached > 0).map(({ rule }) => rule);
    expect(reached).toEqual(
      expect.arrayContaining(['delivery.handed-over', 'delivery.at-least-once', 'session.present']),
    );
  });
});

describe('MQTT.js', () => {
  it('comes back after a cut and after a crash of its process, and delivers what it was asked to', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const screen = sim.client('screen', { cleanStart: false });
        await screen.connect(hub);
        await screen.subscribe('t', { qos: 1 });
        const sensor = sim.client('sensor', { cleanStart: false });
        const link = sim.link(sensor, hub, { latency: '5ms' });
        await sensor.connect(hub);
        link.reset();
        await sim.sleep('100ms');
        sim.always(!sensor.connected, 'it was cut off');
        await sensor.publish('t', 'after a cut', { qos: 1 });
        screen.crash({ for: '2s' });
        await sim.sleep('10s');
        sim.always(screen.connected && screen.restarts === 1, 'the screen came back');
        await sensor.publish('t', 'after a crash', { qos: 1 });
        await sim.quiet();
        sim.always(screen.received.at(-1)?.text === 'after a crash', 'it is told after its crash');
      },
      { clients: mqttjs },
    );
    expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
      'passed',
      undefined,
      [],
    ]);
  });

  it('connects again after it said goodbye, clean or not', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        for (const cleanStart of [true, false]) {
          const client = sim.client(`clean-${cleanStart}`, { cleanStart });
          await client.connect(hub);
          await client.disconnect();
          const { sessionPresent } = await client.connect(hub);
          sim.always(sessionPresent !== cleanStart, 'the session is there where it was to last');
          await client.publish('t', 'again', { qos: 1 });
        }
      },
      { clients: mqttjs },
    );
    expect([result.verdict, result.error?.message]).toEqual(['passed', undefined]);
  });

  it('tells why a broker refused it', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub', { authenticate: () => 'not-authorized' });
        const kind = await sim
          .client('thief')
          .connect(hub)
          .then(
            () => 'accepted',
            (error) => error.kind,
          );
        sim.always(kind === 'refused', 'it is refused');
      },
      { clients: mqttjs },
    );
    expect([result.verdict, result.error?.message]).toEqual(['passed', undefined]);
  });

  it('speaks 5.0, with properties in both directions', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const [screen, sensor] = [sim.client('screen', { clientId: '' }), sim.client('sensor')];
        const { properties } = await screen.connect(hub);
        sim.always(properties.assignedClientIdentifier !== undefined, 'it is told what it is called');
        await screen.subscribe('t', { qos: 2, subscriptionIdentifier: 7 });
        await sensor.connect(hub);
        await sensor.publish('t', '21', {
          qos: 2,
          contentType: 'text/plain',
          responseTopic: 'answers',
          correlationData: new Uint8Array([1, 2]),
          userProperties: [
            ['unit', 'C'],
            ['unit', 'K'],
          ],
        });
        await sim.quiet();
        const message = screen.received.at(-1)!;
        sim.always(message.contentType === 'text/plain' && message.responseTopic === 'answers', 'texts');
        sim.always(message.subscriptionIdentifiers.join() === '7', 'the subscription identifier');
        sim.always(
          JSON.stringify(message.userProperties) === '[["unit","C"],["unit","K"]]',
          'user properties',
        );
      },
      { clients: mqttjs },
      { protocol: '5.0' },
    );
    expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
      'passed',
      undefined,
      [],
    ]);
  });
});

describe('aedes', () => {
  it.each([
    ['sync', true],
    ['none', false],
  ] as const)(
    'told of durability %s it has after a crash what it acknowledged: %j',
    async (durability, lasts) => {
      const { result } = await told(
        async (sim) => {
          const hub = sim.broker('hub', { durability });
          const [reader, sensor] = [sim.client('reader', { cleanStart: false }), sim.client('sensor')];
          await reader.connect(hub);
          await reader.subscribe('t', { qos: 1 });
          await reader.disconnect();
          await sensor.connect(hub);
          await sensor.publish('t', 'queued', { qos: 1 });
          hub.crash({ for: '1s' });
          await sim.sleep('5s');
          await reader.connect(hub);
          await sim.quiet();
          sim.always(reader.received.length === (lasts ? 1 : 0), 'it is there, or it is not');
        },
        { brokers: aedes },
      );
      expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
        'passed',
        undefined,
        [],
      ]);
    },
  );

  it.each([
    ['none', 2],
    ['sync', 1],
  ] as const)(
    'of two filters that match has in its queue, with durability %s, %s',
    async (durability, copies) => {
      const { result } = await told(
        async (sim) => {
          const hub = sim.broker('hub', { durability });
          const [reader, sensor] = [sim.client('reader', { cleanStart: false }), sim.client('sensor')];
          await reader.connect(hub);
          await reader.subscribe(['a/#', 'a/+'], { qos: 1 });
          await sensor.connect(hub);
          await sensor.publish('a/b', 'live', { qos: 1 });
          await sim.sleep('1s');
          await reader.disconnect();
          await sim.sleep('1s');
          await sensor.publish('a/b', 'queued', { qos: 1 });
          // It acknowledges before it has it in its queue.
          await sim.sleep('1s');
          await reader.connect(hub);
          await sim.quiet();
          const texts = [...reader.received].map(({ text }) => text);
          const queued = Array.from({ length: copies }, () => 'queued');
          sim.always(texts.join() === ['live', ...queued].join(), 'one live, and what was queued');
        },
        { brokers: aedes },
      );
      expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
        'passed',
        undefined,
        [],
      ]);
    },
  );

  it('is not accused of a copy from its queue beside one of QoS 0 for another filter', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const [reader, sensor] = [sim.client('reader', { cleanStart: false }), sim.client('sensor')];
        const link = sim.link(reader, hub);
        await reader.connect(hub);
        await reader.subscribe('a/#', { qos: 0 });
        await reader.subscribe('a/+', { qos: 1 });
        await sensor.connect(hub);
        await sensor.publish('a/b', 'twice', { qos: 1 });
        await sim.sleep('1s');
        link.reset();
        await sim.quiet();
        const texts = [...reader.received].map(({ text, qos }) => `${text} ${qos}`);
        sim.always(texts.join() === 'twice 0,twice 1', 'one live, and one of the queue');
      },
      { brokers: aedes },
    );
    expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
      'passed',
      undefined,
      [],
    ]);
  });

  it('says something below $SYS as often as a story wants, and under names of its own', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub', { sysInterval: '3s' });
        const reader = sim.client('reader');
        await reader.connect(hub);
        await reader.subscribe('$SYS/+/heartbeat', { qos: 0 });
        await sim.sleep('20s');
        const { length } = reader.received;
        sim.always(length === 6, 'a heartbeat each three seconds');
      },
      { brokers: aedes },
    );
    expect([result.verdict, result.asserts.map(({ held }) => held)]).toEqual(['passed', [1]]);
  });

  it('is not accused of keeping a session longer than was said to nobody', async () => {
    const { result } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const reader = sim.client('reader', { cleanStart: false, sessionExpiry: '1min' });
        const link = sim.link(reader, hub);
        await reader.connect(hub);
        await reader.subscribe('t', { qos: 1 });
        link.partition({ for: '10min' });
        link.reset();
        await sim.sleep('15min');
        sim.always(reader.connected, 'it comes back by itself');
      },
      { brokers: aedes },
    );
    expect([result.verdict, result.error?.message, result.report!.violations]).toEqual([
      'passed',
      undefined,
      [],
    ]);
  });
});

describe('what a library does not have', () => {
  const cases: readonly [string, Story, () => Cast, ScenarioOptions['protocol'], string][] = [
    [
      '5.0 with aedes',
      readings,
      () => ({ brokers: aedes }),
      '5.0',
      "aedes speaks 3.1 and 3.1.1, and client 'screen' asks for 5.0",
    ],
    [
      'a setting of aedes',
      async (sim) => void sim.broker('hub', { queueQoS0: true }),
      () => ({ brokers: aedes }),
      '3.1.1',
      "aedes has nothing like 'queueQoS0', which broker 'hub' is given",
    ],
    [
      'a redirection by aedes',
      async (sim) => {
        const hub = sim.broker('hub');
        const client = sim.client('c');
        await client.connect(hub);
        hub.redirect(client, 'other');
      },
      () => ({ brokers: aedes }),
      '3.1.1',
      "aedes cannot send a client of 'hub' to another server",
    ],
    [
      'an end of sessions with aedes',
      async (sim) => {
        const hub = sim.broker('hub');
        const reader = sim.client('reader', { cleanStart: false, sessionExpiry: '1min' });
        await reader.connect(hub);
        await reader.disconnect();
        await sim.sleep('2min');
        await reader.connect(hub);
      },
      () => ({ brokers: aedes }),
      '3.1.1',
      "aedes keeps sessions for ever, and that of client 'reader' is to end after 1min",
    ],
    [
      'a disk with MQTT.js',
      async (sim) => {
        const hub = sim.broker('hub');
        const sensor = sim.client('sensor');
        const link = sim.link(sensor, hub);
        await sensor.connect(hub);
        link.partition({ for: '5s' });
        sensor.publish('t', '1', { qos: 1 }).catch(() => {});
        await sim.sleep('1s');
        sensor.crash();
        await sim.sleep('1s');
      },
      () => ({ clients: mqttjs }),
      '3.1.1',
      "MQTT.js keeps what is under way in memory, and the process of 'sensor' ends with 1 message of it",
    ],
    [
      'a limit of MQTT.js',
      async (sim) => void sim.client('c', { inflightLimit: 3 }),
      () => ({ clients: mqttjs }),
      '3.1.1',
      "MQTT.js has nothing like 'inflightLimit', which client 'c' is given",
    ],
  ];
  it.each(cases)('ends the run with one line: %s', async (_, story, cast, protocol, line) => {
    const { result } = await told(story, cast(), { protocol: protocol! });
    expect(result.error).toMatchObject({ name: 'IncomparableError', message: line, blame: 'script' });
    expect(result.report!.violations).toEqual([]);
  });
});
