import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/mqtt/session/backlog.ts';
import { Exchange } from '../../../src/mqtt/session/exchange.ts';
import type { Message } from '../../../src/mqtt/session/message.ts';

let serial = 0;
const exchange = (qos: 0 | 1 | 2, bytes: number): Exchange<Message> =>
  new Exchange(++serial, { topic: 't', payload: new Uint8Array(bytes - 1), qos, retain: false });

describe('a backlog', () => {
  it('is full of messages or full of bytes, and has room again when one leaves', () => {
    const backlog = new Backlog<Message>(2, 100);
    const { message } = exchange(1, 60);
    expect(backlog.fullFor(message!)).toBeUndefined();
    backlog.push(exchange(1, 60));
    expect(backlog.fullFor(message!)).toBe('full-of-bytes');
    expect(backlog.fullFor(exchange(1, 40).message!)).toBeUndefined();
    backlog.push(exchange(1, 40));
    expect(backlog.fullFor(exchange(1, 1).message!)).toBe('full');
    backlog.shift();
    expect(backlog.fullFor(message!)).toBeUndefined();
  });

  it('knows whether something of QoS 0 waits', () => {
    const backlog = new Backlog<Message>(10, 100);
    backlog.push(exchange(0, 1));
    backlog.push(exchange(2, 1));
    expect(backlog.withoutQoS0).toBe(false);
    backlog.shift();
    expect(backlog.withoutQoS0).toBe(true);
  });

  it('takes back in front, whatever its limits are, and counts what it took', () => {
    const backlog = new Backlog<Message>(1, 10);
    const later = exchange(1, 10);
    backlog.push(later);
    const earlier = [exchange(1, 5), exchange(0, 5)];
    backlog.prepend(earlier);
    expect(backlog.toArray()).toEqual([...earlier, later]);
    expect(backlog.withoutQoS0).toBe(false);
    backlog.clear();
    expect([backlog.length, backlog.first(), backlog.withoutQoS0]).toEqual([0, undefined, true]);
    expect(backlog.fullFor(later.message!)).toBeUndefined();
  });
});
