import { describe, expect, it } from 'vitest';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type Peer } from './hub.ts';

const LEVELS: readonly QoS[] = [0, 1, 2];

/** Answers everything that waits for an answer, until nothing does. Returns the payloads in the order they came. */
function settle(peer: Peer): string[] {
  const payloads: string[] = [];
  for (let packets = peer.take(); packets.length > 0; packets = peer.take()) {
    for (const packet of packets) {
      if (packet.type === 'publish') {
        payloads.push(new TextDecoder().decode(packet.payload));
        if (packet.qos === 1) peer.send({ type: 'puback', packetId: packet.packetId! });
        if (packet.qos === 2) peer.send({ type: 'pubrec', packetId: packet.packetId! });
      }
      if (packet.type === 'pubrel') peer.send({ type: 'pubcomp', packetId: packet.packetId });
    }
  }
  return payloads;
}

describe('a message', () => {
  for (const published of LEVELS) {
    for (const granted of LEVELS) {
      const expected = Math.min(published, granted);
      it(`published with QoS ${published} to a subscription of QoS ${granted} comes with ${expected} [3.1.1/MQTT-3.8.4-6] [3.1.1/MQTT-4.3.1-1] [trap 2]`, () => {
        for (const version of [4, 5] as const) {
          const hub = new Hub();
          const subscriber = hub.client('subscriber', { version });
          expect(subscriber.subscribe({ filter: 'a', qos: granted })).toEqual([granted]);
          hub.client('publisher').publish('a', 'x', published);
          expect(subscriber.publishes()).toMatchObject([
            { topic: 'a', qos: expected, dup: false, retain: false },
          ]);
        }
      });

      it(`retained with QoS ${published} comes to a new subscription of QoS ${granted} with ${expected} [3.1.1/MQTT-3.8.4-6] [3.1.1/MQTT-3.3.1-5] [trap 2]`, () => {
        for (const version of [4, 5] as const) {
          const hub = new Hub();
          hub.client('publisher').publish('a', 'x', published, { retain: true });
          const subscriber = hub.client('subscriber', { version });
          subscriber.subscribe({ filter: 'a', qos: granted });
          expect(subscriber.publishes()).toMatchObject([
            { topic: 'a', qos: expected, dup: false, retain: true },
          ]);
        }
      });
    }
  }

  it('of QoS 0 has no answer, of QoS 1 PUBACK, of QoS 2 PUBREC and PUBCOMP [3.1.1/MQTT-3.3.4-1] [3.1.1/MQTT-2.3.1-6]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.publish('x', '0', 0);
    expect(peer.take()).toEqual([]);
    peer.publish('x', '1', 1, { packetId: 7 });
    expect(peer.take()).toEqual([{ type: 'puback', packetId: 7 }]);
    peer.publish('x', '2', 2, { packetId: 8 });
    expect(peer.take()).toEqual([{ type: 'pubrec', packetId: 8 }]);
    peer.send({ type: 'pubrel', packetId: 8 });
    expect(peer.take()).toEqual([{ type: 'pubcomp', packetId: 8 }]);
  });

  it('that came with DUP 1 goes out with DUP 0 [3.1.1/MQTT-3.3.1-3] [trap 23]', () => {
    const hub = new Hub();
    const subscriber = hub.client('subscriber');
    subscriber.subscribe('a');
    hub.client('publisher').publish('a', 'x', 1, { dup: true });
    expect(subscriber.publishes()).toMatchObject([{ dup: false }]);
  });

  it('of QoS 1 is new after its PUBACK, whatever its identifier and DUP say [3.1.1/MQTT-4.3.2-2] [trap 27]', () => {
    const hub = new Hub();
    const subscriber = hub.client('subscriber');
    subscriber.subscribe({ filter: 'a', qos: 0 });
    const publisher = hub.client('publisher');
    publisher.publish('a', 'x', 1, { packetId: 5 });
    publisher.publish('a', 'x', 1, { packetId: 5, dup: true });
    expect(subscriber.messages()).toEqual(['a x', 'a x']);
  });

  it('of QoS 2 is delivered once until its PUBREL, also over a new connection [3.1.1/MQTT-4.3.3-2] [trap 28]', () => {
    const hub = new Hub();
    const subscriber = hub.client('subscriber');
    subscriber.subscribe({ filter: 'a', qos: 0 });
    const first = hub.client('publisher', { clean: false });
    first.publish('a', 'x', 2, { packetId: 5 });
    first.publish('a', 'x', 2, { packetId: 5, dup: true });
    first.lose();
    const second = hub.client('publisher', { clean: false });
    second.publish('a', 'x', 2, { packetId: 5, dup: true });
    expect(second.take()).toEqual([{ type: 'pubrec', packetId: 5 }]);
    expect(subscriber.messages()).toEqual(['a x']);
    second.send({ type: 'pubrel', packetId: 5 });
    second.publish('a', 'y', 2, { packetId: 5 });
    expect(subscriber.messages()).toEqual(['a y']);
  });

  it('of QoS 2 of a clean session is forgotten with it: the identifier is new again [3.1.1/MQTT-3.1.2-6]', () => {
    const hub = new Hub();
    const subscriber = hub.client('subscriber');
    subscriber.subscribe({ filter: 'a', qos: 0 });
    const first = hub.client('publisher');
    first.publish('a', 'x', 2, { packetId: 5 });
    first.lose();
    hub.client('publisher').publish('a', 'y', 2, { packetId: 5 });
    expect(subscriber.messages()).toEqual(['a x', 'a y']);
  });

  it('to nobody is acknowledged all the same', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.publish('nobody/listens', 'x', 1, { packetId: 3 });
    expect(peer.take()).toEqual([{ type: 'puback', packetId: 3 }]);
  });

  it('comes to its own publisher too [3.1.1/MQTT-4.5.0-1]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('x');
    peer.publish('x', 'echo', 0);
    expect(peer.messages()).toEqual(['x echo']);
  });

  it('with an identifier of one direction does not disturb the same number in the other [3.1.1/MQTT-2.3.1-4] [trap 26]', () => {
    for (const version of [4, 5] as const) {
      const hub = new Hub();
      const peer = hub.client('a', { version });
      peer.subscribe('x');
      peer.publish('x', 'mine', 2, { packetId: 1 });
      const packets = peer.take();
      expect(packets).toMatchObject([
        { type: 'publish', qos: 2, packetId: 1 },
        { type: 'pubrec', packetId: 1 },
      ]);
      peer.send({ type: 'pubrec', packetId: 1 }, { type: 'pubrel', packetId: 1 });
      expect(peer.take()).toMatchObject([
        { type: 'pubrel', packetId: 1 },
        { type: 'pubcomp', packetId: 1 },
      ]);
      peer.send({ type: 'pubcomp', packetId: 1 });
      expect(hub.machine.debts()).toEqual([]);
    }
  });

  it('published by a client under a topic that begins with $ is acknowledged and goes nowhere [3.1.1/MQTT-3.3.5-2]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('$SYS/broker/mine', '$other/#');
    peer.publish('$SYS/broker/mine', 'x', 1, { packetId: 9, retain: true });
    peer.publish('$other/x', 'x', 0);
    expect(peer.take()).toEqual([{ type: 'puback', packetId: 9 }]);
    expect(peer.closed).toBe(false);
    expect(hub.rules()).toEqual(['3.1.1/MQTT-3.3.5-2', '3.1.1/MQTT-3.3.5-2']);
    expect(hub.machine.retained).toBe(0);
  });

  it('to a thousand subscribers of QoS 0 is encoded once', () => {
    const hub = new Hub();
    for (let i = 0; i < 10; i++) hub.client(`s${i}`).subscribe({ filter: 'a', qos: 0 });
    const sent: Uint8Array[] = [];
    const { send } = hub;
    hub.send = (connection, wire) => {
      sent.push(wire);
      send.call(hub, connection, wire);
    };
    hub.client('publisher').publish('a', 'x', 0);
    const publishes = sent.filter((wire) => wire[0] === 0x30);
    expect(publishes).toHaveLength(10);
    expect(new Set(publishes).size).toBe(1);
  });
});

describe('an unknown PUBREL', () => {
  it('is answered with PUBCOMP and does not close the connection [3.1.1/MQTT-4.3.3-2] [trap 29]', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.send({ type: 'pubrel', packetId: 77 });
    expect(peer.take()).toEqual([{ type: 'pubcomp', packetId: 77 }]);
    expect(peer.closed).toBe(false);
  });
});

describe('messages', () => {
  it('of one publisher, topic and QoS keep their order through the window and the queue [3.1.1/MQTT-4.6.0-6] [3.1.1/MQTT-4.6.0-5]', () => {
    for (const qos of [1, 2] as const) {
      const hub = new Hub({ limits: { inflight: 2 } });
      const subscriber = hub.client('subscriber');
      subscriber.subscribe('a');
      const publisher = hub.client('publisher');
      const expected: string[] = [];
      for (let i = 0; i < 9; i++) {
        publisher.publish('a', `${i}`, qos);
        expected.push(`${i}`);
      }
      expect(hub.ofKind('send').filter((sent) => sent.connection === subscriber.connection)).toHaveLength(2);
      expect(settle(subscriber)).toEqual(expected);
    }
  });

  it('that are live do not overtake the stored backlog after a reconnect', () => {
    const hub = new Hub({ limits: { inflight: 2 } });
    const first = hub.client('subscriber', { clean: false });
    first.subscribe('a');
    first.lose();
    const publisher = hub.client('publisher');
    for (const payload of ['1', '2', '3', '4']) publisher.publish('a', payload, 1);
    const second = hub.client('subscriber', { clean: false });
    publisher.publish('a', '5', 1);
    expect(settle(second)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('of QoS 0 that are live do not overtake those of QoS 0 that were stored', () => {
    const hub = new Hub({ limits: { inflight: 1 }, queueQoS0: true });
    const first = hub.client('subscriber', { clean: false });
    first.subscribe('a');
    first.lose();
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 1);
    publisher.publish('a', '2', 1);
    publisher.publish('a', 'stored', 0);
    const second = hub.client('subscriber', { clean: false });
    publisher.publish('a', 'live', 0);
    const order = settle(second);
    expect(order.filter((payload) => payload.length > 1)).toEqual(['stored', 'live']);
    expect(order).toHaveLength(4);
  });

  it('of QoS 0 pass a full window, which holds back only QoS 1 and 2 [trap 31]', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const subscriber = hub.client('subscriber');
    subscriber.subscribe('a');
    const publisher = hub.client('publisher');
    publisher.publish('a', 'one', 1);
    publisher.publish('a', 'waits', 1);
    publisher.publish('a', 'passes', 0);
    subscriber.send({ type: 'pingreq' });
    expect(subscriber.take().map((packet) => packet.type)).toEqual(['publish', 'publish', 'pingresp']);
  });

  it('use a window that the limit sets', () => {
    const hub = new Hub({ limits: { inflight: 3 } });
    const subscriber = hub.client('subscriber');
    subscriber.subscribe('a');
    const publisher = hub.client('publisher');
    for (let i = 0; i < 5; i++) publisher.publish('a', `${i}`, 2);
    expect(subscriber.take()).toHaveLength(3);
    // PUBREC does not free a place in the window of a 3.1.1 sender that must remember the identifier; PUBCOMP does.
    subscriber.send({ type: 'pubrec', packetId: 1 });
    expect(subscriber.take()).toEqual([{ type: 'pubrel', packetId: 1 }]);
    subscriber.send({ type: 'pubcomp', packetId: 1 });
    expect(subscriber.publishes()).toHaveLength(1);
  });
});

describe('re-delivery', () => {
  it('has the original identifiers and order, DUP 1, and PUBREL where PUBREC was seen [3.1.1/MQTT-4.4.0-1] [3.1.1/MQTT-4.6.0-1] [3.1.1/MQTT-3.3.1-1] [3.1.1/MQTT-2.3.1-4] [3.1.1/MQTT-4.3.2-1] [3.1.1/MQTT-4.3.3-1] [trap 24]', () => {
    const hub = new Hub();
    const first = hub.client('subscriber', { clean: false });
    first.subscribe('a');
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 1);
    publisher.publish('a', '2', 2);
    publisher.publish('a', '3', 2);
    publisher.publish('a', '4', 1);
    const before = first.publishes();
    expect(before.map((publish) => publish.dup)).toEqual([false, false, false, false]);
    first.send({ type: 'pubrec', packetId: before[1]!.packetId! });
    first.take();
    first.lose();
    const second = hub.client('subscriber', { clean: false });
    expect(second.connack?.sessionPresent).toBe(true);
    const packets = second.take();
    const ids = before.map((publish) => publish.packetId);
    expect(packets.filter((packet) => packet.type === 'pubrel')).toEqual([
      { type: 'pubrel', packetId: ids[1] },
    ]);
    const again = packets.filter((packet) => packet.type === 'publish');
    expect(
      again.map(({ packetId, dup, payload }) => [packetId, dup, new TextDecoder().decode(payload)]),
    ).toEqual([
      [ids[0], true, '1'],
      [ids[2], true, '3'],
      [ids[3], true, '4'],
    ]);
  });

  it('happens on a new connection and at no other time (3.1.1/4.4) [trap 25]', () => {
    const hub = new Hub();
    const subscriber = hub.client('subscriber', { clean: false });
    subscriber.subscribe('a');
    hub.client('publisher').publish('a', 'x', 1);
    expect(subscriber.publishes()).toHaveLength(1);
    hub.advance(3_600_000_000);
    expect(subscriber.take()).toEqual([]);
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('does not happen after PUBACK or PUBCOMP, and their identifiers are free again', () => {
    const hub = new Hub();
    const first = hub.client('subscriber', { clean: false });
    first.subscribe('a');
    const publisher = hub.client('publisher');
    publisher.publish('a', '1', 1);
    publisher.publish('a', '2', 2);
    settle(first);
    first.lose();
    expect(hub.client('subscriber', { clean: false }).take()).toEqual([]);
  });

  it('leaves out what a clean session of the same client has discarded', () => {
    const hub = new Hub();
    const first = hub.client('subscriber', { clean: false });
    first.subscribe('a');
    hub.client('publisher').publish('a', '1', 1);
    first.take();
    first.lose();
    expect(hub.client('subscriber', { clean: true }).take()).toEqual([]);
  });
});

describe('acknowledgements', () => {
  it('keep the order of what they acknowledge [3.1.1/MQTT-4.6.0-2] [3.1.1/MQTT-4.6.0-3]', () => {
    for (const [qos, type] of [
      [1, 'puback'],
      [2, 'pubrec'],
    ] as const) {
      const peer = new Hub().client('a');
      for (const packetId of [30, 10, 20]) peer.publish('x', '', qos, { packetId });
      expect(peer.take()).toEqual([30, 10, 20].map((packetId) => ({ type, packetId })));
    }
  });

  it('PUBREL keeps the order of the PUBRECs, also over a new connection [3.1.1/MQTT-4.6.0-4]', () => {
    const hub = new Hub();
    const first = hub.client('a', { clean: false });
    first.subscribe('x');
    const publisher = hub.client('publisher');
    for (let i = 0; i < 4; i++) publisher.publish('x', '', 2);
    const ids = first.publishes().map(({ packetId }) => packetId!);
    const answered = [ids[2]!, ids[0]!, ids[3]!];
    for (const packetId of answered) first.send({ type: 'pubrec', packetId });
    const released = answered.map((packetId) => ({ type: 'pubrel', packetId }));
    expect(first.take()).toEqual(released);
    first.lose();
    const again = hub.client('a', { clean: false }).take();
    expect(again.filter(({ type }) => type === 'pubrel')).toEqual(released);
  });

  it('of the wrong kind close the connection and are named', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.subscribe('x');
    peer.publish('x', 'y', 2);
    peer.take();
    peer.send({ type: 'puback', packetId: 1 });
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toContain('3.1.1/MQTT-4.3.3-1');
  });

  it('of nothing are told and harmless', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    peer.send({ type: 'puback', packetId: 40 }, { type: 'pubcomp', packetId: 41 });
    expect(peer.closed).toBe(false);
    expect(hub.notes.filter((note) => note.step === 'dropped')).toHaveLength(2);
  });
});
