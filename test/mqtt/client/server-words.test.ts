import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/mqtt/client/application.ts';
import type { ConnackProperties, Packet, UserProperties } from '../../../src/mqtt/codec/packet.ts';
import { publishFrom, Rig, SECOND, text } from './rig.ts';

function online(options: Partial<ClientOptions> = {}, properties?: ConnackProperties): Rig {
  const rig = new Rig({ protocolVersion: 5, ...options });
  rig.comeOnline(false, properties);
  return rig;
}

const userProperties: UserProperties = [
  ['b', '1'],
  ['a', '2'],
  ['b', '1'],
];
const reason = { reasonString: 'ask again tomorrow', userProperties };

describe('what a server says', () => {
  it('in a CONNACK that accepts reaches the application', () => {
    const rig = new Rig({ protocolVersion: 5, requestResponseInformation: true });
    rig.connect();
    rig.opened();
    const properties = {
      ...reason,
      responseInformation: 'answers/7',
      serverKeepAlive: 9,
      topicAliasMaximum: 3,
    };
    rig.accept(false, properties);
    expect(rig.ofKind('online')).toEqual([{ kind: 'online', sessionPresent: false, properties }]);
  });

  it('in a CONNACK that refuses reaches the call', () => {
    const rig = new Rig({ protocolVersion: 5 });
    const call = rig.connect();
    rig.opened();
    rig.serve({ type: 'connack', sessionPresent: false, reasonCode: 0x87, properties: reason });
    expect(rig.outcome(call)).toEqual({
      op: 'connect',
      ok: false,
      error: {
        kind: 'refused',
        message: 'CONNACK refuses with 0x87: ask again tomorrow',
        reasonCode: 0x87,
        ...reason,
      },
    });
    expect(rig.client.status).toBe('idle');
    expect(rig.ofKind('offline')).toEqual([]);
  });

  it.each([
    ['PUBACK', 1, 'puback'],
    ['PUBREC', 2, 'pubrec'],
  ] as const)('in a %s that refuses reaches the call, and only that one', (_name, qos, type) => {
    const rig = online();
    const [first, second] = [rig.publish('a', qos), rig.publish('b', qos)];
    rig.serve({ type, packetId: 1, reasonCode: 0x97, properties: reason });
    rig.serve({ type, packetId: 2, reasonCode: 0x97 });
    expect(rig.outcome(first)).toMatchObject({
      ok: false,
      error: { kind: 'refused', reasonCode: 0x97, ...reason },
    });
    expect(rig.outcome(second)).toMatchObject({ ok: false, error: { kind: 'refused', reasonCode: 0x97 } });
    expect(rig.outcome(second)).not.toHaveProperty('error.reasonString');
  });

  it.each([0x8b, 0x8e])('in a DISCONNECT with %i is why the application is offline', (reasonCode) => {
    const rig = online();
    rig.serve({ type: 'disconnect', reasonCode, properties: reason });
    expect(rig.ofKind('offline')).toMatchObject([{ cause: { kind: 'refused', reasonCode, ...reason } }]);
    expect(rig.takeSent()).toEqual([]);
  });

  it('when it refuses a client that only came back is told too, for no call waits', () => {
    const rig = online();
    rig.cut();
    rig.advance(600 * SECOND);
    rig.opened();
    rig.take();
    rig.receive(2, { type: 'connack', sessionPresent: false, reasonCode: 0x86, properties: reason });
    expect(rig.client.status).toBe('idle');
    expect(rig.ofKind('offline')).toMatchObject([{ cause: { reasonCode: 0x86, ...reason } }]);
  });

  it('of another server is for the application to follow [5.0/4.11]', () => {
    const rig = online();
    const properties = { serverReference: 'other.example:1883' };
    rig.serve({ type: 'disconnect', reasonCode: 0x9d, properties });
    expect(rig.ofKind('offline')).toMatchObject([{ cause: { reasonCode: 0x9d, ...properties } }]);
    rig.advance(3_600 * SECOND);
    expect(rig.client.status).toBe('idle');
    expect(rig.ofKind('dial')).toEqual([{ kind: 'dial', connection: 1 }]);
    const call = rig.input(() => rig.client.connect(rig.now, properties.serverReference));
    expect(rig.ofKind('dial').at(-1)).toEqual({ kind: 'dial', connection: 2, server: 'other.example:1883' });
    rig.opened();
    rig.serve({
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0x9c,
      properties: { serverReference: 'third' },
    });
    expect(rig.outcome(call)).toMatchObject({
      ok: false,
      error: { reasonCode: 0x9c, serverReference: 'third' },
    });
  });

  it('of another server lasts over lost connections, until the application connects anew', () => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.input(() => rig.client.connect(rig.now, 'other'));
    rig.comeOnline();
    rig.cut();
    rig.advance(600 * SECOND);
    expect(rig.ofKind('dial').map(({ server }) => server)).toEqual(['other', 'other']);
    rig.disconnect();
    rig.connect();
    expect(rig.ofKind('dial').map(({ server }) => server)).toEqual(['other', 'other', undefined]);
  });
});

describe('what a message carries', () => {
  const properties = {
    payloadFormatIndicator: 1,
    contentType: 'text/plain',
    responseTopic: 'answers/7',
    correlationData: new Uint8Array([7, 0, 255]),
    userProperties,
  } as const;

  it('goes out as the application gave it', () => {
    const rig = online();
    rig.input(() => rig.client.publish(rig.now, { topic: 'a', payload: text('q'), qos: 1, properties }));
    expect(rig.takeSent()).toMatchObject([{ type: 'publish', properties }]);
  });

  it('comes in as the publisher gave it', () => {
    const rig = online();
    rig.serve({ ...publishFrom('a', 1, 1), properties });
    expect(rig.ofKind('deliver')[0]!.delivery.message.properties).toEqual(properties);
  });

  it('survives the life of the client', () => {
    const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 60 });
    rig.input(() => rig.client.publish(rig.now, { topic: 'a', payload: text('q'), qos: 1, properties }));
    const next = rig.reborn('crash');
    next.connectAgain(false);
    expect(next.takeSent()).toMatchObject([{ type: 'publish', properties }]);
  });

  it('has no wildcard in its Response Topic [5.0/MQTT-3.3.2-14]', () => {
    const rig = online();
    const request = { topic: 'a', payload: text('q'), properties: { responseTopic: 'answers/+' } };
    const call = rig.input(() => rig.client.publish(rig.now, request));
    expect(rig.outcome(call)).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    expect(rig.takeSent()).toEqual([]);
  });
});

/** What a 5.0 server must not send to a client that is online, with QoS 1 `1`, QoS 2 `2`, SUBSCRIBE `3` and UNSUBSCRIBE `4` under way. */
const violations: [title: string, packet: Packet | Uint8Array, reasonCode: number, rule: string][] = [
  ['a second CONNACK', { type: 'connack', sessionPresent: false, reasonCode: 0 }, 0x82, '5.0/MQTT-3.2.0-2'],
  ['PINGREQ', { type: 'pingreq' }, 0x82, '5.0/2.1.2'],
  [
    'SUBSCRIBE',
    { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] },
    0x82,
    '5.0/2.1.2',
  ],
  [
    'CONNECT of an unknown version',
    new Uint8Array([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 9, 2, 0, 0, 0, 0, 0]),
    0x82,
    '5.0/MQTT-3.1.2-2',
  ],
  ['PUBREC of a QoS 1 message', { type: 'pubrec', packetId: 1 }, 0x82, '5.0/MQTT-4.3.2-3'],
  ['PUBACK of a QoS 2 message', { type: 'puback', packetId: 2 }, 0x82, '5.0/MQTT-4.3.3-3'],
  ['PUBCOMP before PUBREC', { type: 'pubcomp', packetId: 2 }, 0x82, '5.0/MQTT-4.3.3-5'],
  [
    'SUBACK that nobody asked for',
    { type: 'suback', packetId: 9, reasonCodes: [0] },
    0x82,
    '5.0/MQTT-3.8.4-2',
  ],
  [
    'SUBACK with a code too many',
    { type: 'suback', packetId: 3, reasonCodes: [0, 0] },
    0x82,
    '5.0/MQTT-3.8.4-6',
  ],
  [
    'UNSUBACK with a code too many',
    { type: 'unsuback', packetId: 4, reasonCodes: [0, 0] },
    0x82,
    '5.0/MQTT-3.11.3-1',
  ],
  ['PUBLISH with QoS 3', new Uint8Array([0x36, 6, 0, 1, 0x61, 0, 1, 0]), 0x81, '5.0/MQTT-3.3.1-4'],
  ['PUBLISH to a filter', new Uint8Array([0x30, 4, 0, 1, 0x23, 0]), 0x81, '5.0/MQTT-3.3.2-2'],
  ['PUBLISH to nowhere', new Uint8Array([0x30, 3, 0, 0, 0]), 0x82, '5.0/3.3.2.1'],
  [
    'DISCONNECT with a session expiry',
    { type: 'disconnect', reasonCode: 0x8b, properties: { sessionExpiryInterval: 1 } },
    0x82,
    '5.0/MQTT-3.14.2-2',
  ],
  ['DISCONNECT with 0x04', { type: 'disconnect', reasonCode: 0x04 }, 0x82, '5.0/MQTT-3.14.2-1'],
  ['DISCONNECT with reserved flags', new Uint8Array([0xe1, 0]), 0x81, '5.0/MQTT-3.14.1-1'],
  ['PUBACK with reserved flags', new Uint8Array([0x41, 2, 0, 1]), 0x81, '5.0/MQTT-2.1.3-1'],
  ['AUTH with reserved flags', new Uint8Array([0xf2, 0]), 0x81, '5.0/MQTT-3.15.1-1'],
  ['AUTH with a code of its own', new Uint8Array([0xf0, 2, 0x87, 0]), 0x82, '5.0/MQTT-3.15.2-1'],
  ['PUBREL without its flags', new Uint8Array([0x60, 2, 0, 1]), 0x81, '5.0/MQTT-3.6.1-1'],
  [
    'a property that does not belong there',
    new Uint8Array([0x30, 6, 0, 1, 0x61, 2, 0x24, 1]),
    0x81,
    '5.0/2.2.2.2',
  ],
  ['too large a packet', { ...publishFrom('a', 0), payload: text('x'.repeat(200)) }, 0x95, '5.0/3.1.2.11.4'],
];

describe('a 5.0 server that breaks a rule [5.0/4.13.1]', () => {
  for (const [title, wrong, reasonCode, rule] of violations) {
    it(`is told so in DISCONNECT after ${title} [${rule}] [5.0/MQTT-3.14.4-2] [5.0/MQTT-4.13.2-1]`, () => {
      const rig = online({ maximumPacketSize: 150 });
      rig.publish('a', 1);
      rig.publish('b', 2);
      rig.subscribe('c');
      rig.unsubscribe('d');
      rig.forget();
      if (wrong instanceof Uint8Array) rig.receiveBytes(1, wrong);
      else rig.serve(wrong);
      expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode }]);
      expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'finish' }]);
      expect(rig.deliveries()).toEqual([]);
      expect(rig.rules()).toEqual([rule]);
      expect(rig.client.status).toBe('waiting');
    });
  }

  it.each([
    ['anything before CONNACK [5.0/MQTT-3.2.0-1]', publishFrom('a', 0), '5.0/MQTT-3.2.0-1', 'sensor'],
    [
      'DISCONNECT before CONNACK [5.0/MQTT-3.14.0-1]',
      { type: 'disconnect', reasonCode: 0x8b },
      '5.0/MQTT-3.2.0-1',
      'sensor',
    ],
    [
      'a session after Clean Start [5.0/MQTT-3.2.2-2]',
      { type: 'connack', sessionPresent: true, reasonCode: 0 },
      '5.0/MQTT-3.2.2-2',
      'sensor',
    ],
    [
      'a CONNACK without the identifier it assigned [5.0/MQTT-3.2.2-16]',
      { type: 'connack', sessionPresent: false, reasonCode: 0 },
      '5.0/MQTT-3.2.2-16',
      '',
    ],
    [
      'response information that nobody asked for [5.0/MQTT-3.1.2-28]',
      { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { responseInformation: 'x' } },
      '5.0/MQTT-3.1.2-28',
      'sensor',
    ],
  ] as [string, Packet, string, string][])('is told so after %s', (_title, wrong, rule, clientId) => {
    const rig = new Rig({ protocolVersion: 5, clientId });
    rig.connect();
    rig.opened();
    rig.serve(wrong);
    expect(rig.takeSent()).toEqual([{ type: 'disconnect', reasonCode: 0x82 }]);
    expect(rig.rules()).toEqual([rule]);
    expect(rig.ofKind('online')).toEqual([]);
    expect(rig.client.status).toBe('waiting');
  });

  it('is not told so by a client whose CONNECT still waits for its disk', () => {
    const rig = new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 60 });
    rig.comeOnline();
    rig.subscribe('a');
    rig.serve({ type: 'suback', packetId: 1, reasonCodes: [1] });
    const next = new Rig(
      { protocolVersion: 5, cleanStart: true, sessionExpiry: 60 },
      { disk: rig.disk, sync: 'by-hand' },
    );
    next.connect();
    expect(next.opened()).toEqual([]);
    next.serve({ type: 'pingresp' });
    expect(next.takeSent()).toEqual([]);
    expect(next.isClosed(1)).toBe(true);
  });

  it.each([
    ['SUBACK', { type: 'suback', packetId: 2, reasonCodes: [0] }],
    ['PUBACK', { type: 'puback', packetId: 1, reasonCode: 0 }],
  ] as const)(
    'by explaining a %s must not have been asked for no problem information [5.0/MQTT-3.1.2-29] [trap 40]',
    (_name, packet) => {
      for (const properties of [{ reasonString: 'x' }, { userProperties }]) {
        for (const asked of [true, false]) {
          const rig = online({ requestProblemInformation: asked });
          rig.publish('a', 1);
          rig.subscribe('a');
          rig.forget();
          rig.serve({ ...packet, properties });
          expect(rig.rules()).toEqual(asked ? [] : ['5.0/MQTT-3.1.2-29']);
          expect(rig.takeSent()).toEqual(asked ? [] : [{ type: 'disconnect', reasonCode: 0x82 }]);
        }
      }
    },
  );

  it('may explain CONNACK, PUBLISH and DISCONNECT all the same [trap 40]', () => {
    const rig = online({ requestProblemInformation: false }, reason);
    rig.serve({ ...publishFrom('a', 0), properties: { userProperties } });
    rig.serve({ type: 'disconnect', reasonCode: 0x8b, properties: reason });
    expect(rig.deliveries()).toEqual(['a']);
    expect(rig.rules()).toEqual([]);
  });
});
