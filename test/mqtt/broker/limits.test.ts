import { describe, expect, it } from 'vitest';
import { Hub, text } from './hub.ts';

describe('a limit', () => {
  it('of connections closes one more at once', () => {
    const hub = new Hub({ limits: { connections: 1 } });
    const first = hub.dialIn();
    expect(hub.dialIn().closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.connections']);
    hub.end(first.connection);
    expect(hub.dialIn().closed).toBe(false);
  });

  it('of sessions refuses a new client with return code 3, and lets the known ones in', () => {
    const hub = new Hub({ limits: { sessions: 1 } });
    hub.client('a', { clean: false }).lose();
    const refused = hub.client('b');
    expect(refused.connack).toEqual({ type: 'connack', sessionPresent: false, reasonCode: 3 });
    expect(refused.closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.sessions']);
    expect(hub.client('a', { clean: false }).connack?.reasonCode).toBe(0);
    expect(hub.client('a', { clean: true }).connack?.reasonCode).toBe(0);
  });

  it('of the packet size closes as soon as the length is known', () => {
    const hub = new Hub({ limits: { packetSize: 100 } });
    const peer = hub.client('a');
    peer.publish('x', 'y'.repeat(95));
    expect(peer.closed).toBe(false);
    peer.sendBytes(0x30, 99);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.packetSize']);
  });

  it('of the backlog drops QoS 0 and holds QoS 1 and 2 back until the connection has drained', () => {
    const hub = new Hub({ limits: { backlog: 1000 } });
    const peer = hub.client('a');
    peer.subscribe('x');
    const publisher = hub.client('publisher');
    hub.backlogs.set(peer.connection, 1001);
    publisher.publish('x', 'dropped', 0);
    publisher.publish('x', 'one', 1);
    publisher.publish('x', 'two', 2);
    expect(peer.take()).toEqual([]);
    expect(hub.notes.filter((note) => note.rule === 'limit.backlog')).toMatchObject([
      { step: 'dropped', client: 'a', topic: 'x' },
    ]);
    // What is behind the queue waits for its turn even when the connection could take it.
    hub.backlogs.set(peer.connection, 1000);
    publisher.publish('x', 'three', 1);
    expect(peer.take()).toEqual([]);
    hub.drain(peer.connection);
    expect(peer.publishes().map((publish) => text(publish.payload))).toEqual(['one', 'two', 'three']);
    publisher.publish('x', 'four', 0);
    expect(peer.messages()).toEqual(['x four']);
  });

  it('of the backlog holds for what is retained, too', () => {
    const hub = new Hub({ limits: { backlog: 1000 } });
    const publisher = hub.client('publisher');
    publisher.publish('r/0', 'x', 0, { retain: true });
    publisher.publish('r/1', 'x', 1, { retain: true });
    const peer = hub.client('a');
    hub.backlogs.set(peer.connection, 1001);
    expect(peer.subscribe('r/#')).toEqual([2]);
    expect(peer.take()).toEqual([]);
    hub.drain(peer.connection);
    expect(peer.messages()).toEqual(['r/1 x']);
  });

  it('of the backlog, passed by one message that may be as large, closes nobody', () => {
    const hub = new Hub({ limits: { backlog: 1000, packetSize: 100_000 } });
    const peer = hub.client('a');
    peer.subscribe('x');
    hub.client('publisher').publish('x', 'y'.repeat(90_000), 1);
    expect(peer.publishes()).toHaveLength(1);
    hub.backlogs.set(peer.connection, 90_009);
    peer.send({ type: 'pingreq' });
    expect(peer.closed).toBe(false);
  });

  it('of the backlog, passed by far, closes who asks on and takes nothing [3.1.1/MQTT-4.8.0-2]', () => {
    const hub = new Hub({ limits: { backlog: 1000, packetSize: 500 } });
    const peer = hub.client('a');
    hub.backlogs.set(peer.connection, 4500);
    peer.send({ type: 'pingreq' });
    expect(peer.closed).toBe(false);
    hub.backlogs.set(peer.connection, 4501);
    peer.send({ type: 'pingreq' });
    expect(peer.closed).toBe(true);
    expect(hub.ofKind('close')).toMatchObject([{ manner: 'abort' }]);
    expect(hub.rules()).toEqual(['limit.backlog']);
  });

  it('of the backlog counts what waits for the disk, and goes on when it is stored', () => {
    const hub = new Hub({ limits: { backlog: 100 } }, { sync: 'by-hand' });
    const peer = hub.dialIn();
    peer.connect('a', { clean: false });
    hub.sync();
    peer.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'x', qos: 2 }] });
    hub.sync();
    hub.take();
    const publisher = hub.dialIn();
    publisher.connect('publisher');
    hub.sync();
    for (let i = 0; i < 6; i++) publisher.publish('x', `${i}`.repeat(50), 2);
    expect(peer.take()).toEqual([]);
    // Two messages are more than the limit, so it takes three turns of the disk.
    for (const payloads of ['01', '23', '45']) {
      hub.sync();
      expect(
        peer
          .publishes()
          .map((publish) => text(publish.payload)[0])
          .join(''),
      ).toBe(payloads);
    }
  });
});
