import { describe, expect, it } from 'vitest';
import { diskWith, Hub, SECOND } from './hub.ts';

const DAY = 86_400 * SECOND;

describe('a session', () => {
  it('exists without a subscription: a second Clean Session 0 finds it [3.1.1/MQTT-3.2.2-2] [3.1.1/MQTT-3.2.2-3] [3.1.1/MQTT-3.1.2-4] [trap 10]', () => {
    const hub = new Hub();
    const first = hub.client('a', { clean: false });
    expect(first.connack?.sessionPresent).toBe(false);
    first.disconnect();
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(true);
  });

  it('is never present with Clean Session 1, which discards it [3.1.1/MQTT-3.2.2-1] [3.1.1/MQTT-3.1.2-6] [3.1.1/MQTT-3.1.4-3] [trap 11]', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).disconnect();
    const clean = hub.client('a', { clean: true });
    expect(clean.connack?.sessionPresent).toBe(false);
    clean.disconnect();
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(false);
  });

  it('of Clean Session 1 ends with its connection, subscriptions and all [3.1.1/MQTT-3.1.2-6]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('x', 'y/#');
    expect(hub.machine.subscriptions).toBe(2);
    peer.lose();
    expect([hub.machine.sessions, hub.machine.subscriptions]).toEqual([0, 0]);
    expect([...hub.observed.keys()].filter((key) => !key.startsWith('retained'))).toEqual([]);
  });

  it('keeps QoS 1 and 2 for a client that is away, and QoS 0 only if told to [3.1.1/MQTT-3.1.2-5] [3.1.1/MQTT-3.1.2-4] [3.1.1/MQTT-4.1.0-1]', () => {
    for (const queueQoS0 of [false, true]) {
      const hub = new Hub({ queueQoS0 });
      const first = hub.client('a', { clean: false });
      first.subscribe('x');
      first.lose();
      const publisher = hub.client('publisher');
      publisher.publish('x', '1', 1);
      publisher.publish('x', '0', 0);
      publisher.publish('x', '2', 2);
      const expected = queueQoS0 ? ['x 1', 'x 0', 'x 2'] : ['x 1', 'x 2'];
      expect(hub.client('a', { clean: false }).messages()).toEqual(expected);
      const dropped = hub.notes.filter((note) => note.step === 'dropped');
      expect(dropped).toHaveLength(queueQoS0 ? 0 : 1);
    }
  });

  it('with a full queue drops the newest and says so', () => {
    const hub = new Hub({ limits: { queue: 2 } });
    const first = hub.client('a', { clean: false });
    first.subscribe('x');
    first.lose();
    const publisher = hub.client('publisher');
    for (const payload of ['1', '2', '3']) publisher.publish('x', payload, 1);
    expect(publisher.take()).toHaveLength(3);
    expect(hub.notes.filter((note) => note.rule === 'limit.queue')).toMatchObject([
      { step: 'dropped', client: 'a', topic: 'x' },
    ]);
    expect(hub.client('a', { clean: false }).messages()).toEqual(['x 1', 'x 2']);
  });

  it('is kept for its expiry, counted from the end of the connection [trap 20]', () => {
    const hub = new Hub({ sessionExpiry: 60 });
    const first = hub.client('a', { clean: false });
    hub.advance(100 * SECOND);
    first.lose();
    hub.advance(60 * SECOND - 1);
    const second = hub.client('a', { clean: false });
    expect(second.connack?.sessionPresent).toBe(true);
    expect(hub.pendingWakes.size).toBe(0);
    second.lose();
    hub.advance(60 * SECOND);
    expect(hub.machine.sessions).toBe(0);
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(false);
    expect(hub.notes.filter((note) => note.step === 'expired')).toMatchObject([{ client: 'a' }]);
  });

  it('has no time running while its client is connected, however often it was away before [3.1.1/MQTT-4.1.0-2]', () => {
    const hub = new Hub({ sessionExpiry: 60 });
    hub.client('a', { clean: false }).lose();
    hub.advance(59 * SECOND);
    const long = hub.client('a', { clean: false });
    hub.advance(DAY);
    expect(long.closed).toBe(false);
    // A takeover finds it, too.
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(true);
  });

  it('is kept for a time of its own where the server was told so', () => {
    const hub = new Hub({ sessionExpiry: 60, sessionExpiryOf: (name) => (name === 'a' ? 5 : undefined) });
    hub.client('a', { clean: false }).lose();
    hub.client('b', { clean: false }).lose();
    hub.advance(5 * SECOND);
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(false);
    expect(hub.client('b', { clean: false }).connack?.sessionPresent).toBe(true);
  });

  it('without an expiry is kept for ever and costs no wake [trap 19]', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).lose();
    expect(hub.pendingWakes.size).toBe(0);
    hub.advance(10_000 * DAY);
    expect(hub.client('a', { clean: false }).connack?.sessionPresent).toBe(true);
  });

  it('expires by the wall clock', () => {
    const hub = new Hub({ sessionExpiry: 60 });
    hub.client('a', { clean: false }).lose();
    hub.client('b', { clean: false }).lose();
    hub.advance(SECOND);
    hub.setWall(-30 * SECOND);
    hub.advance(59 * SECOND);
    expect(hub.machine.sessions).toBe(2);
    hub.setWall(0);
    hub.advance(0);
    expect(hub.machine.sessions).toBe(0);
  });

  it('whose time was over before CONNECT came is not gone on with, whatever comes first: the wake or the packet', () => {
    const hub = new Hub({ sessionExpiry: 60 });
    const first = hub.client('a', { clean: false });
    first.subscribe('x');
    first.lose();
    hub.client('publisher').publish('x', '1', 1);
    // A process that was stopped finds both when it goes on, and the network may have its turn before the clock.
    hub.now += 61 * SECOND;
    const second = hub.client('a', { clean: false });
    expect(second.connack?.sessionPresent).toBe(false);
    expect(second.messages()).toEqual([]);
    expect(hub.machine.subscriptions).toBe(0);
    expect(hub.notes.filter((note) => note.step === 'expired')).toMatchObject([{ client: 'a' }]);
    hub.advance(0);
    expect(hub.machine.connected).toBe(2);
  });

  it('goes on expiring over a restart, counted from the end of the connection', () => {
    const hub = new Hub({ sessionExpiry: 60 });
    hub.client('a', { clean: false }).lose();
    hub.client('b', { clean: false });
    hub.advance(59 * SECOND);
    const soon = new Hub({ sessionExpiry: 60 }, { disk: diskWith(hub.batches), now: 59 * SECOND });
    expect(soon.client('a', { clean: false }).connack?.sessionPresent).toBe(true);
    const late = new Hub({ sessionExpiry: 60 }, { disk: diskWith(hub.batches), now: 61 * SECOND });
    expect(late.client('a', { clean: false }).connack?.sessionPresent).toBe(false);
    // The connection of b ended with the server, which learns of it when it comes back.
    expect(late.client('b', { clean: false }).connack?.sessionPresent).toBe(true);
    const later = new Hub({ sessionExpiry: 60 }, { disk: diskWith(hub.batches), now: 61 * SECOND });
    later.advance(60 * SECOND - 1);
    expect(later.machine.sessions).toBe(1);
    later.advance(1);
    expect(later.machine.sessions).toBe(0);
    expect([...later.disk.values().keys()]).toEqual([]);
  });
});

describe('a takeover', () => {
  it('closes the old connection and gives the session to the new one [3.1.1/MQTT-3.1.4-2] [trap 12]', () => {
    const hub = new Hub();
    const old = hub.client('a', { clean: false });
    old.subscribe('x');
    const publisher = hub.client('publisher');
    publisher.publish('x', '1', 1);
    old.take();
    const fresh = hub.client('a', { clean: false });
    expect(old.closed).toBe(true);
    expect(fresh.connack?.sessionPresent).toBe(true);
    expect(fresh.publishes()).toMatchObject([{ dup: true, packetId: 1 }]);
    publisher.publish('x', '2', 1);
    expect(fresh.messages()).toEqual(['x 2']);
    // What still comes from the old connection, and its end, mean nothing.
    old.sendBytes(0x40, 2, 0, 1);
    hub.end(old.connection, 'reset');
    expect(fresh.closed).toBe(false);
    publisher.publish('x', '3', 0);
    expect(fresh.messages()).toEqual(['x 3']);
    expect(hub.machine.connected).toBe(2);
  });

  it('with Clean Session 1 ends the old session', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).subscribe('x');
    const fresh = hub.client('a', { clean: true });
    expect(fresh.connack?.sessionPresent).toBe(false);
    hub.client('publisher').publish('x', '1', 1);
    expect(fresh.take()).toEqual([]);
  });

  it('of a clean session finds nothing to go on with [3.1.1/MQTT-3.1.2-6]', () => {
    const hub = new Hub();
    hub.client('a', { clean: true }).subscribe('x');
    const fresh = hub.client('a', { clean: false });
    expect(fresh.connack?.sessionPresent).toBe(false);
    hub.client('publisher').publish('x', '1', 1);
    expect(fresh.take()).toEqual([]);
  });
});

describe('a client identifier', () => {
  it('may contain a slash or a percent sign without disturbing another session on the disk [3.1.1/MQTT-3.1.3-2]', () => {
    const names = ['a', 'a/sub', 'a/sub/x', 'a%2Fsub', '%', '/', 'ä/é'];
    const hub = new Hub();
    for (const name of names) {
      const peer = hub.client(name, { clean: false, will: { topic: `will/${names.indexOf(name)}`, qos: 1 } });
      peer.subscribe(`to/${names.indexOf(name)}/#`);
      peer.disconnect();
    }
    const again = new Hub({}, { disk: diskWith(hub.batches) });
    const publisher = again.client('publisher');
    names.forEach((_name, place) => {
      publisher.publish(`to/${place}/x`, `${place}`, 1);
    });
    names.forEach((name, place) => {
      expect(again.client(name, { clean: false }).messages(), name).toEqual([`to/${place}/x ${place}`]);
    });
  });
});
