import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { Hub } from './hub.ts';

/** Whatever a packet says beside its codes. */
function words(packet: Packet): unknown[] {
  const properties: { reasonString?: string; userProperties?: unknown } =
    'properties' in packet ? (packet.properties ?? {}) : {};
  return [properties.reasonString, properties.userProperties];
}

describe('a client that takes only small packets', () => {
  const maximumPacketSize = 24;

  it('is told every code and no word of explanation, in answers and in DISCONNECT [5.0/MQTT-3.4.2-2] [5.0/MQTT-3.4.2-3] [5.0/MQTT-3.5.2-2] [5.0/MQTT-3.5.2-3] [5.0/MQTT-3.6.2-2] [5.0/MQTT-3.6.2-3] [5.0/MQTT-3.7.2-2] [5.0/MQTT-3.7.2-3] [5.0/MQTT-3.9.2-1] [5.0/MQTT-3.9.2-2] [5.0/MQTT-3.11.2-1] [5.0/MQTT-3.11.2-2] [5.0/MQTT-3.14.2-3] [5.0/MQTT-3.14.2-4] [5.0/MQTT-3.1.2-24]', () => {
    const hub = new Hub({ authorize: ({ action }) => action === 'publish' });
    const peer = hub.dialIn().connect5('a', { maximumPacketSize });
    peer.publish('$x', '', 1, { packetId: 1 });
    peer.publish('$x', '', 2, { packetId: 2 });
    peer.send({ type: 'pubrec', packetId: 3 }, { type: 'pubrel', packetId: 4 });
    peer.send({ type: 'subscribe', packetId: 5, subscriptions: [{ filter: 'secret', qos: 0 }] });
    peer.send({ type: 'unsubscribe', packetId: 6, filters: ['secret'] });
    peer.send({ type: 'pingresp' });
    const sent = hub.ofKind('send').filter(({ connection }) => connection === peer.connection);
    expect(sent.map(({ packet }) => packet.type)).toEqual([
      'puback',
      'pubrec',
      'pubrel',
      'pubcomp',
      'suback',
      'unsuback',
      'disconnect',
    ]);
    for (const { packet, bytes } of sent) {
      expect(bytes.length).toBeLessThanOrEqual(maximumPacketSize);
      expect(words(packet)).toEqual([undefined, undefined]);
    }
  });

  it('is sent a short topic as it is: with its alias the packet would be too large, found by hostile peers [5.0/MQTT-3.1.2-24]', () => {
    const hub = new Hub();
    // Two bytes of header, the topic with its length, no property, and the payload: twenty.
    const reader = hub.dialIn().connect5('a', { maximumPacketSize: 20, topicAliasMaximum: 10 });
    reader.subscribe({ filter: '#', qos: 0 });
    const writer = hub.client('b', { version: 5 });
    for (let i = 0; i < 3; i++) writer.publish('t', 'fourteen bytes');
    const sent = hub.ofKind('send').filter(({ packet }) => packet.type === 'publish');
    expect(sent.map(({ bytes }) => bytes.length)).toEqual([20, 20, 20]);
  });

  it('is refused with a code alone [5.0/MQTT-3.2.2-19] [5.0/MQTT-3.2.2-20]', () => {
    const hub = new Hub({ authenticate: () => 'not-authorized' });
    const peer = hub.dialIn().connect5('a', { maximumPacketSize });
    expect(peer.connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 0x87 });
    const talkative = hub.dialIn().connect5('a');
    expect(talkative.connack!.properties!.reasonString).toContain('may not connect');
  });

  it('is asked in AUTH without a word of explanation [5.0/MQTT-3.15.2-2] [5.0/MQTT-3.15.2-3]', () => {
    const ask = () => () => ({ outcome: 'continue' as const });
    const hub = new Hub({ authenticationMethods: new Map([['m', ask]]) });
    const peer = hub.dialIn();
    const properties = { authenticationMethod: 'm', maximumPacketSize: 8 };
    peer.send({
      type: 'connect',
      protocolVersion: 5,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
      properties,
    });
    const [sent] = hub.ofKind('send');
    expect(sent!.bytes.length).toBe(8);
    expect(sent!.packet).toEqual({
      type: 'auth',
      reasonCode: 0x18,
      properties: { authenticationMethod: 'm' },
    });
  });
});
