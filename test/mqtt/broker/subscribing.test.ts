import { describe, expect, it } from 'vitest';
import { diskWith, Hub } from './hub.ts';

describe('SUBSCRIBE', () => {
  it('is answered with its identifier and one code a filter, in their order [3.1.1/MQTT-3.8.4-2] [3.1.1/MQTT-3.8.4-5] [3.1.1/MQTT-3.9.3-1] [3.1.1/MQTT-3.8.4-1] [3.1.1/MQTT-2.3.1-7] [trap 42]', () => {
    const hub = new Hub({ limits: { subscriptionsPerSession: 2 } });
    const peer = hub.client('a');
    peer.send({
      type: 'subscribe',
      packetId: 700,
      subscriptions: [
        { filter: 'a', qos: 2 },
        { filter: 'b', qos: 0 },
        { filter: 'c', qos: 1 },
        { filter: 'a', qos: 1 },
      ],
    });
    expect(peer.take()).toEqual([{ type: 'suback', packetId: 700, reasonCodes: [2, 0, 0x80, 1] }]);
    expect(hub.rules()).toEqual(['limit.subscriptionsPerSession']);
  });

  it('beyond the limit closes a client of 3.1, which has no code for it', () => {
    const hub = new Hub({ limits: { subscriptionsPerSession: 1 } });
    const peer = hub.client('a', { version: 3 });
    peer.subscribe('a');
    peer.send({ type: 'subscribe', packetId: 2, subscriptions: [{ filter: 'b', qos: 0 }] });
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.subscriptionsPerSession', 'limit.subscriptionsPerSession']);
  });

  it('is granted the maximum QoS at most', () => {
    const hub = new Hub({ maximumQoS: 1 });
    const peer = hub.client('a');
    expect(peer.subscribe({ filter: 'a', qos: 2 }, { filter: 'b', qos: 0 })).toEqual([1, 0]);
    peer.publish('a', 'x', 2);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.maximumQoS']);
  });

  it('with a wildcard is refused by a server that has none, filter by filter [3.1.1/MQTT-3.8.3-2]', () => {
    const hub = new Hub({ wildcardSubscriptionAvailable: false });
    const peer = hub.client('a');
    expect(peer.subscribe('a/#', 'a/b', '+')).toEqual([0x80, 2, 0x80]);
    hub.client('publisher').publish('a/c', 'x');
    expect(peer.take()).toEqual([]);
    expect(hub.machine.subscriptions).toBe(1);
    expect(hub.rules()).toEqual(['3.1.1/MQTT-3.8.3-2', '3.1.1/MQTT-3.8.3-2']);
    const old = hub.client('old', { version: 3 });
    old.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '#', qos: 0 }] });
    expect(old.closed).toBe(true);
  });

  it('with a filter that exists replaces its QoS at once, in both directions [3.1.1/MQTT-3.8.4-3] [trap 2]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    const publisher = hub.client('publisher');
    for (const qos of [2, 0, 1] as const) {
      peer.subscribe({ filter: 'x', qos });
      publisher.publish('x', 'm', 2);
      expect(peer.publishes()).toMatchObject([{ qos }]);
      expect(hub.machine.subscriptions).toBe(1);
    }
  });

  it('is answered before what is retained is sent', () => {
    const hub = new Hub();
    hub.client('publisher').publish('a', 'x', 0, { retain: true });
    const peer = hub.client('a');
    peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] });
    expect(peer.take().map((packet) => packet.type)).toEqual(['suback', 'publish']);
  });

  it('survives a power cut with its QoS, for a session that is kept [3.1.1/MQTT-4.1.0-1]', () => {
    const hub = new Hub();
    const peer = hub.client('a', { clean: false });
    peer.subscribe({ filter: 'x/+', qos: 1 }, { filter: 'y/#', qos: 2 }, { filter: 'z', qos: 2 });
    peer.send({ type: 'unsubscribe', packetId: 9, filters: ['z'] });
    hub.client('b').subscribe('x/#');
    const again = new Hub({}, { disk: diskWith(hub.batches) });
    expect(again.machine.subscriptions).toBe(2);
    const publisher = again.client('publisher');
    for (const topic of ['x/1', 'y/1', 'z']) publisher.publish(topic, 'm', 2);
    const messages = again.client('a', { clean: false }).publishes();
    expect(messages.map(({ topic, qos }) => [topic, qos])).toEqual([
      ['x/1', 1],
      ['y/1', 2],
    ]);
  });
});

describe('a wildcard filter', () => {
  it('at its start does not match topics of the server; $SYS/# does [3.1.1/MQTT-4.7.2-1] [trap 35]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('#', '+/broker/version');
    expect(peer.take()).toEqual([]);
    peer.subscribe('$SYS/#');
    expect(peer.messages().length).toBeGreaterThan(20);
  });

  it('matches levels as they are written: parents, empty levels, no normalization [3.1.1/MQTT-4.7.3-4] [3.1.1/MQTT-3.3.2-3] [3.1.1/MQTT-4.5.0-1] [trap 35] [trap 46]', () => {
    const hub = new Hub();
    const publisher = hub.client('publisher');
    const cases: [string, string[]][] = [
      ['a/#', ['a', 'a/b', 'a/b/c', 'a/']],
      ['+', ['a']],
      ['a/+', ['a/b', 'a/']],
      ['+/+', ['a/b', 'a/', '/a']],
      ['/+', ['/a']],
      ['A', []],
    ];
    for (const [filter, expected] of cases) {
      const peer = hub.client(`for ${filter}`);
      peer.subscribe(filter);
      for (const topic of ['a', 'a/b', 'a/b/c', 'a/', '/a']) publisher.publish(topic, 'm');
      expect(
        peer.publishes().map((publish) => publish.topic),
        filter,
      ).toEqual(expected);
      peer.disconnect();
    }
  });
});

describe('overlapping subscriptions', () => {
  it('bring one copy at the highest QoS with "once" [3.1.1/MQTT-3.3.5-1] [trap 1]', () => {
    const hub = new Hub({ overlap: 'once' });
    const peer = hub.client('a');
    peer.subscribe({ filter: 'x/#', qos: 0 }, { filter: 'x/y', qos: 2 }, { filter: '+/y', qos: 1 });
    hub.client('publisher').publish('x/y', 'm', 2);
    expect(peer.publishes()).toMatchObject([{ qos: 2 }]);
  });

  it('bring one copy each with "each", the highest QoS among them [trap 1]', () => {
    const hub = new Hub({ overlap: 'each' });
    const peer = hub.client('a');
    peer.subscribe({ filter: 'x/#', qos: 0 }, { filter: 'x/y', qos: 2 }, { filter: '+/y', qos: 1 });
    hub.client('publisher').publish('x/y', 'm', 2);
    expect(peer.publishes().map((publish) => publish.qos)).toEqual([0, 2, 1]);
  });

  it('of QoS 0 alone do not raise the QoS, and leaving the high one lowers it', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe({ filter: 'x/#', qos: 0 }, { filter: 'x/y', qos: 1 });
    const publisher = hub.client('publisher');
    publisher.publish('x/y', 'm', 2);
    peer.send({ type: 'unsubscribe', packetId: 5, filters: ['x/y'] });
    publisher.publish('x/y', 'm', 2);
    expect(peer.publishes().map((publish) => publish.qos)).toEqual([1, 0]);
  });
});

describe('UNSUBSCRIBE', () => {
  it('is answered whether there was a subscription or not, once for many filters [3.1.1/MQTT-3.10.4-4] [3.1.1/MQTT-3.10.4-5] [3.1.1/MQTT-3.10.4-6] [3.1.1/MQTT-2.3.1-7] [trap 43]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('x', 'y');
    peer.send({ type: 'unsubscribe', packetId: 11, filters: ['x', 'never', 'y'] });
    expect(peer.take()).toEqual([{ type: 'unsuback', packetId: 11 }]);
    expect(hub.machine.subscriptions).toBe(0);
  });

  it('removes the identical filter only [3.1.1/MQTT-3.10.4-1]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('x/#');
    peer.send({ type: 'unsubscribe', packetId: 11, filters: ['x/+', '#', 'X/#', 'x'] });
    peer.take();
    hub.client('publisher').publish('x/y', 'm');
    expect(peer.messages()).toEqual(['x/y m']);
  });

  it('stops new messages; those under way and in the queue go on [3.1.1/MQTT-3.10.4-2] [3.1.1/MQTT-3.10.4-3]', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const peer = hub.client('a');
    peer.subscribe('x');
    const publisher = hub.client('publisher');
    publisher.publish('x', 'under way', 2);
    publisher.publish('x', 'queued', 2);
    peer.send({ type: 'unsubscribe', packetId: 11, filters: ['x'] });
    publisher.publish('x', 'late', 2);
    const got: string[] = [];
    for (let packets = peer.take(); packets.length > 0; packets = peer.take()) {
      for (const packet of packets) {
        if (packet.type === 'publish') {
          got.push(new TextDecoder().decode(packet.payload));
          peer.send({ type: 'pubrec', packetId: packet.packetId! });
        } else if (packet.type === 'pubrel') peer.send({ type: 'pubcomp', packetId: packet.packetId });
      }
    }
    expect(got).toEqual(['under way', 'queued']);
  });
});
