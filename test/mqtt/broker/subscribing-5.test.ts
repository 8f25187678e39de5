import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type Peer } from './hub.ts';

const KEPT = { sessionExpiryInterval: 600 };

function subscribe(peer: Peer, packetId: number, ...subscriptions: Subscription[]) {
  peer.send({ type: 'subscribe', packetId, subscriptions });
}

describe('SUBSCRIBE of 5.0', () => {
  it('is answered with its identifier and a code for every filter, in their order [5.0/MQTT-3.8.4-1] [5.0/MQTT-3.8.4-2] [5.0/MQTT-3.8.4-5] [5.0/MQTT-3.8.4-6] [5.0/MQTT-3.8.4-7] [5.0/MQTT-3.9.3-1] [5.0/MQTT-2.2.1-6] [trap 42]', () => {
    const hub = new Hub({ authorize: ({ action, topic }) => action === 'publish' || topic !== 'secret' });
    const peer = hub.dialIn().connect5('a');
    subscribe(
      peer,
      777,
      { filter: 'b', qos: 2 },
      { filter: 'secret', qos: 0 },
      { filter: 'c/+', qos: 0 },
      { filter: 'd', qos: 1 },
    );
    expect(peer.takeOne('suback')).toMatchObject({ packetId: 777, reasonCodes: [2, 0x87, 0, 1] });
    for (const topic of ['b', 'secret', 'c/x', 'd']) hub.client('p').publish(topic, '', 2);
    expect(peer.publishes().map(({ topic, qos }) => `${topic} ${qos}`)).toEqual(['b 2', 'c/x 0', 'd 1']);
  });

  it('of any QoS is taken by a server of a lower one, which grants what it has [5.0/MQTT-3.2.2-10]', () => {
    for (const maximumQoS of [0, 1] as const) {
      const hub = new Hub({ maximumQoS });
      const peer = hub.dialIn().connect5('a');
      subscribe(peer, 1, ...([0, 1, 2] as const).map((qos) => ({ filter: `${qos}`, qos })));
      const granted = [0, 1, 2].map((qos) => Math.min(qos, maximumQoS));
      expect(peer.takeOne('suback').reasonCodes).toEqual(granted);
      expect(peer.closed).toBe(false);
    }
  });

  it('with a filter that exists replaces QoS, options and identifier, and no copy comes twice [5.0/MQTT-3.8.4-3] [trap 2]', () => {
    const hub = new Hub({ overlap: 'each' });
    const peer = hub.dialIn().connect5('a');
    peer.send({
      type: 'subscribe',
      packetId: 1,
      subscriptions: [{ filter: 't', qos: 2, noLocal: true, retainAsPublished: true }],
      properties: { subscriptionIdentifier: 3 },
    });
    subscribe(peer, 2, { filter: 't', qos: 1 });
    peer.take();
    peer.publish('t', 'own', 2, { retain: true, packetId: 9 });
    const publishes = peer.publishes();
    expect(publishes).toMatchObject([{ topic: 't', qos: 1, retain: false }]);
    expect(publishes[0]).not.toHaveProperty('properties');
  });

  it('that replaces a subscription sends what is retained again and loses nothing that waits [5.0/MQTT-3.8.4-4] [trap 7]', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const publisher = hub.client('p');
    publisher.publish('t', 'kept', 1, { retain: true });
    const peer = hub.dialIn().connect5('a');
    subscribe(peer, 1, { filter: 't', qos: 1 });
    publisher.publish('t', 'live', 1);
    subscribe(peer, 2, { filter: 't', qos: 1 });
    publisher.publish('t', 'later', 1);
    const got: string[] = [];
    for (let packetId = 1; packetId <= 4; packetId++) {
      got.push(...peer.messages());
      peer.send({ type: 'puback', packetId });
    }
    expect(got).toEqual(['t kept', 't live', 't kept', 't later']);
  });

  it('to all topics does not mean those of the server, and no name is made equal to another [5.0/MQTT-4.7.2-1] [5.0/MQTT-4.7.3-4] [trap 35] [trap 46]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    for (const filter of ['#', '+/broker/version', '$share/g/#', '$share/g/+/broker/version']) {
      subscribe(peer, 1, { filter, qos: 0 });
      expect(peer.publishes()).toEqual([]);
    }
    const watcher = hub.dialIn().connect5('w');
    watcher.subscribe('$SYS/broker/clients/connected', 'caf\u00e9', 'A', 'a/', '/a');
    watcher.take();
    const publisher = hub.client('p');
    hub.advance(10_000_000);
    expect(watcher.messages()).toEqual(['$SYS/broker/clients/connected 3']);
    expect(peer.publishes()).toEqual([]);
    for (const topic of ['cafe\u0301', 'a', 'a//', '//a']) publisher.publish(topic, '');
    expect(watcher.messages()).toEqual([]);
    publisher.publish('caf\u00e9', '');
    expect(watcher.messages()).toEqual(['caf\u00e9 ']);
  });

  it('has a SUBACK without its reason where that would be too large [5.0/MQTT-3.9.2-1]', () => {
    for (const [maximumPacketSize, explained] of [
      [200, true],
      [40, false],
    ] as const) {
      const hub = new Hub({ authorize: ({ action }) => action === 'publish' });
      const peer = hub.dialIn().connect5('a', { maximumPacketSize });
      subscribe(peer, 1, { filter: 'a/filter/that/is/not/for/everybody', qos: 0 });
      const suback = peer.takeOne('suback');
      expect(suback.reasonCodes).toEqual([0x87]);
      expect(suback.properties?.reasonString !== undefined).toBe(explained);
    }
  });
});

describe('UNSUBSCRIBE of 5.0', () => {
  it('is answered once, with its identifier and a code for every filter, in their order [5.0/MQTT-3.10.4-4] [5.0/MQTT-3.10.4-5] [5.0/MQTT-3.10.4-6] [5.0/MQTT-3.11.3-1] [5.0/MQTT-2.2.1-6] [trap 43]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('b', 'd');
    peer.send({ type: 'unsubscribe', packetId: 555, filters: ['a', 'b', 'c', 'd', 'b'] });
    expect(peer.takeOne('unsuback')).toMatchObject({ packetId: 555, reasonCodes: [0x11, 0, 0x11, 0, 0x11] });
    expect(hub.machine.subscriptions).toBe(0);
  });

  it('removes the identical filter only [5.0/MQTT-3.10.4-1]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('a/+', '$share/g/a/b');
    for (const filter of ['a/#', 'a/b', 'A/+', 'a/+/', '$share/h/a/b']) {
      peer.send({ type: 'unsubscribe', packetId: 1, filters: [filter] });
      expect(peer.takeOne('unsuback').reasonCodes).toEqual([0x11]);
    }
    hub.client('p').publish('a/b', '');
    expect(peer.messages()).toEqual(['a/b ', 'a/b ']);
    peer.send({ type: 'unsubscribe', packetId: 1, filters: ['a/+'] });
    peer.take();
    hub.client('p').publish('a/b', '');
    expect(peer.messages()).toEqual(['a/b ']);
  });

  it('stops what is new, and what has begun goes on to its end, over connections too [5.0/MQTT-3.10.4-2] [5.0/MQTT-3.10.4-3]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', KEPT);
    peer.subscribe('t');
    for (const qos of [1, 2] as const) hub.client('p').publish('t', `${qos}`, qos);
    peer.send({ type: 'unsubscribe', packetId: 1, filters: ['t'] });
    hub.client('p').publish('t', 'new', 1);
    expect(peer.messages()).toEqual(['t 1', 't 2']);
    peer.send({ type: 'pubrec', packetId: 2 });
    peer.lose();
    peer.take();
    const next = hub.dialIn().connect5('a', KEPT, { clean: false });
    expect(next.take()).toMatchObject([
      { type: 'pubrel', packetId: 2 },
      { type: 'publish', packetId: 1, dup: true },
    ]);
  });
});

describe('PINGREQ of 5.0', () => {
  it('is answered with PINGRESP [5.0/MQTT-3.12.4-1]', () => {
    const peer = new Hub().dialIn().connect5('a');
    peer.send({ type: 'pingreq' });
    expect(peer.take()).toEqual([{ type: 'pingresp' }]);
  });
});

describe('what a 5.0 client retains', () => {
  const retained = (hub: Hub, filter = '#') => {
    const peer = hub.dialIn().connect5('late');
    peer.subscribe(filter);
    return peer
      .publishes()
      .map(({ topic, payload, retain }) => `${topic} ${new TextDecoder().decode(payload)} ${retain}`);
  };

  it('replaces what its topic had, whatever the QoS [5.0/MQTT-3.3.1-5]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    for (const [payload, qos] of [
      ['one', 2],
      ['two', 0],
      ['three', 1],
    ] as const) {
      peer.publish('t', payload, qos, { retain: true });
      expect(retained(hub)).toEqual([`t ${payload} true`]);
    }
  });

  it('is removed by an empty message, which is delivered and not retained itself [5.0/MQTT-3.3.1-6] [5.0/MQTT-3.3.1-7] [trap 5]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    const watcher = hub.dialIn().connect5('w');
    watcher.subscribe('#');
    peer.publish('t', 'x', 0, { retain: true });
    peer.publish('t', '', 0, { retain: true });
    peer.publish('other', '', 1, { retain: true });
    expect(watcher.messages()).toEqual(['t x', 't ', 'other ']);
    expect(retained(hub)).toEqual([]);
    expect([hub.machine.retained, hub.disk.values().size]).toEqual([0, 0]);
  });

  it('is neither stored, replaced nor removed by a message with RETAIN 0 [5.0/MQTT-3.3.1-8]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.publish('never', 'x', 1);
    peer.publish('t', 'kept', 1, { retain: true });
    for (const payload of ['y', '']) peer.publish('t', payload, 2);
    expect(retained(hub)).toEqual(['t kept true']);
  });
});
