import { describe, expect, it } from 'vitest';
import { Hub } from './hub.ts';

describe('what an attentive sink is told', () => {
  it('is the state of each session, of subscriptions, retained messages and clients', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const peer = hub.client('a', { clean: false });
    peer.subscribe({ filter: 'x/#', qos: 2 });
    const publisher = hub.client('b');
    publisher.publish('x/y', 'one', 1, { retain: true });
    publisher.publish('x/y', 'two', 2, { packetId: 9 });
    expect(Object.fromEntries(hub.observed)).toEqual({
      'clients a': 'connected',
      'clients b': 'connected',
      'session/a clean': false,
      'session/a connection': peer.connection,
      'session/a inflight/1': 'PUBACK',
      'session/a queue/length': 1,
      'session/a subscriptions/x/#': 2,
      'session/b clean': true,
      'session/b connection': publisher.connection,
      'session/b received/9': 'PUBREC',
      'subscriptions x/#': 1,
      'retained x/y': 'one (QoS 1)',
    });
    peer.lose();
    publisher.publish('x/y', '', 0, { retain: true });
    publisher.lose();
    expect(Object.fromEntries(hub.observed)).toMatchObject({
      'clients a': 'away',
      'session/a queue/length': 1,
    });
    hub.client('a', { clean: true }).disconnect();
    expect(Object.fromEntries(hub.observed)).toEqual({});
  });

  it('is the way of a message in steps', () => {
    const hub = new Hub();
    const away = hub.client('away', { clean: false });
    away.subscribe('x');
    away.disconnect();
    hub.notes.length = 0;
    hub.client('b').publish('x', 'm', 1, { retain: true });
    expect(hub.notes.map((note) => [note.step, note.client, note.topic])).toEqual([
      ['session', 'b', undefined],
      ['accepted', 'b', 'x'],
      ['retained', undefined, 'x'],
      ['queued', 'away', 'x'],
      ['routed', 'b', 'x'],
    ]);
  });

  it('is nothing for one that is not', () => {
    const hub = new Hub({ limits: { queue: 0, retained: 0 } }, { attentive: false });
    const away = hub.client('away', { clean: false, will: { topic: 'w', retain: true } });
    away.subscribe('x', '$SYS/#');
    away.lose();
    const peer = hub.client('b');
    peer.publish('x', 'm', 1, { retain: true });
    peer.sendBytes(0, 0);
    expect(hub.notes).toEqual([]);
    expect(hub.observed.size).toBe(0);
  });

  it('comes back with the state after a restart', () => {
    const hub = new Hub();
    hub.client('a', { clean: false }).subscribe({ filter: 'x', qos: 1 });
    hub.client('b').publish('x', 'm', 1, { retain: true });
    hub.disk.die('crash');
    const again = new Hub({}, { disk: hub.disk });
    expect(Object.fromEntries(again.observed)).toEqual({
      'clients a': 'away',
      'session/a clean': false,
      'session/a inflight/1': 'PUBACK',
      'session/a queue/length': 0,
      'session/a subscriptions/x': 1,
      'subscriptions x': 1,
      'retained x': 'm (QoS 1)',
    });
  });
});

describe('debts', () => {
  it('name what is unfinished with the clients that are connected', () => {
    const hub = new Hub({ limits: { inflight: 3 } });
    hub.dialIn();
    const peer = hub.client('a');
    peer.subscribe('x');
    peer.publish('x', '1', 1);
    peer.publish('x', '2', 2, { packetId: 7 });
    peer.publish('x', '3', 2, { packetId: 8 });
    peer.publish('x', '4', 1);
    peer.send({ type: 'pubrec', packetId: 2 }, { type: 'pubrel', packetId: 8 });
    expect(hub.machine.debts()).toEqual([
      { entity: 'connection/1', awaits: 'CONNECT' },
      { entity: 'session/a', awaits: 'PUBCOMP of identifier 2' },
      { entity: 'session/a', awaits: 'PUBACK of identifier 1' },
      { entity: 'session/a', awaits: 'PUBREC of identifier 3' },
      { entity: 'session/a', awaits: 'its turn for a queued message to x' },
    ]);
    peer.lose();
    hub.end(1);
    expect(hub.machine.debts()).toEqual([]);
  });
});
