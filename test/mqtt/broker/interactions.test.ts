import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { diskWith, Hub, type Peer, SECOND } from './hub.ts';

/** The packets a peer was sent, as `pubrec 1`. */
function words(peer: Peer): string[] {
  return peer.take().map((packet) => `${packet.type}${'packetId' in packet ? ` ${packet.packetId}` : ''}`);
}

describe('a takeover while QoS 2 is half done', () => {
  it('on the way in delivers once, though the old connection never had its PUBREC', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const watcher = hub.dialIn();
    watcher.connect('watcher');
    watcher.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '#', qos: 0 }] });
    const old = hub.dialIn();
    old.connect('a', { clean: false });
    hub.sync();
    hub.take();
    old.publish('x', '1', 2);
    expect(words(old)).toEqual([]);
    const fresh = hub.dialIn();
    fresh.connect('a', { clean: false });
    fresh.publish('x', '1', 2, { packetId: 1, dup: true });
    expect(old.closed).toBe(true);
    expect(words(fresh)).toEqual([]);
    hub.sync();
    expect(words(fresh)).toEqual(['connack', 'pubrec 1']);
    expect(words(old)).toEqual([]);
    expect(watcher.messages()).toEqual(['x 1']);
    fresh.send({ type: 'pubrel', packetId: 1 });
    hub.sync();
    fresh.publish('x', '2', 2, { packetId: 1 });
    hub.sync();
    expect(words(fresh)).toEqual(['pubcomp 1', 'pubrec 1']);
    expect(watcher.messages()).toEqual(['x 2']);
  });

  it('on the way out goes on with PUBLISH or PUBREL under the old identifiers', () => {
    const hub = new Hub();
    const old = hub.client('a', { clean: false });
    old.subscribe('x');
    const publisher = hub.client('publisher');
    publisher.publish('x', '1', 2);
    publisher.publish('x', '2', 2);
    old.send({ type: 'pubrec', packetId: 2 });
    old.take();
    const fresh = hub.client('a', { clean: false });
    expect(words(fresh)).toEqual(['pubrel 2', 'publish 1']);
    old.send({ type: 'pubcomp', packetId: 2 });
    expect(hub.machine.debts()).toHaveLength(2);
  });

  it('with Clean Session 1 forgets both directions, durably and at once', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const old = hub.dialIn();
    old.connect('a', { clean: false });
    old.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'x', qos: 2 }] });
    old.publish('x', '1', 2, { packetId: 2 });
    hub.sync();
    const before = hub.batches.length;
    const fresh = hub.dialIn();
    fresh.connect('a', { clean: true });
    expect(hub.batches.length).toBe(before + 1);
    expect(words(fresh)).toEqual([]);
    expect([...diskWith(hub.batches).values().keys()]).toEqual([]);
    // A power cut before that is durable has changed nothing: the client was not told of a new session either.
    const again = new Hub({}, { disk: diskWith(hub.batches.slice(0, before)) });
    const back = again.client('a', { clean: false });
    expect(back.connack?.sessionPresent).toBe(true);
    expect(words(back)).toEqual(['publish 1']);
  });
});

describe('a will, a takeover and a power cut', () => {
  it('publish every will once, whenever the cut comes', () => {
    const hub = new Hub();
    hub.client('watcher', { clean: false }).subscribe('w/#');
    hub.client('a', { clean: false, will: { topic: 'w/old', qos: 1 } });
    const before = hub.batches.length;
    hub.client('a', { clean: false, will: { topic: 'w/new', qos: 1 } });
    const seen = (batches: number) => {
      const again = new Hub({}, { disk: diskWith(hub.batches.slice(0, batches)) });
      return again
        .client('watcher', { clean: false })
        .publishes()
        .map(({ topic }) => topic);
    };
    expect(seen(before)).toEqual(['w/old']);
    expect(seen(before + 1)).toEqual(['w/old', 'w/new']);
    expect(hub.batches.length).toBe(before + 1);
  });
});

describe('a subscription', () => {
  it('made again with a lower QoS keeps what is queued as it was, and holds from then on [3.1.1/MQTT-3.8.4-3]', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const peer = hub.client('a');
    peer.subscribe({ filter: 'x', qos: 2 });
    const publisher = hub.client('publisher');
    for (const payload of ['1', '2']) publisher.publish('x', payload, 2);
    peer.subscribe({ filter: 'x', qos: 1 });
    publisher.publish('x', '3', 2);
    peer.subscribe({ filter: 'x', qos: 0 });
    publisher.publish('x', '4', 2);
    expect(peer.publishes().map(({ qos }) => qos)).toEqual([2, 0]);
    peer.send({ type: 'pubrec', packetId: 1 }, { type: 'pubcomp', packetId: 1 });
    peer.send({ type: 'pubrec', packetId: 2 }, { type: 'pubcomp', packetId: 2 });
    expect(peer.publishes().map(({ qos }) => qos)).toEqual([2, 1]);
  });

  it('to $share is an ordinary one before 5.0, and nobody may publish there', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    expect(peer.subscribe('$share/group/x', '$share', '$share//x', '$share/+/x')).toEqual([2, 2, 2, 2]);
    const publisher = hub.client('publisher');
    publisher.publish('x', '1');
    publisher.publish('$share/group/x', '2');
    expect(peer.messages()).toEqual([]);
  });

  it('that overlaps another is sent what is retained once for each, until that has expired', () => {
    const hub = new Hub({ retainedExpiry: 10, limits: { inflight: 1 } });
    hub.client('publisher').publish('x/y', '1', 1, { retain: true });
    const peer = hub.client('a');
    peer.subscribe('x/#');
    hub.advance(10 * SECOND);
    peer.subscribe('x/+', '+/y');
    // The copy of the first is sent already; the others came too late.
    expect(peer.publishes()).toMatchObject([{ retain: true, qos: 1 }]);
    hub.client('publisher').publish('x/y', '2', 1);
    peer.send({ type: 'puback', packetId: 1 });
    expect(peer.publishes()).toMatchObject([{ retain: false, qos: 1 }]);
  });
});

describe('a client that says everything in one breath', () => {
  it('is answered in order, though nothing was answered when it wrote', () => {
    const hub = new Hub({}, { sync: 'by-hand' });
    const peer = hub.dialIn();
    const packets: Packet[] = [
      { type: 'connect', protocolVersion: 4, clientId: 'a', cleanStart: false, keepAlive: 0 },
      { type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'x', qos: 0 }] },
      {
        type: 'publish',
        topic: 'x',
        payload: new Uint8Array(),
        qos: 1,
        retain: false,
        dup: false,
        packetId: 2,
      },
      { type: 'pingreq' },
    ];
    const bytes = packets.flatMap((packet) => [...encode(packet, 4)]);
    peer.sendBytes(...bytes);
    expect(words(peer)).toEqual([]);
    hub.sync();
    expect(words(peer)).toEqual(['connack', 'suback 1', 'publish', 'puback 2', 'pingresp']);
  });

  it('and leaves has done all of it', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('#');
    const peer = hub.dialIn();
    const packets: Packet[] = [
      {
        type: 'connect',
        protocolVersion: 4,
        clientId: 'a',
        cleanStart: true,
        keepAlive: 0,
        will: { topic: 'w', payload: new Uint8Array(), qos: 0, retain: false },
      },
      { type: 'publish', topic: 'x', payload: new Uint8Array(), qos: 0, retain: false, dup: false },
      { type: 'disconnect' },
      { type: 'publish', topic: 'late', payload: new Uint8Array(), qos: 0, retain: false, dup: false },
    ];
    peer.sendBytes(...packets.flatMap((packet) => [...encode(packet, 4)]));
    expect(watcher.messages()).toEqual(['x ']);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual([]);
  });
});

describe('a Keep Alive of 65,535', () => {
  it('closes after a day and more, and not a microsecond sooner', () => {
    const hub = new Hub();
    const peer = hub.client('a', { keepAlive: 65_535 });
    hub.advance(1.5 * 65_535 * SECOND - 1);
    expect(peer.closed).toBe(false);
    hub.advance(1);
    expect(peer.closed).toBe(true);
  });
});

describe('a backlog that has drained', () => {
  it('lets a queued QoS 2 message of a lasting session go, with its identifier stored', () => {
    const hub = new Hub({ limits: { backlog: 1000 } });
    const peer = hub.client('a', { clean: false });
    peer.subscribe('x');
    hub.backlogs.set(peer.connection, 1001);
    hub.client('publisher').publish('x', '1', 2);
    expect(peer.take()).toEqual([]);
    hub.drain(peer.connection);
    expect(words(peer)).toEqual(['publish 1']);
  });
});
