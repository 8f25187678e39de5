import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { Connect } from '../../../src/mqtt/codec/packet.ts';
import { Hub, SECOND } from './hub.ts';

/** What a broker with default options tells everybody. */
const ANNOUNCED = { receiveMaximum: 20, maximumPacketSize: 1_048_576, topicAliasMaximum: 10 };

describe('a CONNECT of 5.0', () => {
  it('is accepted with 0x00, session present 0 and what the server can take [5.0/MQTT-3.1.4-5] [5.0/MQTT-3.2.2-2]', () => {
    const hub = new Hub();
    expect(hub.dialIn().connect5('a').connack).toEqual({
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      properties: ANNOUNCED,
    });
  });

  it('is told every capability that is less than the standard has [5.0/MQTT-3.2.2-9]', () => {
    const hub = new Hub({
      maximumQoS: 1,
      retainAvailable: false,
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      serverKeepAlive: 7,
      receiveMaximum: 3,
      topicAliasMaximum: 0,
      limits: { packetSize: 500 },
    });
    expect(hub.dialIn().connect5('a').connack?.properties).toEqual({
      maximumQoS: 1,
      retainAvailable: 0,
      wildcardSubscriptionAvailable: 0,
      subscriptionIdentifiersAvailable: 0,
      sharedSubscriptionAvailable: 0,
      serverKeepAlive: 7,
      receiveMaximum: 3,
      maximumPacketSize: 500,
    });
  });

  it('is told nothing that goes without saying', () => {
    const hub = new Hub({ receiveMaximum: 65_535, topicAliasMaximum: 0, limits: { packetSize: Infinity } });
    expect(hub.dialIn().connect5('a').connack).not.toHaveProperty('properties');
  });

  it('is told Response Information when it asks, and not else [5.0/MQTT-3.1.2-28]', () => {
    const hub = new Hub({ responseInformation: 'answers/' });
    const asking = hub.dialIn().connect5('a', { requestResponseInformation: 1 });
    expect(asking.connack?.properties?.responseInformation).toBe('answers/');
    const silent = [{}, { requestResponseInformation: 0 as const }].map((properties) =>
      hub.dialIn().connect5('b', properties),
    );
    for (const peer of silent) expect(peer.connack?.properties).toEqual(ANNOUNCED);
  });

  it('without an identifier is told the one it got, also with Clean Start 0, and may come back with it [5.0/MQTT-3.1.3-6] [5.0/MQTT-3.1.3-7] [5.0/MQTT-3.2.2-16] [trap 39]', () => {
    const hub = new Hub();
    const peers = [0, 1].map(() =>
      hub.dialIn().connect5('', { sessionExpiryInterval: 60 }, { clean: false }),
    );
    const [one, two] = peers.map((peer) => peer.connack!.properties!.assignedClientIdentifier!);
    expect(one).not.toBe(two);
    peers[0]!.lose();
    expect(hub.dialIn().connect5(one!, {}, { clean: false }).connack).toMatchObject({ sessionPresent: true });
  });

  it('that is malformed is told so in a CONNACK [5.0/MQTT-3.1.4-1] [5.0/MQTT-3.1.2-3] [5.0/MQTT-3.2.2-7]', () => {
    const hub = new Hub();
    const connect: Connect = {
      type: 'connect',
      protocolVersion: 5,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
    };
    const wrong = encode(connect, 5).slice();
    wrong[9]! |= 1;
    const other = hub.dialIn();
    hub.receiveBytes(other.connection, wrong);
    expect(other.takeOne('connack')).toMatchObject({ sessionPresent: false, reasonCode: 0x81 });
    expect(other.closed).toBe(true);
    expect(hub.rules()).toContain('5.0/MQTT-3.1.2-3');
  });

  it('gets the code of what its will asks in vain [5.0/MQTT-3.2.2-12] [5.0/MQTT-3.2.2-13] [5.0/MQTT-3.2.2-6]', () => {
    const hub = new Hub({ maximumQoS: 1, retainAvailable: false });
    const qos = hub.dialIn().connect5('a', {}, { will: { qos: 2 } });
    expect(qos.connack).toMatchObject({ sessionPresent: false, reasonCode: 0x9b });
    const retain = hub.dialIn().connect5('a', {}, { will: { retain: true } });
    expect(retain.connack).toMatchObject({ sessionPresent: false, reasonCode: 0x9a });
    expect([qos.closed, retain.closed]).toEqual([true, true]);
    const old = hub.client('a', { will: { retain: true } });
    expect([old.connack, old.closed]).toEqual([undefined, true]);
  });

  it('gets 0x97 when there are as many sessions as there may be', () => {
    const hub = new Hub({ limits: { sessions: 1 } });
    hub.client('a');
    expect(hub.dialIn().connect5('b').connack?.reasonCode).toBe(0x97);
  });

  it('with a method nobody knows gets 0x8C [5.0/MQTT-4.12.0-1]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { authenticationMethod: 'guess' });
    expect(peer.connack?.reasonCode).toBe(0x8c);
    expect(peer.closed).toBe(true);
  });

  it('may have a password without a user name [trap 47]', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    peer.send({
      type: 'connect',
      protocolVersion: 5,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
      password: Uint8Array.of(1),
    });
    expect(peer.takeOne('connack').reasonCode).toBe(0);
  });

  it('whose client does not take so large a CONNACK is the end [5.0/MQTT-3.1.2-24]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { maximumPacketSize: 10 });
    expect([peer.connack, peer.closed]).toEqual([undefined, true]);
    expect(hub.rules()).toContain('5.0/MQTT-3.1.2-24');
  });

  it('is refused without a reason string where that would be too large [5.0/MQTT-3.2.2-19]', () => {
    const hub = new Hub({ maximumQoS: 1 });
    const peer = hub.dialIn().connect5('a', { maximumPacketSize: 10 }, { will: { qos: 2 } });
    expect(peer.connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 0x9b });
  });
});

describe('the keep alive of 5.0', () => {
  it('is the server’s where the server has one, and else the client’s [5.0/MQTT-3.2.2-22] [5.0/MQTT-3.1.2-22] [trap 40]', () => {
    for (const serverKeepAlive of [undefined, 4]) {
      const hub = new Hub(serverKeepAlive === undefined ? {} : { serverKeepAlive });
      const peer = hub.dialIn().connect5('a', {}, { keepAlive: 10 });
      const old = hub.client('b', { keepAlive: 10 });
      const limit = 1.5 * (serverKeepAlive ?? 10) * SECOND;
      hub.advance(limit - 1);
      expect(peer.closed).toBe(false);
      hub.advance(1);
      expect(peer.closed).toBe(true);
      expect(old.closed).toBe(serverKeepAlive === undefined);
      expect(peer.takeOne('disconnect').reasonCode).toBe(0x8d);
      expect(old.take()).toEqual([]);
      expect(hub.rules()).toContain('5.0/MQTT-3.1.2-22');
    }
  });

  it('of 0 from the server is off', () => {
    const hub = new Hub({ serverKeepAlive: 0 });
    const peer = hub.dialIn().connect5('a', {}, { keepAlive: 1 });
    hub.advance(100 * SECOND);
    expect(peer.closed).toBe(false);
  });
});
