import { describe, expect, it } from 'vitest';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type Peer, SECOND } from './hub.ts';

const SHARED = '$share/g/t/+';

function member(hub: Hub, clientId: string, qos: QoS = 2, filter = SHARED): Peer {
  const peer = hub.dialIn().connect5(clientId, { sessionExpiryInterval: 60 }, { clean: false });
  peer.subscribe({ filter, qos });
  return peer;
}

describe('a shared subscription', () => {
  it('gives each message to one member, in turn [5.0/4.8.2]', () => {
    const hub = new Hub();
    const members = ['a', 'b', 'c'].map((clientId) => member(hub, clientId));
    const publisher = hub.client('p');
    for (let n = 0; n < 6; n++) publisher.publish('t/x', `${n}`);
    expect(members.map((peer) => peer.messages())).toEqual([
      ['t/x 0', 't/x 3'],
      ['t/x 1', 't/x 4'],
      ['t/x 2', 't/x 5'],
    ]);
  });

  it('is another for another name or another filter, and each gets its copy [trap 36]', () => {
    const hub = new Hub();
    const peers = ['$share/g/t/+', '$share/h/t/+', '$share/g/t/#', '$share/g/u'].map((filter, place) =>
      member(hub, `c${place}`, 0, filter),
    );
    const publisher = hub.client('p');
    publisher.publish('t/x', 'y');
    publisher.publish('t/x', 'z');
    expect(peers.map((peer) => peer.messages().length)).toEqual([2, 2, 2, 0]);
  });

  it('is apart from the ordinary subscriptions of the same client, and from its own with another name [trap 36]', () => {
    const hub = new Hub();
    const peer = member(hub, 'a');
    peer.subscribe('t/x', '$share/h/t/x');
    hub.client('p').publish('t/x', 'y');
    expect(peer.messages()).toEqual(['t/x y', 't/x y', 't/x y']);
    expect(hub.machine.subscriptions).toBe(3);
  });

  it('delivers at the QoS of the chosen member [5.0/MQTT-4.8.2-3] [trap 37]', () => {
    const hub = new Hub();
    const members = [member(hub, 'a', 0), member(hub, 'b', 1), member(hub, 'c', 2)];
    for (let n = 0; n < 3; n++) hub.client('p').publish('t/x', '', 2);
    expect(members.map((peer) => peer.publishes().map(({ qos }) => qos))).toEqual([[0], [1], [2]]);
  });

  it('gets no retained messages on subscribing, but live ones with their flag as it asked [trap 36]', () => {
    const hub = new Hub();
    const publisher = hub.client('p');
    publisher.publish('t/x', 'old', 0, { retain: true });
    const peer = member(hub, 'a');
    expect(peer.take()).toEqual([]);
    publisher.publish('t/x', 'new', 0, { retain: true });
    peer.subscribe({ filter: SHARED, qos: 0, retainAsPublished: true });
    publisher.publish('t/x', 'newer', 0, { retain: true });
    expect(peer.publishes().map(({ retain }) => retain)).toEqual([false, true]);
  });

  it('puts the identifier of its own member on the message', () => {
    const hub = new Hub();
    const peers = [member(hub, 'a'), member(hub, 'b')];
    peers[1]!.send({
      type: 'subscribe',
      packetId: 9,
      subscriptions: [{ filter: SHARED, qos: 0 }],
      properties: { subscriptionIdentifier: 5 },
    });
    peers[1]!.take();
    for (let n = 0; n < 2; n++) hub.client('p').publish('t/x', '');
    const [none] = peers[0]!.publishes();
    const [some] = peers[1]!.publishes();
    expect([none!.properties, some!.properties]).toEqual([undefined, { subscriptionIdentifiers: [5] }]);
  });

  it('passes over members that are away or have messages waiting, while others can be sent them', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const [away, busy, free] = ['a', 'b', 'c'].map((clientId) => member(hub, clientId, 1));
    const publisher = hub.client('p');
    for (let n = 0; n < 4; n++) publisher.publish('t/x', `${n}`, 1);
    // The fourth waits behind what 'a' has not acknowledged.
    away!.lose();
    away!.take();
    for (const peer of [busy!, free!]) peer.take();
    free!.send({ type: 'puback', packetId: 1 });
    publisher.publish('t/x', '4', 1);
    publisher.publish('t/x', '5', 1);
    expect(free!.messages()).toEqual(['t/x 5']);
    busy!.send({ type: 'puback', packetId: 1 });
    expect(busy!.messages()).toEqual(['t/x 4']);
  });

  it('whose members are all away keeps messages for them', () => {
    const hub = new Hub();
    for (const clientId of ['a', 'b']) member(hub, clientId).lose();
    for (let n = 0; n < 2; n++) hub.client('p').publish('t/x', `${n}`, 1);
    const back = ['a', 'b'].map((clientId) => hub.dialIn().connect5(clientId, {}, { clean: false }));
    expect(back.map((peer) => peer.messages())).toEqual([['t/x 0'], ['t/x 1']]);
  });

  it('completes QoS 2 with the client it began with, after it came back [5.0/MQTT-4.8.2-4] [trap 37]', () => {
    const hub = new Hub();
    const a = member(hub, 'a');
    const b = member(hub, 'b');
    hub.client('p').publish('t/x', 'y', 2);
    a.lose();
    expect(b.take()).toEqual([]);
    a.take();
    const again = hub.dialIn().connect5('a', {}, { clean: false });
    expect(again.publishes()).toMatchObject([{ qos: 2, dup: true }]);
  });

  it('gives what was in flight at QoS 1 to another when the session ends, and QoS 2 to nobody [5.0/MQTT-4.8.2-5]', () => {
    for (const [qos, handed] of [
      [1, ['t/x y']],
      [2, []],
    ] as const) {
      const hub = new Hub();
      const a = member(hub, 'a');
      const b = member(hub, 'b');
      hub.client('p').publish('t/x', 'y', qos);
      a.lose();
      hub.advance(60 * SECOND);
      expect(b.messages()).toEqual(handed);
    }
  });

  it('gives what was never sent to another when the session ends, in its order', () => {
    const hub = new Hub();
    member(hub, 'a').lose();
    for (let n = 0; n < 3; n++) hub.client('p').publish('t/x', `${n}`, 2);
    const b = member(hub, 'b');
    hub.dialIn().connect5('a');
    expect(b.messages()).toEqual(['t/x 0', 't/x 1', 't/x 2']);
    b.lose();
    // Nobody is left.
    hub.dialIn().connect5('b');
    expect(hub.machine.subscriptions).toBe(0);
  });

  it('gives it to another at the QoS that this one was granted, of what was published [5.0/MQTT-4.8.2-3]', () => {
    const hub = new Hub();
    const a = member(hub, 'a', 1);
    hub.client('p').publish('t/x', 'y', 2);
    expect(a.publishes().map(({ qos }) => qos)).toEqual([1]);
    const b = member(hub, 'b', 2);
    hub.dialIn().connect5('a');
    expect(b.publishes().map(({ qos }) => qos)).toEqual([2]);
  });

  it('gives a message that was refused to nobody else [5.0/MQTT-4.8.2-6] [trap 37]', () => {
    const hub = new Hub();
    const a = member(hub, 'a');
    const b = member(hub, 'b');
    hub.client('p').publish('t/x', 'y', 1);
    a.send({ type: 'puback', packetId: a.publishes()[0]!.packetId!, reasonCode: 0x97 });
    a.lose();
    hub.advance(60 * SECOND);
    expect(b.take()).toEqual([]);
  });

  it('survives a restart, and ends with UNSUBSCRIBE', () => {
    const hub = new Hub();
    member(hub, 'a');
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    const a = again.dialIn().connect5('a', {}, { clean: false });
    const b = member(again, 'b');
    for (let n = 0; n < 2; n++) again.client('p').publish('t/x', `${n}`);
    expect([a.messages(), b.messages()]).toEqual([['t/x 0'], ['t/x 1']]);
    a.send({ type: 'unsubscribe', packetId: 1, filters: ['t/+', SHARED] });
    expect(a.takeOne('unsuback').reasonCodes).toEqual([0x11, 0]);
    for (let n = 2; n < 4; n++) again.client('p').publish('t/x', `${n}`);
    expect([a.messages(), b.messages()]).toEqual([[], ['t/x 2', 't/x 3']]);
  });

  it('takes turns on when a member before the next one leaves', () => {
    const hub = new Hub();
    const [a, b, c] = ['a', 'b', 'c'].map((clientId) => member(hub, clientId));
    const publisher = hub.client('p');
    publisher.publish('t/x', '0');
    publisher.publish('t/x', '1');
    a!.send({ type: 'unsubscribe', packetId: 5, filters: [SHARED] });
    publisher.publish('t/x', '2');
    publisher.publish('t/x', '3');
    expect([b!.messages(), c!.messages()]).toEqual([['t/x 1', 't/x 3'], ['t/x 2']]);
  });

  it('becomes an ordinary one, and is one again, when its client changes the version and subscribes', () => {
    const hub = new Hub();
    const filter = '$share/g/t/x';
    member(hub, 'a', 0, filter);
    const older = hub.client('a', { clean: false });
    hub.client('p').publish('t/x', '1');
    older.subscribe(filter);
    hub.client('p').publish('t/x', '2');
    expect(older.messages()).toEqual(['t/x 1']);
    const newer = member(hub, 'a', 0, filter);
    hub.client('p').publish('t/x', '3');
    expect(newer.messages()).toEqual(['t/x 3']);
    expect(hub.machine.subscriptions).toBe(1);
  });

  it('of the $SYS tree is told what changes', () => {
    const hub = new Hub();
    const peer = member(hub, 'a', 0, '$share/g/$SYS/broker/clients/total');
    hub.client('b');
    hub.advance(10 * SECOND);
    expect(peer.messages()).toEqual(['$SYS/broker/clients/total 2']);
  });
});
