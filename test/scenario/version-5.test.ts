import { describe, expect, it } from 'vitest';
import { decode } from '../../src/mqtt/codec/index.ts';
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import type { BrokerSettings } from '../../src/scenario/broker-options.ts';
import type { ClientSettings } from '../../src/scenario/client-options.ts';
import type { CallError } from '../../src/scenario/errors.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { type Told, told } from './told.ts';

const tell = (script: (sim: Simulation) => Promise<void> | void): Promise<Told> =>
  told(script, { scenario: { protocol: '5.0' } });

/** A hub and a client that is connected to it. */
async function pair(sim: Simulation, settings: ClientSettings = {}, hubSettings: BrokerSettings = {}) {
  const hub = sim.broker('hub', hubSettings);
  const lamp = sim.client('lamp', settings);
  const connack = await lamp.connect(hub);
  return { hub, lamp, connack };
}

/** What was written to connections, by type. */
function sent<T extends Packet['type']>({ trace }: Told, type: T): Extract<Packet, { type: T }>[] {
  return trace.flatMap((event) => {
    if (event.k !== 'packet.sent') return [];
    const packet = decode(event.bytes, 5);
    return packet.type === type ? [packet as Extract<Packet, { type: T }>] : [];
  });
}

/** How a promise failed. */
async function failure(promise: Promise<unknown>): Promise<CallError> {
  return promise.then(
    () => expect.fail('it did not fail'),
    (error: CallError) => error,
  );
}

describe('a 5.0 client in a script', () => {
  it('says in CONNECT what its settings say', async () => {
    const run = await tell(async (sim) => {
      await pair(sim, {
        sessionExpiry: '1h',
        receiveMaximum: 3,
        topicAliasMaximum: 4,
        requestProblemInformation: false,
        requestResponseInformation: true,
        maximumPacketSize: 10_000,
        userProperties: [
          ['b', '1'],
          ['a', '2'],
        ],
        will: {
          topic: 'gone',
          payload: 'x',
          delay: '5s',
          messageExpiry: '1min',
          contentType: 'text/plain',
          userProperties: [['why', 'will']],
        },
      });
      sim.client('for-ever', { sessionExpiry: 'never' }).connect('hub');
      await sim.sleep('1s');
    });
    expect(run.error).toBeUndefined();
    const [connect, forEver] = sent(run, 'connect');
    expect(connect).toMatchObject({
      protocolVersion: 5,
      cleanStart: true,
      properties: {
        sessionExpiryInterval: 3_600,
        receiveMaximum: 3,
        topicAliasMaximum: 4,
        requestProblemInformation: 0,
        requestResponseInformation: 1,
        maximumPacketSize: 10_000,
        userProperties: [
          ['b', '1'],
          ['a', '2'],
        ],
      },
      will: {
        properties: {
          willDelayInterval: 5,
          messageExpiryInterval: 60,
          contentType: 'text/plain',
          userProperties: [['why', 'will']],
        },
      },
    });
    expect(forEver?.properties?.sessionExpiryInterval).toBe(0xffffffff);
  });

  it('is told in CONNACK what the broker takes, and where it had its own way', async () => {
    const { error } = await tell(async (sim) => {
      const { connack, lamp } = await pair(
        sim,
        { clientId: '', sessionExpiry: '1h', requestResponseInformation: true },
        {
          receiveMaximum: 5,
          topicAliasMaximum: 6,
          maximumQoS: 1,
          retainAvailable: false,
          wildcardSubscriptionAvailable: false,
          subscriptionIdentifiersAvailable: false,
          sharedSubscriptionAvailable: false,
          serverKeepAlive: '20s',
          sessionExpiryMaximum: '10min',
          responseInformation: 'answers/',
          limits: { packetSize: 5_000 },
        },
      );
      expect(connack).toEqual({
        sessionPresent: false,
        properties: {
          sessionExpiryInterval: 600,
          receiveMaximum: 5,
          maximumQoS: 1,
          retainAvailable: 0,
          maximumPacketSize: 5_000,
          assignedClientIdentifier: expect.stringMatching(/^auto-/) as string,
          topicAliasMaximum: 6,
          wildcardSubscriptionAvailable: 0,
          subscriptionIdentifiersAvailable: 0,
          sharedSubscriptionAvailable: 0,
          serverKeepAlive: 20,
          responseInformation: 'answers/',
        },
      });
      expect(await failure(lamp.subscribe('a/+'))).toMatchObject({ kind: 'refused', reasonCode: 0xa2 });
      expect(await failure(lamp.subscribe('$share/g/a'))).toMatchObject({ reasonCode: 0x9e });
      expect(await failure(lamp.subscribe('a', { subscriptionIdentifier: 1 }))).toMatchObject({
        reasonCode: 0xa1,
      });
      expect(await failure(lamp.publish('a', 'x', { qos: 2 }))).toMatchObject({ kind: 'refused' });
      expect(await failure(lamp.publish('a', 'x', { retain: true }))).toMatchObject({ kind: 'refused' });
      expect(await failure(lamp.publish('a', 'x'.repeat(5_000)))).toMatchObject({ kind: 'packet-too-large' });
    });
    expect(error).toBeUndefined();
  });

  it('sends and receives everything that travels with a message', async () => {
    const { error } = await tell(async (sim) => {
      const { lamp } = await pair(sim);
      await lamp.subscribe('a/#', { subscriptionIdentifier: 7 });
      await lamp.subscribe('+/b', { subscriptionIdentifier: 9 });
      await lamp.publish('a/b', 'x', {
        messageExpiry: '1min',
        payloadFormatIndicator: 1,
        contentType: 'text/plain',
        responseTopic: 'answers',
        correlationData: 'seven',
        userProperties: [
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ],
      });
      const message = await lamp.next();
      expect(message).toMatchObject({
        subscriptionIdentifiers: [7, 9],
        messageExpiryInterval: 60,
        payloadFormatIndicator: 1,
        contentType: 'text/plain',
        responseTopic: 'answers',
        correlationData: new TextEncoder().encode('seven'),
        userProperties: [
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ],
      });
      await lamp.publish('a', 'y', { correlationData: message.correlationData, responseTopic: undefined });
      const answer = await lamp.next();
      expect(answer.correlationData).toEqual(message.correlationData);
      expect(answer.responseTopic).toBeUndefined();
      await lamp.publish('a', 'z');
      expect(await lamp.next()).toMatchObject({
        userProperties: [],
        messageExpiryInterval: undefined,
        subscriptionIdentifiers: [7],
      });
    });
    expect(error).toBeUndefined();
  });

  it('gets the reason codes of answers', async () => {
    const { error } = await tell(async (sim) => {
      const { lamp } = await pair(sim, {}, { authorize: ({ topic }) => topic !== 'secret' });
      for (const qos of [1, 2] as const) {
        expect(await lamp.publish('nobody', 'x', { qos })).toEqual({ reasonCode: 0x10 });
      }
      expect(await lamp.publish('nobody', 'x')).toEqual({ reasonCode: 0 });
      expect(await failure(lamp.publish('secret', 'x', { qos: 1 }))).toMatchObject({
        kind: 'refused',
        reasonCode: 0x87,
        reasonString: 'this client may not publish to this topic',
      });
      expect(await lamp.subscribe(['a', 'secret'], { qos: 1 })).toEqual([1, 0x87]);
      expect(await failure(lamp.subscribe('secret'))).toMatchObject({
        reasonCode: 0x87,
        reasonString: 'lamp may not subscribe to secret',
      });
      expect(await lamp.unsubscribe(['a', 'b'], { userProperties: [['x', 'y']] })).toEqual([0, 0x11]);
    });
    expect(error).toBeUndefined();
  });

  it('subscribes with the options of 5.0', async () => {
    const { error } = await tell(async (sim) => {
      const { lamp, hub } = await pair(sim);
      const other = sim.client('other');
      await other.connect(hub);
      await other.publish('kept', 'old', { qos: 1, retain: true });
      const counted = async (options: object) => {
        await lamp.subscribe('kept', options);
        await sim.sleep('1s');
        return lamp.received.length;
      };
      expect(await counted({ retainHandling: 2 })).toBe(0);
      expect(await counted({ retainHandling: 1 })).toBe(0);
      expect(await counted({ retainHandling: 0, noLocal: true, retainAsPublished: true })).toBe(1);
      await lamp.publish('kept', 'own', { qos: 1 });
      await other.publish('kept', 'new', { qos: 1, retain: true });
      await sim.sleep('1s');
      expect([...lamp.received].map(({ text, retain }) => [text, retain])).toEqual([
        ['old', true],
        ['new', true],
      ]);
    });
    expect(error).toBeUndefined();
  });

  it('leaves as it says, and the broker does what that means', async () => {
    const run = await tell(async (sim) => {
      const { hub, lamp } = await pair(sim, { sessionExpiry: '1h', will: { topic: 'will' } });
      const watcher = sim.client('watcher');
      await watcher.connect(hub);
      await watcher.subscribe('will');
      await lamp.disconnect({
        reasonCode: 4,
        sessionExpiry: '10s',
        reasonString: 'tired',
        userProperties: [['a', 'b']],
      });
      await watcher.next('will');
      await sim.sleep('11s');
      const { sessionPresent } = await sim
        .client('again', { clientId: 'lamp', cleanStart: false })
        .connect(hub);
      expect(sessionPresent).toBe(false);
    });
    expect(run.error).toBeUndefined();
    expect(sent(run, 'disconnect')[0]).toEqual({
      type: 'disconnect',
      reasonCode: 4,
      properties: { sessionExpiryInterval: 10, reasonString: 'tired', userProperties: [['a', 'b']] },
    });
  });

  it('uses topic aliases where it was told to and the broker takes them', async () => {
    const run = await tell(async (sim) => {
      const { lamp } = await pair(sim, { topicAliases: 2, topicAliasMaximum: 1 });
      await lamp.subscribe('a/long/topic');
      for (let n = 0; n < 3; n++) await lamp.publish('a/long/topic', 'x');
      await sim.sleep('1s');
      expect([...lamp.received].map(({ topic }) => topic)).toEqual(Array(3).fill('a/long/topic'));
    });
    expect(run.error).toBeUndefined();
    const topics = sent(run, 'publish').map(({ topic }) => topic);
    expect(topics.sort()).toEqual(['', '', '', '', 'a/long/topic', 'a/long/topic']);
  });
});

describe('enhanced authentication in a script', () => {
  const lock: BrokerSettings = {
    authenticationMethods: {
      DOUBLE: () => {
        let asked = false;
        return (data) => {
          if (asked) {
            return data?.[0] === 42
              ? { outcome: 'success' as const, data: Uint8Array.of(84) }
              : { outcome: 'failure' as const, text: 'that is not the double', reasonCode: 0x87 as const };
          }
          asked = true;
          return { outcome: 'continue' as const, data: Uint8Array.of(21) };
        };
      },
    },
  };
  const key = (factor: number, trusts = true): ClientSettings => ({
    authentication: {
      name: 'DOUBLE',
      begin: () => ({
        opening: undefined,
        answer: (data) => ({ data: Uint8Array.of(data![0]! * factor) }),
        accept: (data) => trusts && data?.[0] === 84,
      }),
    },
  });

  it('lets in who answers, now and again', async () => {
    const run = await tell(async (sim) => {
      const { lamp, connack } = await pair(sim, key(2), lock);
      expect(connack.properties).toMatchObject({ authenticationMethod: 'DOUBLE' });
      await lamp.authenticate();
    });
    expect(run.error).toBeUndefined();
    expect(sent(run, 'auth').map(({ reasonCode }) => reasonCode)).toEqual([0x18, 0x18, 0x19, 0x18, 0x18, 0]);
    const calls = run.trace.flatMap((event) => (event.k === 'app.call' ? [event.op] : []));
    expect(calls).toEqual(['connect', 'authenticate']);
  });

  it('keeps out who does not, and who does not trust the broker', async () => {
    const { error } = await tell(async (sim) => {
      const hub = sim.broker('hub', lock);
      expect(await failure(sim.client('liar', key(3)).connect(hub))).toMatchObject({
        kind: 'refused',
        reasonCode: 0x87,
        reasonString: 'that is not the double',
      });
      expect(await failure(sim.client('sceptic', key(2, false)).connect(hub))).toMatchObject({
        kind: 'refused',
      });
    });
    expect(error).toBeUndefined();
  });
});

describe('a broker in a script', () => {
  it('shuts down in order: its clients are told, and come back', async () => {
    const run = await tell(async (sim) => {
      const { hub, lamp } = await pair(sim, { sessionExpiry: '1h' });
      await lamp.subscribe('n', { qos: 1 });
      const told: unknown[] = [];
      lamp.on('offline', (reason, cause) => told.push([reason, cause?.reasonCode]));
      hub.shutdown({ for: '5s' });
      expect(hub.alive).toBe(false);
      await sim.sleep('20s');
      expect(told).toEqual([['the server disconnects with 0x8B: the server shuts down', 0x8b]]);
      expect(lamp.connected).toBe(true);
      await lamp.publish('n', 'x', { qos: 1 });
      await lamp.next('n');
      await sim.quiet();
    });
    expect(run.error).toBeUndefined();
    expect(run.verdict).toBe('passed');
  });

  it.each([
    [false, 0x9c],
    [true, 0x9d],
  ])('sends clients elsewhere, moved %j, who go there', async (moved, reasonCode) => {
    const { error, verdict } = await tell(async (sim) => {
      const there = sim.broker('there');
      const here = sim.broker('here', {
        authenticate: ({ clientId }) => (clientId === 'late' ? { server: 'there', moved } : 'accepted'),
      });
      const early = sim.client('early');
      await early.connect(here);
      early.on('offline', async (_reason, cause) => {
        expect(cause).toMatchObject({ reasonCode, serverReference: 'there' });
        await early.connect(cause!.serverReference!);
      });
      here.redirect(early, there, { moved });
      const late = sim.client('late');
      const refused = await failure(late.connect(here));
      expect(refused).toMatchObject({ kind: 'refused', reasonCode, serverReference: 'there' });
      await late.connect(refused.serverReference!);
      await sim.sleep('1s');
      await late.subscribe('n');
      await early.publish('n', 'x');
      await late.next('n');
      expect(() => here.redirect('late', there)).toThrow("no client 'late' is connected to 'here'");
    });
    expect(error).toBeUndefined();
    expect(verdict).toBe('passed');
  });
});

describe('what 5.0 has', () => {
  const at = (settings: ClientSettings, protocol: '3.1.1' | '5.0' = '5.0'): [ClientSettings, object] => [
    { ...settings, protocol },
    {},
  ];
  it.each<[string, [client: ClientSettings, hub: object], string]>([
    ['receiveMaximum', at({ receiveMaximum: 0 }), "receiveMaximum of client 'a' is 0"],
    ['topicAliasMaximum', at({ topicAliasMaximum: 65_536 }), "topicAliasMaximum of client 'a' is 65536"],
    ['user properties', at({ userProperties: [['x']] as never }), 'must be pairs of strings'],
    ['will delay', at({ will: { topic: 'x', delay: 5 as never } }), 'bare number 5'],
    [
      'will property',
      at({ will: { topic: 'x', contentType: 5 as never } }),
      "contentType of the will of client 'a'",
    ],
    ['authentication', at({ authentication: {} as never }), 'needs a name, and a function begin()'],
    ['an old client', at({ receiveMaximum: 5 }, '3.1.1'), "receiveMaximum of client 'a' is of MQTT 5.0"],
    [
      'an old will',
      at({ will: { topic: 'x', delay: '1s' } }, '3.1.1'),
      "delay of the will of client 'a' is of MQTT 5.0",
    ],
    ['broker', [{}, { receiveMaximum: 70_000 }], "receiveMaximum of broker 'hub' is 70000"],
    ['serverKeepAlive', [{}, { serverKeepAlive: '20h' }], 'at most 65535 seconds'],
    ['retainAvailable', [{}, { retainAvailable: 1 }], "retainAvailable of broker 'hub' is 1"],
    ['authenticate', [{}, { authenticate: 'yes' }], "authenticate of broker 'hub' must be a function"],
    ['a method', [{}, { authenticationMethods: { X: 5 } }], "the authentication method 'X' of broker 'hub'"],
  ])('is checked: %s', async (_what, [client, hub], message) => {
    const { error } = await tell((sim) => {
      sim.broker('hub', hub);
      sim.client('a', client);
    });
    expect(error?.message).toContain(message);
    expect(error?.blame).toBe('script');
  });

  it.each<[string, (sim: Simulation) => unknown, string]>([
    ['publish', (sim) => sim.client('a').publish('t', '', { messageExpiry: '0.5s' }), 'whole seconds'],
    [
      'publish option',
      (sim) => sim.client('a').publish('t', '', { expiry: '1s' } as never),
      "no option 'expiry'",
    ],
    [
      'subscribe',
      (sim) => sim.client('a').subscribe('t', { retainHandling: 3 as never }),
      'it can be 0, 1, 2',
    ],
    [
      'identifier',
      (sim) => sim.client('a').subscribe('t', { subscriptionIdentifier: 0 }),
      'whole number from 1',
    ],
    ['disconnect', (sim) => sim.client('a').disconnect({ reasonCode: 256 }), 'whole number from 0 to 255'],
    [
      'an old client',
      (sim) => sim.client('a', { protocol: '3.1.1' }).subscribe('t', { noLocal: true }),
      "noLocal of subscribe of client 'a' is of MQTT 5.0, and the client speaks an older version",
    ],
    ['redirect', (sim) => sim.broker('b').redirect('x', 'y', { move: true } as never), "no option 'move'"],
  ])('is checked in calls: %s', async (_what, call, message) => {
    const { error } = await tell(async (sim) => {
      await call(sim);
    });
    expect(error?.message).toContain(message);
  });

  it.each<[string, BrokerSettings, string]>([
    [
      'throws',
      {
        authenticate: () => {
          throw new Error('no idea');
        },
      },
      'no idea',
    ],
    ['answers nonsense', { authenticate: () => true as never }, "must return 'accepted'"],
    ['promises', { authorize: async () => true } as never, 'what authorize of broker'],
  ])('ends the run when a function of the script %s', async (_what, settings, message) => {
    const { error, verdict } = await tell(async (sim) => {
      const { lamp } = await pair(sim, {}, settings);
      await lamp.publish('t', 'x', { qos: 1 });
    });
    expect(verdict).toBe('script-error');
    expect(error).toMatchObject({ blame: 'script' });
    expect(error?.message).toContain(message);
  });
});
