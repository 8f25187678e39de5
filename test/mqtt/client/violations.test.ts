import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { publishFrom, Rig, text } from './rig.ts';

/** What a server must not do to an online 3.1.1 client that has QoS 1 `1`, QoS 2 `2`, SUBSCRIBE `3` and UNSUBSCRIBE `4` under way. */
const violations: [what: string, packet: Packet | Uint8Array, rule: string][] = [
  ['a second CONNACK', { type: 'connack', sessionPresent: false, reasonCode: 0 }, '3.1.1/3.2'],
  ['PINGREQ', { type: 'pingreq' }, '3.1.1/2.2.1'],
  ['SUBSCRIBE', { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] }, '3.1.1/2.2.1'],
  ['UNSUBSCRIBE', { type: 'unsubscribe', packetId: 1, filters: ['a'] }, '3.1.1/2.2.1'],
  [
    'CONNECT',
    { type: 'connect', protocolVersion: 4, clientId: 'x', cleanStart: true, keepAlive: 0 },
    '3.1.1/2.2.1',
  ],
  ['DISCONNECT', { type: 'disconnect' }, '3.1.1/2.2.1'],
  ['PUBREC of a QoS 1 message', { type: 'pubrec', packetId: 1 }, '3.1.1/MQTT-4.3.2-1'],
  ['PUBACK of a QoS 2 message', { type: 'puback', packetId: 2 }, '3.1.1/MQTT-4.3.3-1'],
  ['PUBCOMP before PUBREC', { type: 'pubcomp', packetId: 2 }, '3.1.1/MQTT-4.3.3-1'],
  ['SUBACK that nobody asked for', { type: 'suback', packetId: 9, reasonCodes: [0] }, '3.1.1/MQTT-3.8.4-2'],
  ['SUBACK of an UNSUBSCRIBE', { type: 'suback', packetId: 4, reasonCodes: [0] }, '3.1.1/MQTT-3.8.4-2'],
  ['SUBACK with a code too many', { type: 'suback', packetId: 3, reasonCodes: [0, 0] }, '3.1.1/MQTT-3.8.4-5'],
  ['UNSUBACK of a SUBSCRIBE', { type: 'unsuback', packetId: 3 }, '3.1.1/MQTT-3.10.4-4'],
  ['PUBLISH with QoS 3', new Uint8Array([0x36, 5, 0, 1, 0x61, 0, 1]), '3.1.1/MQTT-3.3.1-4'],
  ['PUBREL without its flags', new Uint8Array([0x60, 2, 0, 1]), '3.1.1/MQTT-3.6.1-1'],
  ['PUBLISH to a filter', new Uint8Array([0x30, 3, 0, 1, 0x23]), '3.1.1/MQTT-3.3.2-2'],
];

describe('a server that breaks a rule', () => {
  for (const [what, wrong, rule] of violations) {
    it(`loses its connection after ${what}, and the note names the rule [${rule}]`, () => {
      const rig = new Rig();
      rig.comeOnline();
      rig.publish('a', 1);
      rig.publish('b', 2);
      rig.subscribe('c');
      rig.unsubscribe('d');
      rig.forget();
      if (wrong instanceof Uint8Array) rig.receiveBytes(1, wrong);
      else rig.serve(wrong);
      expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'finish' }]);
      expect(rig.said()).toEqual([]);
      expect(rig.notes.at(-1)).toMatchObject({ step: 'protocol-error', rule });
      expect(rig.client.status).toBe('waiting');
    });
  }

  it('is not believed about anything that follows in the same bytes', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.receiveBytes(1, new Uint8Array([0xc0, 0, ...encode(publishFrom('a', 1, 1), 4)]));
    expect(rig.deliveries()).toEqual([]);
  });

  it('loses it when it sends anything before CONNACK [3.1.1/MQTT-3.2.0-1]', () => {
    const rig = new Rig();
    rig.connect();
    rig.opened();
    rig.serve(publishFrom('a', 0));
    expect(rig.deliveries()).toEqual([]);
    expect(rig.rules()).toEqual(['3.1.1/MQTT-3.2.0-1']);
    expect(rig.client.status).toBe('waiting');
  });

  it('loses it when it claims a session after Clean Session 1 [3.1.1/MQTT-3.2.2-1] [trap 11]', () => {
    const rig = new Rig();
    rig.connect();
    rig.opened();
    rig.accept(true);
    expect(rig.rules()).toEqual(['3.1.1/MQTT-3.2.2-1']);
    expect(rig.client.status).toBe('waiting');
  });

  it('loses it when it claims a session and refuses the connection [3.1.1/MQTT-3.2.2-4] [trap 11]', () => {
    const rig = new Rig({ cleanStart: false });
    rig.connect();
    rig.opened();
    rig.receiveBytes(1, new Uint8Array([0x20, 2, 1, 5]));
    expect(rig.rules()).toEqual(['3.1.1/MQTT-3.2.2-4']);
    expect(rig.client.status).toBe('waiting');
  });

  it('loses it when its packet is larger than the client takes', () => {
    const rig = new Rig({ maximumPacketSize: 100 });
    rig.comeOnline();
    rig.serve({ ...publishFrom('a', 0), payload: text('x'.repeat(95)) });
    expect(rig.deliveries()).toEqual(['a']);
    rig.serve({ ...publishFrom('b', 0), payload: text('x'.repeat(96)) });
    expect(rig.deliveries()).toEqual(['a']);
    expect(rig.notes.at(-1)).toMatchObject({ step: 'protocol-error' });
  });

  it('is told why in 5.0', () => {
    const rig = new Rig({ protocolVersion: 5 });
    rig.comeOnline();
    rig.serve({ type: 'pingreq' });
    expect(rig.takeSent()).toMatchObject([{ type: 'disconnect', reasonCode: 0x82 }]);
    expect(rig.isClosed(1)).toBe(true);
  });
});

describe('a server that only repeats itself', () => {
  it('keeps its connection', () => {
    const rig = new Rig();
    rig.comeOnline();
    rig.publish('a', 1);
    rig.publish('b', 2);
    rig.serve({ type: 'puback', packetId: 1 }, { type: 'puback', packetId: 1 });
    rig.serve({ type: 'pubrec', packetId: 2 }, { type: 'pubrec', packetId: 2 });
    rig.serve({ type: 'pubcomp', packetId: 2 }, { type: 'pubcomp', packetId: 2 });
    rig.serve({ type: 'pubrec', packetId: 2 }, { type: 'pingresp' });
    expect(rig.client.status).toBe('online');
    expect(rig.said()).toEqual(['PUBLISH a 1', 'PUBLISH b 2', 'PUBREL 2', 'PUBREL 2', 'PUBREL 2']);
    expect(rig.notes.map(({ text }) => text)).toEqual([
      'PUBACK of identifier 1, which is not in flight',
      'PUBCOMP of identifier 2, which is not in flight',
      'PUBREC of identifier 2, which is not in flight',
    ]);
  });
});
