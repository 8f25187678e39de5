import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type HubOptions, type Peer } from './hub.ts';

const KEPT = { sessionExpiryInterval: 600 };

/** A 5.0 client that listens to `t` at QoS 2 with a session that lasts, and somebody who publishes. */
function scene(options: HubOptions = {}) {
  const hub = new Hub(options);
  const peer = hub.dialIn().connect5('a', KEPT);
  peer.subscribe('t');
  const publisher = hub.dialIn().connect5('p');
  const publish = (payload: string, qos: 0 | 1 | 2, dup = false) => {
    publisher.publish('t', payload, qos, { dup });
    publisher.take();
  };
  const again = () => {
    peer.lose();
    peer.take();
    return hub.dialIn().connect5('a', KEPT, { clean: false });
  };
  return { hub, peer, publish, again };
}

/** `publish 3 dup`, `pubrel 3`: what came, in words. */
function heard(peer: Peer): string[] {
  return peer.take().map((packet: Packet) => {
    const id = 'packetId' in packet && packet.packetId !== undefined ? ` ${packet.packetId}` : '';
    return `${packet.type}${id}${packet.type === 'publish' && packet.dup ? ' dup' : ''}`;
  });
}

describe('a message to a 5.0 client', () => {
  it('of QoS 0 has no identifier and DUP 0, whatever its publisher said [5.0/MQTT-2.2.1-2] [5.0/MQTT-3.3.1-2] [5.0/MQTT-4.3.1-1]', () => {
    const { peer, publish } = scene();
    publish('x', 0);
    const [message] = peer.publishes();
    expect(message).toMatchObject({ qos: 0, dup: false });
    expect(message).not.toHaveProperty('packetId');
  });

  it('goes out with DUP 0 although it came with 1 [5.0/MQTT-3.3.1-3] [5.0/MQTT-4.3.2-2] [5.0/MQTT-4.3.3-2] [trap 23]', () => {
    const { peer, publish } = scene();
    publish('x', 1, true);
    publish('y', 2, true);
    expect(peer.publishes().map(({ qos, dup }) => [qos, dup])).toEqual([
      [1, false],
      [2, false],
    ]);
  });

  it('has an identifier that no other has, as long as it is not acknowledged [5.0/MQTT-2.2.1-4] [5.0/MQTT-4.3.2-1] [5.0/MQTT-4.3.3-1]', () => {
    const { peer, publish } = scene();
    for (const qos of [1, 2, 1, 2] as const) publish('x', qos);
    const ids = peer.publishes().map(({ packetId }) => packetId!);
    expect(new Set(ids).size).toBe(4);
    expect(Math.min(...ids)).toBeGreaterThan(0);
  });

  it('of QoS 1 is sent again, with DUP 1 and its identifier, until PUBACK, and only over a new connection [5.0/MQTT-4.3.2-3] [5.0/MQTT-3.3.1-1] [5.0/MQTT-4.4.0-1]', () => {
    const { hub, peer, publish, again } = scene();
    publish('x', 1);
    publish('y', 1);
    expect(heard(peer)).toEqual(['publish 1', 'publish 2']);
    peer.send({ type: 'puback', packetId: 1 });
    hub.advance(60_000_000);
    expect(heard(peer)).toEqual([]);
    const next = again();
    expect(heard(next)).toEqual(['publish 2 dup']);
    next.send({ type: 'puback', packetId: 2 });
    next.lose();
    expect(heard(hub.dialIn().connect5('a', KEPT, { clean: false }))).toEqual([]);
  });

  it('of QoS 2 is sent again until PUBREC, and its PUBREL after that until PUBCOMP [5.0/MQTT-4.3.3-3] [5.0/MQTT-4.3.3-4] [5.0/MQTT-4.3.3-5] [5.0/MQTT-4.3.3-6] [trap 24]', () => {
    const { hub, peer, publish, again } = scene();
    publish('x', 2);
    publish('y', 2);
    peer.take();
    peer.send({ type: 'pubrec', packetId: 2 });
    expect(heard(peer)).toEqual(['pubrel 2']);
    const next = again();
    expect(heard(next)).toEqual(['pubrel 2', 'publish 1 dup']);
    next.send({ type: 'pubcomp', packetId: 2 });
    next.lose();
    next.take();
    expect(heard(hub.dialIn().connect5('a', KEPT, { clean: false }))).toEqual(['publish 1 dup']);
  });

  it('that the client refuses is over: no PUBREL, and never again [5.0/MQTT-4.3.3-4] [5.0/MQTT-4.4.0-2] [trap 32]', () => {
    const { peer, publish, again } = scene();
    publish('x', 1);
    publish('y', 2);
    peer.take();
    peer.send({ type: 'puback', packetId: 1, reasonCode: 0x87 });
    peer.send({ type: 'pubrec', packetId: 2, reasonCode: 0x80 });
    expect(peer.take()).toEqual([]);
    expect(peer.closed).toBe(false);
    expect(heard(again())).toEqual([]);
  });

  it('keeps its place among all of its publisher, topic and QoS: live, behind a window, and sent again [5.0/MQTT-4.6.0-5] [5.0/MQTT-4.6.0-6]', () => {
    for (const qos of [1, 2] as const) {
      const { hub, peer, publish, again } = scene({ limits: { inflight: 3 } });
      for (let n = 0; n < 6; n++) publish(`${n}`, qos);
      expect(peer.messages()).toEqual(['t 0', 't 1', 't 2']);
      const next = again();
      expect(next.messages()).toEqual(['t 0', 't 1', 't 2']);
      publish('6', qos);
      const later: string[] = [];
      for (let packetId = 1; packetId <= 7; packetId++) {
        if (qos === 1) next.send({ type: 'puback', packetId });
        else next.send({ type: 'pubrec', packetId }, { type: 'pubcomp', packetId });
        later.push(...next.messages());
      }
      expect(later).toEqual(['t 3', 't 4', 't 5', 't 6']);
      expect(hub.machine.debts()).toEqual([]);
    }
  });

  it('has PUBRELs in the order of the PUBRECs, also when they are sent again', () => {
    const { peer, publish, again } = scene();
    for (let n = 0; n < 3; n++) publish('x', 2);
    peer.take();
    for (const packetId of [3, 1, 2]) peer.send({ type: 'pubrec', packetId });
    expect(heard(peer)).toEqual(['pubrel 3', 'pubrel 1', 'pubrel 2']);
    expect(heard(again())).toEqual(['pubrel 3', 'pubrel 1', 'pubrel 2']);
  });
});

describe('a message from a 5.0 client', () => {
  /** A publisher, and a client that gets everything at QoS 0. */
  function inbound() {
    const hub = new Hub();
    const watcher = hub.dialIn().connect5('w');
    watcher.subscribe({ filter: '#', qos: 0 });
    return { hub, watcher, peer: hub.dialIn().connect5('a', KEPT) };
  }

  it('has the answer its QoS asks for, with its identifier [5.0/MQTT-3.3.4-1] [5.0/MQTT-2.2.1-5] [5.0/MQTT-4.3.2-4] [5.0/MQTT-4.3.3-8] [5.0/MQTT-4.3.3-11]', () => {
    const { peer } = inbound();
    peer.publish('t', 'x', 0);
    expect(heard(peer)).toEqual([]);
    peer.publish('t', 'x', 1, { packetId: 7 });
    expect(heard(peer)).toEqual(['puback 7']);
    peer.publish('t', 'x', 2, { packetId: 9 });
    expect(heard(peer)).toEqual(['pubrec 9']);
    peer.send({ type: 'pubrel', packetId: 9 });
    expect(heard(peer)).toEqual(['pubcomp 9']);
  });

  it('of QoS 1 is new after its PUBACK, whatever its identifier and DUP say [5.0/MQTT-4.3.2-5] [trap 27]', () => {
    const { peer, watcher } = inbound();
    peer.publish('t', 'one', 1, { packetId: 7 });
    peer.publish('t', 'two', 1, { packetId: 7, dup: true });
    expect(watcher.messages()).toEqual(['t one', 't two']);
    expect(heard(peer)).toEqual(['puback 7', 'puback 7']);
  });

  it('of QoS 2 is handed on once until PUBREL, over connections too, and its identifier is new after PUBCOMP [5.0/MQTT-4.3.3-10] [5.0/MQTT-4.3.3-12] [trap 28]', () => {
    const { hub, peer, watcher } = inbound();
    peer.publish('t', 'one', 2, { packetId: 7 });
    peer.publish('t', 'one', 2, { packetId: 7, dup: true });
    expect(heard(peer)).toEqual(['pubrec 7', 'pubrec 7']);
    peer.lose();
    const next = hub.dialIn().connect5('a', KEPT, { clean: false });
    next.publish('t', 'one', 2, { packetId: 7, dup: true });
    expect(heard(next)).toEqual(['pubrec 7']);
    expect(watcher.messages()).toEqual(['t one']);
    next.send({ type: 'pubrel', packetId: 7 });
    next.publish('t', 'two', 2, { packetId: 7 });
    expect(watcher.messages()).toEqual(['t two']);
  });

  it('that is refused with PUBREC leaves its identifier to a new one [5.0/MQTT-4.3.3-9]', () => {
    const { peer, watcher } = inbound();
    peer.publish('$nobody', 'x', 2, { packetId: 7 });
    expect(peer.takeOne('pubrec').reasonCode).toBe(0x90);
    peer.publish('t', 'y', 2, { packetId: 7 });
    expect(peer.takeOne('pubrec').reasonCode).toBe(0);
    expect(watcher.messages()).toEqual(['t y']);
  });

  it('comes to every session that matches, at the lower of the two QoS, and to no other [5.0/MQTT-4.5.0-1] [5.0/MQTT-3.3.2-3] [5.0/MQTT-3.8.4-8] [trap 2]', () => {
    const { hub, peer } = inbound();
    const filters = ['t/#', '+/x', 't/x', 't/y', 't', '#'];
    const peers = filters.map((filter, place) => {
      const one = hub.dialIn().connect5(`s${place}`);
      one.subscribe({ filter, qos: (place % 3) as 0 | 1 | 2 });
      return one;
    });
    peer.publish('t/x', '', 1);
    const got = peers.map((one) => one.publishes().map(({ topic, qos }) => `${topic} ${qos}`));
    expect(got).toEqual([['t/x 0'], ['t/x 1'], ['t/x 1'], [], [], ['t/x 1']]);
  });

  it('is acknowledged at once although the client it is for has no room [5.0/MQTT-4.9.0-3] [5.0/MQTT-3.3.4-10]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { ...KEPT, receiveMaximum: 1 });
    peer.subscribe('t');
    for (const qos of [1, 2] as const) hub.client('p').publish('t', '', qos);
    expect(heard(peer)).toEqual(['publish 1']);
    peer.publish('other', '', 2, { packetId: 5 });
    peer.send({ type: 'pubrel', packetId: 5 }, { type: 'pingreq' });
    peer.send({ type: 'unsubscribe', packetId: 6, filters: ['t'] });
    expect(heard(peer)).toEqual(['pubrec 5', 'pubcomp 5', 'pingresp', 'unsuback 6']);
  });
});
