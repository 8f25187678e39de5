import { describe, expect, it } from 'vitest';
import { bytes, diskWith, Hub, type Peer, SECOND } from './hub.ts';

const will = { topic: 'will/a', payload: bytes('gone'), qos: 1 as const };

/** A hub with somebody who hears wills, and a client that has one. */
function scene(options = {}): { hub: Hub; hearer: Peer; peer: Peer } {
  const hub = new Hub(options);
  const hearer = hub.client('hearer');
  hearer.subscribe('will/#');
  const peer = hub.client('a', { will, keepAlive: 10 });
  return { hub, hearer, peer };
}

describe('a will', () => {
  const ends: Record<string, (hub: Hub, peer: Peer) => void> = {
    'the network resets': (hub, peer) => hub.end(peer.connection, 'reset'),
    'the network times out': (hub, peer) => hub.end(peer.connection, 'timed-out'),
    'the client closes without DISCONNECT': (hub, peer) => hub.end(peer.connection, 'finished'),
    'the client breaks the protocol': (_hub, peer) => peer.sendBytes(0x00, 0x00),
    'the client sends a malformed packet': (_hub, peer) => peer.sendBytes(0x36, 0x00),
    'the client connects twice on one connection': (_hub, peer) => peer.connect('a'),
    'the client sends a DISCONNECT with reserved flags': (_hub, peer) => peer.sendBytes(0xe1, 0x00),
    'the client is silent for too long': (hub) => hub.advance(15 * SECOND),
    'the client sends a packet that is too large': (_hub, peer) =>
      peer.sendBytes(0x30, 0xff, 0xff, 0xff, 0x7f),
    'the client takes nothing': (hub, peer) => {
      hub.backlogs.set(peer.connection, 1e9);
      peer.sendBytes(0xc0, 0);
    },
    'the same client connects again': (hub) => {
      hub.client('a');
    },
  };
  for (const [end, happen] of Object.entries(ends)) {
    it(`is published once when ${end} [3.1.1/MQTT-3.1.2-8] [3.1.1/MQTT-3.1.2-10]`, () => {
      const { hub, hearer, peer } = scene();
      happen(hub, peer);
      expect(hearer.publishes()).toMatchObject([{ topic: 'will/a', qos: 1, retain: false }]);
      // The pump tells of an end this side has made; it must not count again [3.1.1/MQTT-3.1.2-10].
      hub.end(peer.connection, 'closed');
      hub.advance(100 * SECOND);
      expect(hearer.take()).toEqual([]);
    });
  }

  it('is not published after DISCONNECT [3.1.1/MQTT-3.14.4-3] [trap 17]', () => {
    const { hub, hearer, peer } = scene();
    peer.disconnect();
    hub.end(peer.connection, 'finished');
    hub.advance(100 * SECOND);
    expect(hearer.take()).toEqual([]);
  });

  it('is not there without the flag [3.1.1/MQTT-3.1.2-12], also when an earlier connection had one', () => {
    const { hub, hearer, peer } = scene();
    peer.disconnect();
    hub.client('a').lose();
    expect(hearer.take()).toEqual([]);
  });

  it('of a refused CONNECT is not published', () => {
    const { hub, hearer } = scene();
    hub.client('', { clean: false, will });
    expect(hearer.take()).toEqual([]);
  });

  it('is the one of its own connection after a takeover [trap 13]', () => {
    const { hub, hearer } = scene();
    const second = hub.client('a', { will: { ...will, payload: bytes('second') } });
    expect(hearer.messages()).toEqual(['will/a gone']);
    second.lose();
    expect(hearer.messages()).toEqual(['will/a second']);
  });

  it('is retained exactly when it says so [3.1.1/MQTT-3.1.2-16] [3.1.1/MQTT-3.1.2-17]', () => {
    for (const retain of [false, true]) {
      const { hub, hearer } = scene();
      hub.client('b', { will: { ...will, retain } }).lose();
      expect(hearer.publishes()).toMatchObject([{ retain: false }]);
      const late = hub.client('late');
      late.subscribe('will/#');
      expect(late.publishes()).toMatchObject(retain ? [{ retain: true }] : []);
    }
  });

  it('that is empty and retained clears the topic', () => {
    const { hub } = scene();
    hub.client('b').publish('will/a', 'old', 0, { retain: true });
    hub.client('c', { will: { topic: 'will/a', payload: bytes(''), retain: true } }).lose();
    expect(hub.machine.retained).toBe(0);
  });

  it('reaches the session of its own client, which is away by then', () => {
    const hub = new Hub();
    const peer = hub.client('a', { clean: false, will });
    peer.subscribe('will/#');
    peer.lose();
    expect(hub.client('a', { clean: false }).messages()).toEqual(['will/a gone']);
  });

  it('to a topic of the server goes nowhere', () => {
    const hub = new Hub();
    const hearer = hub.client('hearer');
    hearer.subscribe('$SYS/x');
    hub.client('b', { will: { ...will, topic: '$SYS/x' } }).lose();
    expect(hearer.take()).toEqual([]);
    expect(hub.rules()).toEqual(['3.1.1/MQTT-3.3.5-2']);
  });

  it('above the maximum QoS refuses the CONNECT without a code [3.1.1/MQTT-3.2.2-6]', () => {
    const hub = new Hub({ maximumQoS: 0 });
    const peer = hub.client('a', { will });
    expect(peer.connack).toBeUndefined();
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['limit.maximumQoS']);
  });
});

describe('a will whose broker lost power', () => {
  it('is published by the restart, once, to sessions that are kept and to retained topics', () => {
    const hub = new Hub();
    hub.client('hearer', { clean: false }).subscribe('will/#');
    hub.client('a', { will: { ...will, retain: true } });
    hub.client('b', { clean: false, will: { ...will, topic: 'will/b' } });
    hub.client('c', { will: { ...will, topic: 'will/c' } }).disconnect();
    const again = new Hub({}, { disk: diskWith(hub.batches) });
    expect(again.client('hearer', { clean: false }).messages()).toEqual(['will/a gone', 'will/b gone']);
    const late = again.client('late');
    late.subscribe('will/#');
    expect(late.messages()).toEqual(['will/a gone']);
    const third = new Hub({}, { disk: diskWith([...hub.batches, ...again.batches]) });
    third.client('a').lose();
    third.client('b').lose();
    // The earlier copies are re-delivered as they were not acknowledged; nothing is new.
    expect(third.client('hearer', { clean: false }).messages()).toEqual(['will/a gone', 'will/b gone']);
  });

  it('that was published before the power cut is not published again [3.1.1/MQTT-3.1.2-10]', () => {
    const hub = new Hub();
    hub.client('a', { will }).lose();
    const again = new Hub({}, { disk: diskWith(hub.batches) });
    expect(again.notes.filter((note) => note.step === 'will')).toEqual([]);
  });

  it('is lost when nothing is stored', () => {
    const hub = new Hub({ durability: 'none' });
    hub.client('a', { will });
    expect(hub.batches ?? []).toEqual([]);
  });
});
