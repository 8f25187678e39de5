import { describe, expect, it } from 'vitest';
import { Hub, SECOND } from './hub.ts';

describe('keep alive', () => {
  it('closes a client that is silent for one and a half times its value, no earlier [3.1.1/MQTT-3.1.2-24] [trap 40]', () => {
    const hub = new Hub();
    hub.advance(7);
    const peer = hub.client('a', { keepAlive: 10 });
    hub.advance(15 * SECOND - 1);
    expect(peer.closed).toBe(false);
    hub.advance(1);
    expect(peer.closed).toBe(true);
    expect(hub.rules()).toEqual(['3.1.1/MQTT-3.1.2-24']);
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('has a factor: 2.5 as EMQX ships it in places, and one that is no round number', () => {
    for (const [factor, micros] of [
      [2.5, 25_000_000],
      [1.1, 11_000_001],
      [1, 10_000_000],
    ] as const) {
      const hub = new Hub({ keepAliveFactor: factor });
      const peer = hub.client('a', { keepAlive: 10 });
      // 10 s times 1.1 is a hair above 11 s in binary: it may be late by a microsecond and never early.
      hub.advance(Math.min(micros, 10_000_000 * factor) - 2);
      expect(peer.closed, `${factor}`).toBe(false);
      hub.advance(3);
      expect(peer.closed, `${factor}`).toBe(true);
    }
  });

  it('is reset by any packet [trap 40]', () => {
    const packets = [
      [0xc0, 0],
      [0x30, 3, 0, 1, 0x78],
      [0x32, 5, 0, 1, 0x78, 0, 1],
      [0x40, 2, 0, 9],
      [0x62, 2, 0, 9],
      [0x82, 6, 0, 1, 0, 1, 0x78, 0],
      [0xa2, 5, 0, 1, 0, 1, 0x78],
    ];
    for (const packet of packets) {
      const hub = new Hub();
      const peer = hub.client('a', { keepAlive: 10 });
      hub.advance(14 * SECOND);
      peer.sendBytes(...packet);
      hub.advance(15 * SECOND - 1);
      expect(peer.closed, `packet type ${packet[0]}`).toBe(false);
      hub.advance(1);
      expect(peer.closed, `packet type ${packet[0]}`).toBe(true);
    }
  });

  it('is not reset by a part of a packet', () => {
    const hub = new Hub();
    const peer = hub.client('a', { keepAlive: 10 });
    hub.advance(14 * SECOND);
    peer.sendBytes(0xc0);
    hub.advance(SECOND);
    expect(peer.closed).toBe(true);
  });

  it('of 0 is off and has no wake [trap 40]', () => {
    const hub = new Hub();
    const peer = hub.client('a', { keepAlive: 0 });
    expect(hub.pendingWakes.size).toBe(0);
    hub.advance(1e12);
    expect(peer.closed).toBe(false);
  });

  it('costs a busy client one wake in a keep alive time, and a connection never has two', () => {
    const hub = new Hub();
    let asked = 0;
    const { wake } = hub;
    hub.wake = (key, at) => {
      asked++;
      wake.call(hub, key, at);
    };
    const peer = hub.client('a', { keepAlive: 10 });
    const before = asked;
    for (let i = 0; i < 300; i++) {
      peer.send({ type: 'pingreq' });
      expect(hub.pendingWakes.size).toBe(1);
      hub.advance(SECOND);
    }
    expect(peer.closed).toBe(false);
    expect(asked - before).toBeLessThanOrEqual(300 / 14 + 2);
    peer.disconnect();
    expect(hub.pendingWakes.size).toBe(0);
  });

  it('of the shortest value is shorter than the time for CONNECT, and counts from CONNECT', () => {
    const hub = new Hub();
    const peer = hub.dialIn();
    hub.advance(SECOND);
    peer.connect('a', { keepAlive: 1 });
    hub.advance(1.5 * SECOND - 1);
    expect(peer.closed).toBe(false);
    hub.advance(1);
    expect(peer.closed).toBe(true);
  });

  it('closes by a reset: nobody is there to say goodbye to', () => {
    const hub = new Hub();
    hub.client('a', { keepAlive: 1 });
    hub.advance(1.5 * SECOND);
    expect(hub.ofKind('close')).toMatchObject([{ manner: 'abort' }]);
  });
});
