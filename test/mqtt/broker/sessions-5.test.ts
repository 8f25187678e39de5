import { describe, expect, it } from 'vitest';
import { bytes, Hub, type Peer, SECOND } from './hub.ts';

const KEPT = { sessionExpiryInterval: 60 };

function connect(hub: Hub, clientId: string, clean: boolean, properties = {}): Peer {
  return hub.dialIn().connect5(clientId, { ...KEPT, ...properties }, { clean });
}

describe('a session of 5.0', () => {
  it('begins with the first CONNECT, and Clean Start 0 goes on with it: subscriptions, messages and exchanges [5.0/MQTT-3.1.2-5] [5.0/MQTT-3.1.2-6] [5.0/MQTT-3.2.2-3]', () => {
    const hub = new Hub();
    const first = connect(hub, 'a', false);
    expect(first.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 });
    first.subscribe('t');
    first.publish('u', '', 2, { packetId: 9 });
    first.lose();
    first.take();
    hub.client('p').publish('t', 'meanwhile', 1);
    const second = connect(hub, 'a', false);
    expect(second.connack).toMatchObject({ sessionPresent: true, reasonCode: 0 });
    expect(second.messages()).toEqual(['t meanwhile']);
    second.send({ type: 'pubrel', packetId: 9 });
    expect(second.takeOne('pubcomp').reasonCode).toBe(0);
    hub.client('p').publish('t', 'now', 0);
    expect(second.messages()).toEqual(['t now']);
  });

  it('is discarded by Clean Start 1, everything in it, and the new one is kept in its place [5.0/MQTT-3.1.2-4] [5.0/MQTT-3.1.4-4] [5.0/MQTT-3.2.2-2] [trap 10] [trap 11]', () => {
    const hub = new Hub();
    const first = connect(hub, 'a', false);
    first.subscribe('t');
    first.publish('u', '', 2, { packetId: 9 });
    first.lose();
    first.take();
    hub.client('p').publish('t', 'meanwhile', 1);
    const second = connect(hub, 'a', true);
    expect(second.connack!.sessionPresent).toBe(false);
    expect(second.take()).toEqual([]);
    expect(hub.machine.subscriptions).toBe(0);
    second.send({ type: 'pubrel', packetId: 9 });
    expect(second.takeOne('pubcomp').reasonCode).toBe(0x92);
    hub.client('p').publish('t', 'now', 0);
    expect(second.take()).toEqual([]);
    second.lose();
    expect(connect(hub, 'a', false).connack!.sessionPresent).toBe(true);
  });

  it('belongs to a Client Identifier, character by character [5.0/MQTT-3.1.3-2] [5.0/MQTT-3.1.3-5]', () => {
    const hub = new Hub();
    const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const names = [...alphabet, alphabet.slice(0, 23), alphabet.slice(23, 46), alphabet.slice(39, 62)];
    for (const name of names) {
      const peer = connect(hub, name, false);
      expect(peer.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 });
      peer.subscribe(`for/${name}`);
      peer.lose();
    }
    for (const name of names) {
      const peer = connect(hub, name, false);
      hub.client('-').publish(`for/${name}`, '');
      expect([peer.connack!.sessionPresent, peer.messages()]).toEqual([true, [`for/${name} `]]);
    }
  });

  it('stands as long as its connection, however long that is and whatever its interval [5.0/MQTT-4.1.0-1]', () => {
    const hub = new Hub();
    const peers = [0, 1].map((sessionExpiryInterval) => {
      const peer = connect(hub, `${sessionExpiryInterval}`, true, { sessionExpiryInterval });
      peer.subscribe('t');
      return peer;
    });
    hub.advance(1_000_000 * SECOND);
    hub.client('p').publish('t', 'x');
    for (const peer of peers) expect(peer.messages()).toEqual(['t x']);
  });

  it('is discarded when its interval has passed since its connection closed [5.0/MQTT-4.1.0-2]', () => {
    const hub = new Hub();
    const peer = connect(hub, 'a', true);
    peer.subscribe('t');
    peer.lose();
    hub.advance(60 * SECOND - 1);
    expect([hub.machine.sessions, hub.machine.subscriptions]).toEqual([1, 1]);
    hub.advance(1);
    expect([hub.machine.sessions, hub.machine.subscriptions, hub.disk.values().size]).toEqual([0, 0, 0]);
    expect(connect(hub, 'a', false).connack!.sessionPresent).toBe(false);
  });
});

describe('the will of a 5.0 client', () => {
  it('is kept with its session, over a restart too [5.0/MQTT-3.1.2-7]', () => {
    const hub = new Hub();
    hub
      .dialIn()
      .connect5('a', KEPT, { will: { qos: 1, properties: { willDelayInterval: 10 } } })
      .lose();
    hub.disk.die('power-cut');
    const again = new Hub({}, { disk: hub.disk });
    const watcher = again.dialIn().connect5('w');
    watcher.subscribe('will');
    again.advance(10 * SECOND);
    expect(watcher.messages()).toEqual(['will gone']);
  });

  it('is removed by DISCONNECT with 0x00, for a restart to find nothing of it [5.0/MQTT-3.1.2-10] [5.0/MQTT-3.14.4-3]', () => {
    const hub = new Hub();
    const peer = hub.dialIn().connect5('a', KEPT, { will: { qos: 1, retain: true } });
    peer.send({ type: 'disconnect', reasonCode: 0 });
    hub.disk.die('power-cut');
    const again = new Hub({}, { disk: hub.disk });
    const watcher = again.dialIn().connect5('w');
    watcher.subscribe('will');
    again.advance(120 * SECOND);
    expect([again.machine.retained, watcher.take()]).toEqual([0, []]);
  });

  it('is retained exactly when it says so, with its QoS, and published once [5.0/MQTT-3.1.2-10] [5.0/MQTT-3.1.2-14] [5.0/MQTT-3.1.2-15]', () => {
    for (const retain of [false, true]) {
      const hub = new Hub();
      const watcher = hub.dialIn().connect5('w');
      watcher.subscribe({ filter: 'will', qos: 2, retainAsPublished: true });
      const peer = hub.dialIn().connect5('a', KEPT, { will: { qos: 2, retain } });
      peer.lose();
      expect(watcher.publishes()).toMatchObject([{ topic: 'will', payload: bytes('gone'), qos: 2, retain }]);
      connect(hub, 'a', false).lose();
      expect(watcher.publishes()).toEqual([]);
      const late = hub.dialIn().connect5('late');
      late.subscribe('will');
      expect(late.publishes()).toHaveLength(retain ? 1 : 0);
    }
  });
});

describe('the answer to CONNECT', () => {
  it('comes once, before all else, with reserved bits of 0 [5.0/MQTT-3.2.0-1] [5.0/MQTT-3.2.0-2] [5.0/MQTT-3.2.2-1]', () => {
    const hub = new Hub();
    connect(hub, 'a', false).subscribe('t');
    hub.client('p').publish('t', 'x', 1);
    const peer = hub.dialIn();
    peer.send(
      { type: 'connect', protocolVersion: 5, clientId: 'a', cleanStart: false, keepAlive: 0 },
      { type: 'pingreq' },
    );
    const sent = hub.ofKind('send').filter(({ connection }) => connection === peer.connection);
    expect(sent.map(({ packet }) => packet.type)).toEqual(['connack', 'publish', 'pingresp']);
    expect(sent[0]!.bytes[2]).toBe(1);
  });

  it('that refuses is followed by the end, and nothing after it counts [5.0/MQTT-3.1.4-2] [5.0/MQTT-3.1.4-6] [5.0/MQTT-3.2.2-7] [5.0/MQTT-4.13.2-1] [trap 11]', () => {
    const hub = new Hub({
      authenticate: ({ clientId }) => (clientId === 'a' ? 'not-authorized' : 'accepted'),
    });
    const watcher = hub.dialIn().connect5('w');
    watcher.subscribe('#');
    const peer = hub.dialIn();
    peer.send(
      { type: 'connect', protocolVersion: 5, clientId: 'a', cleanStart: true, keepAlive: 0 },
      { type: 'publish', topic: 't', payload: bytes('x'), qos: 0, retain: true, dup: false },
      { type: 'pingreq' },
    );
    expect(peer.take()).toMatchObject([{ type: 'connack', sessionPresent: false, reasonCode: 0x87 }]);
    expect(peer.closed).toBe(true);
    expect([watcher.take(), hub.machine.retained, hub.machine.sessions]).toEqual([[], 0, 1]);
  });

  it('to another protocol is none, to another version a refusal, and then the end [5.0/MQTT-3.1.2-1] [5.0/MQTT-3.1.2-2]', () => {
    const hub = new Hub();
    const connectTo = (name: string, level: number) => {
      const peer = hub.dialIn();
      peer.sendBytes(0x10, 14, 0, 4, ...bytes(name), level, 2, 0, 0, 0, 0, 1, 0x61);
      return peer;
    };
    const other = connectTo('HTTP', 5);
    expect([other.take(), other.closed]).toEqual([[], true]);
    for (const level of [0, 1, 2, 6, 255]) {
      const peer = connectTo('MQTT', level);
      expect(peer.closed).toBe(true);
      expect(peer.take().every((packet) => packet.type === 'connack' && packet.reasonCode !== 0)).toBe(true);
    }
    expect(hub.machine.sessions).toBe(0);
  });

  it('to an identifier that is none is a refusal, and then the end [5.0/MQTT-3.1.3-8]', () => {
    const hub = new Hub();
    for (const identifier of [[0], [0xc3], [0xed, 0xa0, 0x80]]) {
      const peer = hub.dialIn();
      const length = identifier.length;
      peer.sendBytes(0x10, 13 + length, 0, 4, ...bytes('MQTT'), 5, 2, 0, 0, 0, 0, length, ...identifier);
      expect(peer.takeOne('connack').reasonCode).toBe(0x81);
      expect(peer.closed).toBe(true);
    }
    expect(hub.machine.sessions).toBe(0);
  });

  it('has to be asked for first [5.0/MQTT-3.1.0-1]', () => {
    for (const first of [
      [0xc0, 0],
      [0xf0, 0],
      [0xe0, 0],
      [0x30, 4, 0, 1, 0x61, 0],
    ]) {
      const hub = new Hub();
      const peer = hub.dialIn();
      peer.sendBytes(...first);
      expect([peer.take(), peer.closed]).toEqual([[], true]);
    }
  });

  it('assigns an identifier that is nobody else’s and goes by it [5.0/MQTT-3.1.3-6] [5.0/MQTT-3.1.3-7] [5.0/MQTT-3.2.2-16]', () => {
    const hub = new Hub({}, { chance: () => 0.5 });
    const names = [1, 2, 3].map(() => connect(hub, '', true).connack!.properties!.assignedClientIdentifier!);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(connect(hub, name, false).connack!.sessionPresent).toBe(true);
  });
});

describe('the end of a 5.0 connection', () => {
  it('is this end’s after DISCONNECT, with no word more and nothing taken [5.0/MQTT-3.14.4-1] [5.0/MQTT-3.14.4-2]', () => {
    const hub = new Hub();
    const watcher = hub.dialIn().connect5('w');
    watcher.subscribe('#');
    const peer = connect(hub, 'a', true);
    peer.send(
      { type: 'disconnect', reasonCode: 0 },
      { type: 'publish', topic: 't', payload: bytes('x'), qos: 0, retain: false, dup: false },
      { type: 'pingreq' },
    );
    expect([peer.take(), peer.closed, watcher.take()]).toEqual([[], true, []]);
  });

  it('that this end says goodbye to has no word after that, and no session expiry in it [5.0/MQTT-3.14.4-1] [5.0/MQTT-3.14.4-2] [5.0/MQTT-3.14.2-2]', () => {
    const hub = new Hub();
    const old = connect(hub, 'a', false);
    old.subscribe('t');
    const young = connect(hub, 'a', false);
    hub.client('p').publish('t', 'x', 1);
    const disconnect = old.takeOne('disconnect');
    expect(disconnect.properties).not.toHaveProperty('sessionExpiryInterval');
    expect([old.closed, young.messages()]).toEqual([true, ['t x']]);
  });
});
