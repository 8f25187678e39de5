import { describe, expect, it } from 'vitest';
import type { AccessRequest, Credentials } from '../../../src/mqtt/broker/access.ts';
import type { ProtocolVersion } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type HubOptions, text } from './hub.ts';

/** CONNECT with a name and a password; what is answered. */
function knock(hub: Hub, version: ProtocolVersion, username?: string, password?: string) {
  const peer = hub.dialIn();
  peer.send({
    type: 'connect',
    protocolVersion: version,
    clientId: `${username}`,
    cleanStart: true,
    keepAlive: 0,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: bytes(password) }),
  });
  const [connack] = peer.take();
  return { peer, code: connack?.type === 'connack' ? connack.reasonCode : undefined };
}

const onlyAnn: HubOptions = {
  authenticate: ({ username, password }: Credentials) => {
    if (username === undefined) return 'not-authorized';
    return username === 'ann' && password !== undefined && text(password) === 'secret'
      ? 'accepted'
      : 'bad-credentials';
  },
};

describe('a server that asks who its clients are', () => {
  it.each<[ProtocolVersion, number, number]>([
    [3, 4, 5],
    [4, 4, 5],
    [5, 0x86, 0x87],
  ])(
    'tells a client of version %i a wrong password by %i and that it may not connect by %i',
    (version, wrong, stranger) => {
      const hub = new Hub(onlyAnn);
      expect(knock(hub, version, 'ann', 'secret').code).toBe(0);
      for (const [name, password] of [
        ['ann', 'guess'],
        ['ann', undefined],
        ['bob', 'secret'],
      ] as const) {
        const { peer, code } = knock(hub, version, name, password);
        expect([code, peer.closed]).toEqual([wrong, true]);
      }
      const { peer, code } = knock(hub, version);
      expect([code, peer.closed]).toEqual([stranger, true]);
      expect(hub.machine.sessions).toBe(1);
    },
  );

  it('does not close an older connection of the name for somebody with a wrong password', () => {
    const hub = new Hub(onlyAnn);
    const { peer } = knock(hub, 4, 'ann', 'secret');
    knock(hub, 4, 'ann', 'guess');
    expect(peer.closed).toBe(false);
  });
});

describe('a server that sends clients elsewhere', () => {
  it.each<[ProtocolVersion, boolean, number]>([
    [5, false, 0x9c],
    [5, true, 0x9d],
    [4, true, 3],
    [3, false, 3],
  ])(
    'tells a client of version %i, moved %j, by CONNACK with %i [5.0/MQTT-3.1.4-5]',
    (version, moved, code) => {
      const hub = new Hub({ authenticate: () => ({ server: 'other:1883', moved }) });
      const peer = hub.client('a', { version, will: {} });
      expect(peer.connack).toMatchObject({ sessionPresent: false, reasonCode: code });
      expect(peer.connack?.properties?.serverReference).toBe(version === 5 ? 'other:1883' : undefined);
      expect(peer.closed).toBe(true);
      expect(hub.machine.sessions).toBe(0);
    },
  );

  it('tells one that is connected by DISCONNECT, keeps its session and publishes its will', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('will');
    const peer = hub
      .dialIn()
      .connect5('a', { sessionExpiryInterval: 60 }, { will: { topic: 'will', payload: bytes('moved') } });
    const send = (name: string, moved: boolean) =>
      hub.input(() => hub.machine.redirect(hub.now, name, { server: 'other', moved }));
    expect(send('nobody', true)).toBe(false);
    expect(send('a', true)).toBe(true);
    expect(peer.take()).toEqual([
      {
        type: 'disconnect',
        reasonCode: 0x9d,
        properties: { reasonString: 'the server has moved to other', serverReference: 'other' },
      },
    ]);
    expect(peer.closed).toBe(true);
    expect(watcher.messages()).toEqual(['will moved']);
    expect(send('a', true)).toBe(false);
    const back = hub.dialIn().connect5('a', { sessionExpiryInterval: 60 }, { clean: false });
    expect(back.connack?.sessionPresent).toBe(true);
    send('a', false);
    expect(back.take()).toMatchObject([{ type: 'disconnect', reasonCode: 0x9c }]);
  });

  it('can only close the connection of a client of 3.1.1', () => {
    const hub = new Hub();
    const peer = hub.client('a');
    expect(hub.input(() => hub.machine.redirect(hub.now, 'a', { server: 'other' }))).toBe(true);
    expect(peer.take()).toEqual([]);
    expect(peer.closed).toBe(true);
  });
});

/** Everybody may publish and subscribe below their own client identifier, and to nothing else. */
const ownTopics: HubOptions = {
  authorize: ({ topic, clientId }: AccessRequest) => topic.startsWith(`${clientId}/`),
};

describe('a server that says who may do what', () => {
  it('acknowledges a message that may not be published, and takes it nowhere [3.1.1/MQTT-3.3.5-2]', () => {
    const hub = new Hub(ownTopics);
    const listener = hub.client('a');
    expect(listener.subscribe('a/#')).toEqual([2]);
    const stranger = hub.client('b');
    for (const qos of [0, 1, 2] as const) stranger.publish('a/x', 'forged', qos, { retain: true });
    expect(stranger.take().map(({ type }) => type)).toEqual(['puback', 'pubrec']);
    expect(listener.take()).toEqual([]);
    expect(hub.machine.retained).toBe(0);
    expect(hub.rules().filter((rule) => rule === 'access')).toHaveLength(3);
    hub.client('a/x');
    listener.publish('a/x', 'own', 1);
    expect(listener.messages()).toEqual(['a/x own']);
  });

  it('tells a client of 5.0 that its message was refused', () => {
    const hub = new Hub(ownTopics);
    const peer = hub.dialIn().connect5('b');
    peer.publish('a/x', 'forged', 1);
    peer.publish('a/x', 'forged', 2);
    expect(peer.take()).toMatchObject([
      {
        type: 'puback',
        reasonCode: 0x87,
        properties: { reasonString: 'this client may not publish to this topic' },
      },
      { type: 'pubrec', reasonCode: 0x87 },
    ]);
  });

  it('refuses filters one by one, in the order in which they were asked', () => {
    const hub = new Hub(ownTopics);
    expect(hub.client('a').subscribe('a/1', 'b/#', 'a/+')).toEqual([2, 0x80, 2]);
    const since5 = hub.dialIn().connect5('b');
    expect(since5.subscribe('a/1', '$share/group/b/1', '$share/group/a/1')).toEqual([0x87, 2, 0x87]);
  });

  it('has no answer for a client of 3.1 but the end', () => {
    const hub = new Hub(ownTopics);
    const peer = hub.client('a', { version: 3 });
    peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'b', qos: 0 }] });
    expect(peer.closed).toBe(true);
  });

  it('refuses a client whose will would go where it may not publish', () => {
    const hub = new Hub(ownTopics);
    expect(hub.client('a', { will: { topic: 'b/will' } }).connack?.reasonCode).toBe(5);
    expect(hub.client('a', { will: { topic: 'a/will' } }).connack?.reasonCode).toBe(0);
  });

  it('takes away from a session that goes on what it may not read any more', () => {
    let allowed = true;
    const hub = new Hub({ authorize: () => allowed });
    const first = hub.client('a', { clean: false });
    first.subscribe('x');
    first.lose();
    const publisher = hub.client('publisher');
    allowed = false;
    const second = hub.client('a', { clean: false });
    allowed = true;
    publisher.publish('x', 'secret', 1);
    expect(second.publishes()).toEqual([]);
  });
});
