import { describe, expect, it } from 'vitest';
import type { Publish } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type Peer, SECOND } from './hub.ts';

describe('the Receive Maximum of a client', () => {
  it('holds back QoS 1 and 2, and nothing else [5.0/MQTT-3.3.4-9] [5.0/MQTT-3.3.4-10] [5.0/MQTT-4.9.0-1] [5.0/MQTT-4.9.0-2] [5.0/MQTT-4.9.0-3] [trap 31]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { receiveMaximum: 2 });
    peer.subscribe('t');
    const publisher = hub.client('p');
    for (let n = 0; n < 4; n++) publisher.publish('t', `${n}`, n % 2 === 0 ? 1 : 2);
    publisher.publish('t', 'free', 0);
    peer.send({ type: 'pingreq' });
    expect(peer.take().map((packet) => packet.type)).toEqual(['publish', 'publish', 'publish', 'pingresp']);
  });

  it('has room again after PUBACK, PUBCOMP and an error PUBREC, not after PUBREC [5.0/4.9] [trap 30]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { receiveMaximum: 1 });
    peer.subscribe('t');
    const publisher = hub.client('p');
    for (const qos of [1, 2, 2, 1] as const) publisher.publish('t', '', qos);
    const next = (): number => {
      const [publish, ...more] = peer.publishes();
      expect(more).toEqual([]);
      return publish!.packetId!;
    };
    peer.send({ type: 'puback', packetId: next() });
    const second = next();
    peer.send({ type: 'pubrec', packetId: second });
    expect(peer.take().map((packet) => packet.type)).toEqual(['pubrel']);
    peer.send({ type: 'pubcomp', packetId: second });
    peer.send({ type: 'pubrec', packetId: next(), reasonCode: 0x97 });
    expect(peer.publishes()).toMatchObject([{ qos: 1 }]);
  });

  it('counts for what is sent again over a new connection, as that one says', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    peer.subscribe('t');
    const publisher = hub.client('p');
    for (let n = 0; n < 4; n++) publisher.publish('t', `${n}`, 1);
    peer.lose();
    peer.take();
    const again = hub.dialIn().connect5('a', { receiveMaximum: 3 }, { clean: false });
    expect(again.publishes().map(({ dup, packetId }) => [dup, packetId])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
    ]);
    again.send({ type: 'puback', packetId: 1 });
    expect(again.publishes().map(({ packetId }) => packetId)).toEqual([4]);
  });
});

describe('the Receive Maximum of the server', () => {
  it('has room again with every PUBACK, PUBCOMP and error PUBREC that was written [5.0/4.9] [trap 30] [trap 31]', () => {
    const hub = new Hub({ receiveMaximum: 1 });
    const peer = hub.dialIn().connect5('a');
    for (let n = 0; n < 3; n++) {
      peer.publish('t', '', 1);
      peer.publish('t', '', 2, { packetId: 9 });
      peer.send({ type: 'pubrel', packetId: 9 });
      peer.publish('$refused', '', 2);
    }
    expect(peer.closed).toBe(false);
    peer.publish('t', '', 2, { packetId: 9 });
    peer.publish('t', '', 0);
    expect(peer.closed).toBe(false);
    peer.publish('t', '', 1);
    expect(peer.take().at(-1)).toMatchObject({ type: 'disconnect', reasonCode: 0x93 });
  });

  it('counts what was received and waits for the disk to be acknowledged', () => {
    const hub = new Hub({ receiveMaximum: 2 }, { sync: 'by-hand' });
    const keeper = hub.dialIn().connect5('keeper', { sessionExpiryInterval: 60 });
    keeper.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 't', qos: 1 }] });
    const peer = hub.dialIn().connect5('a');
    hub.sync();
    for (let n = 0; n < 2; n++) peer.publish('t', '', 1);
    hub.sync();
    for (let n = 0; n < 2; n++) peer.publish('t', '', 1);
    expect(peer.closed).toBe(false);
    peer.publish('t', '', 1);
    expect(peer.closed).toBe(true);
  });

  it('does not count against a client what an earlier connection began', () => {
    const hub = new Hub({ receiveMaximum: 1 });
    const first = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    first.publish('t', '', 2, { packetId: 7 });
    first.lose();
    const peer = hub.dialIn().connect5('a', {}, { clean: false });
    peer.publish('t', '', 2, { packetId: 8 });
    peer.send({ type: 'pubrel', packetId: 7 });
    peer.publish('t', '', 1, { packetId: 9 });
    expect(peer.closed).toBe(false);
  });

  it('is nothing to clients before 5.0', () => {
    const hub = new Hub({ receiveMaximum: 1 });
    const peer = hub.client('a');
    for (let n = 0; n < 5; n++) peer.publish('t', '', 2);
    expect(peer.closed).toBe(false);
  });
});

describe('the Maximum Packet Size of a client', () => {
  /** A PUBLISH to `t` without properties has 2 bytes of header, 3 of topic, 1 of properties and its payload. */
  const fits = 'x'.repeat(94);

  it('drops what is larger and goes on, at every QoS, as if it had been sent [5.0/MQTT-3.1.2-24] [5.0/MQTT-3.1.2-25] [trap 33]', () => {
    for (const qos of [0, 1, 2] as const) {
      const hub = new Hub();
      const peer = hub.dialIn().connect5('a', { maximumPacketSize: 100, receiveMaximum: 1 });
      peer.subscribe('t');
      const publisher = hub.client('p');
      const room = qos === 0 ? 94 : 92;
      for (const length of [room + 1, room, room + 1])
        publisher.publish('t', fits.padEnd(99, 'y').slice(0, length), qos);
      const publishes = peer.publishes();
      expect(publishes.map(({ payload }) => payload.length)).toEqual([room]);
      expect(hub.rules().filter((rule) => rule === '5.0/MQTT-3.1.2-25').length).toBeGreaterThan(0);
      expect(peer.closed).toBe(false);
      if (qos === 1) peer.send({ type: 'puback', packetId: publishes[0]!.packetId! });
      if (qos === 2) peer.send({ type: 'pubrec', packetId: publishes[0]!.packetId!, reasonCode: 0x80 });
      publisher.publish('t', 'z', qos);
      expect(peer.messages()).toEqual(['t z']);
      expect(hub.observed.get('session/a queue/length') ?? 0).toBe(0);
    }
  });

  it('counts when it is sent: for what waited, and for what is sent again', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    peer.subscribe('t');
    const publisher = hub.client('p');
    publisher.publish('t', 'x'.repeat(200), 1);
    peer.lose();
    peer.take();
    publisher.publish('t', 'x'.repeat(200), 2);
    publisher.publish('t', 'small', 1);
    const again = hub.dialIn().connect5('a', { maximumPacketSize: 100 }, { clean: false });
    expect(again.messages()).toEqual(['t small']);
    expect(hub.machine.debts()).toHaveLength(1);
  });

  it('of others is their own affair', () => {
    const hub = new Hub();
    const small = hub.dialIn().connect5('a', { maximumPacketSize: 90 });
    const large = hub.dialIn().connect5('b');
    for (const peer of [small, large]) peer.subscribe('t');
    hub.client('p').publish('t', 'x'.repeat(100));
    expect([small.messages().length, large.messages().length]).toEqual([0, 1]);
  });

  it('ends the connection that asks for a longer answer than it takes', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { maximumPacketSize: 90 });
    const subscriptions = Array.from({ length: 100 }, (_, place) => ({
      filter: `${place}`,
      qos: 0 as const,
    }));
    peer.send({ type: 'subscribe', packetId: 1, subscriptions });
    expect(peer.takeOne('disconnect').reasonCode).toBe(0x95);
  });
});

describe('Topic Aliases of a client', () => {
  function aliased(topic: string, topicAlias: number, qos: 0 | 1 = 0): Publish {
    const base = { type: 'publish' as const, topic, payload: bytes('x'), retain: false, dup: false };
    const properties = { topicAlias };
    return qos === 0 ? { ...base, qos, properties } : { ...base, qos, packetId: 1, properties };
  }

  it('stand for the topic they came with last, up to the maximum, and are not forwarded [5.0/MQTT-3.3.2-12] [trap 34]', () => {
    const hub = new Hub({ topicAliasMaximum: 2 });
    const watcher = hub.dialIn().connect5('watcher');
    watcher.subscribe('#');
    const peer = hub.dialIn().connect5('a');
    peer.send(
      aliased('one', 1),
      aliased('two', 2),
      aliased('', 1, 1),
      aliased('', 2),
      aliased('new', 1),
      aliased('', 1),
    );
    const publishes = watcher.publishes();
    expect(publishes.map(({ topic }) => topic)).toEqual(['one', 'two', 'one', 'two', 'new', 'new']);
    for (const publish of publishes) expect(publish.properties).toBeUndefined();
  });

  it('are gone with the connection, and nobody else’s [5.0/MQTT-3.3.2-7] [trap 34]', () => {
    const hub = new Hub();
    const first = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 });
    first.send(aliased('one', 1));
    const other = hub.dialIn().connect5('b');
    other.send(aliased('', 1));
    expect(other.takeOne('disconnect').reasonCode).toBe(0x82);
    first.lose();
    const again = hub.dialIn().connect5('a', {}, { clean: false });
    again.send(aliased('', 1));
    expect(again.takeOne('disconnect').reasonCode).toBe(0x82);
  });

  it('are learnt from a message that is not delivered again', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('#');
    const peer = hub.dialIn().connect5('a');
    const exactlyOnce: Publish = { ...aliased('one', 1), qos: 2, packetId: 5 };
    peer.send(exactlyOnce, { ...exactlyOnce, topic: 'one', properties: { topicAlias: 2 } }, aliased('', 2));
    expect(watcher.messages()).toEqual(['one x', 'one x']);
  });
});

describe('Topic Aliases of the server', () => {
  const sent = (peer: Peer) =>
    peer.publishes().map(({ topic, properties }) => [topic, properties?.topicAlias]);

  it('come with the first message of a topic and stand for it in the next, up to the client’s maximum [5.0/MQTT-3.1.2-26] [5.0/MQTT-3.3.2-11]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { topicAliasMaximum: 2 });
    peer.subscribe('#');
    const publisher = hub.client('p');
    for (const topic of ['once', 'once', 'twice', 'three', 'twice', 'three', 'once'])
      publisher.publish(topic, '');
    publisher.publish('once', '', 2);
    expect(sent(peer)).toEqual([
      ['once', 1],
      ['', 1],
      ['twice', 2],
      ['three', undefined],
      ['', 2],
      ['three', undefined],
      ['', 1],
      ['', 1],
    ]);
  });

  it('are none without a maximum [5.0/MQTT-3.1.2-27]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('#');
    for (let n = 0; n < 2; n++) hub.client('p').publish('once', '');
    expect(sent(peer)).toEqual([
      ['once', undefined],
      ['once', undefined],
    ]);
  });

  it('begin anew on every connection, also for what is sent again [5.0/MQTT-3.3.2-7] [trap 34]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { topicAliasMaximum: 2, sessionExpiryInterval: 60 });
    peer.subscribe('#');
    hub.client('p').publish('once', '', 0);
    hub.client('p').publish('once', '', 1);
    expect(sent(peer)).toEqual([
      ['once', 1],
      ['', 1],
    ]);
    peer.lose();
    const again = hub.dialIn().connect5('a', { topicAliasMaximum: 1 }, { clean: false });
    expect(sent(again)).toEqual([['once', 1]]);
  });

  it('are left out where they would make the packet too large', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { topicAliasMaximum: 2, maximumPacketSize: 100 });
    peer.subscribe('#');
    hub.client('p').publish('once', 'x'.repeat(91));
    hub.client('p').publish('once', 'x'.repeat(88));
    expect(sent(peer)).toEqual([
      ['once', undefined],
      ['once', 1],
    ]);
  });
});

describe('a message of 5.0', () => {
  const properties = {
    payloadFormatIndicator: 1 as const,
    contentType: 'text/plain',
    responseTopic: 'answer',
    correlationData: Uint8Array.of(1, 2, 0),
    userProperties: [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ] as const,
  };

  it('keeps its properties and their order: live, retained, queued over a restart, and as a will [5.0/MQTT-3.3.2-4] [5.0/MQTT-3.3.2-15] [5.0/MQTT-3.3.2-16] [5.0/MQTT-3.3.2-17] [5.0/MQTT-3.3.2-18] [5.0/MQTT-3.3.2-20] [5.0/MQTT-3.1.3-10] [trap 44]', () => {
    const hub = new Hub();
    const live = hub.dialIn().connect5('live');
    live.subscribe('#');
    const away = hub.dialIn().connect5('away', { sessionExpiryInterval: 60 });
    away.subscribe('#');
    away.lose();
    const peer = hub.dialIn().connect5('a', {}, { will: { qos: 1, properties: { ...properties } } });
    peer.publish('t', 'x', 1, { properties, retain: true });
    peer.lose();
    const got = live.publishes();
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    got.push(...again.dialIn().connect5('away', {}, { clean: false }).publishes());
    const late = again.dialIn().connect5('late');
    late.subscribe('t');
    got.push(...late.publishes());
    expect(got.map(({ topic }) => topic)).toEqual(['t', 'will', 't', 'will', 't']);
    for (const publish of got) expect(publish.properties).toEqual(properties);
  });

  it('counts its expiry down while it waits, for each subscriber alone, and is not sent after it [5.0/MQTT-3.3.2-5] [5.0/MQTT-3.3.2-6] [trap 8] [trap 21] [trap 22]', () => {
    const hub = new Hub();
    const keep = { sessionExpiryInterval: 3600 };
    const live = hub.dialIn().connect5('live');
    live.subscribe('t');
    for (const clientId of ['soon', 'late']) {
      const peer = hub.dialIn().connect5(clientId, keep);
      peer.subscribe('t');
      peer.lose();
    }
    hub
      .dialIn()
      .connect5('p')
      .publish('t', 'x', 1, { properties: { messageExpiryInterval: 10 }, retain: true });
    const left = (peer: Peer) => peer.publishes().map((publish) => publish.properties?.messageExpiryInterval);
    expect(left(live)).toEqual([10]);
    hub.advance(4 * SECOND);
    expect(left(hub.dialIn().connect5('soon', keep, { clean: false }))).toEqual([6]);
    const newcomer = hub.dialIn().connect5('new');
    newcomer.subscribe('t');
    expect(left(newcomer)).toEqual([6]);
    hub.advance(6 * SECOND);
    expect(left(hub.dialIn().connect5('late', keep, { clean: false }))).toEqual([]);
    newcomer.subscribe('t');
    expect(left(newcomer)).toEqual([]);
  });

  it('that was sent is sent again although it has expired, and its QoS 2 exchange is finished [5.0/MQTT-4.3.3-7] [5.0/MQTT-4.3.3-13] [trap 21] [trap 22]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', { sessionExpiryInterval: 3600 });
    peer.subscribe('t');
    hub
      .dialIn()
      .connect5('p')
      .publish('t', 'x', 2, { properties: { messageExpiryInterval: 10 } });
    peer.lose();
    peer.take();
    hub.advance(100 * SECOND);
    const again = hub.dialIn().connect5('a', {}, { clean: false });
    const [publish] = again.publishes();
    expect(publish).toMatchObject({ dup: true, properties: { messageExpiryInterval: 0 } });
    again.send({ type: 'pubrec', packetId: publish!.packetId! });
    expect(again.takeOne('pubrel').packetId).toBe(publish!.packetId);
    again.send({ type: 'pubcomp', packetId: publish!.packetId! });
    expect(hub.machine.debts()).toEqual([]);
  });

  it('is not sent again over a live connection [5.0/MQTT-4.4.0-1] [trap 25]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a');
    peer.subscribe('t');
    hub.client('p').publish('t', 'x', 1);
    peer.take();
    hub.advance(3600 * SECOND);
    expect(peer.take()).toEqual([]);
  });
});
