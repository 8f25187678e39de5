import { describe, expect, it } from 'vitest';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import type { Exchange } from '../../../src/mqtt/session/exchange.ts';
import type { Message } from '../../../src/mqtt/session/message.ts';
import { Outgoing } from '../../../src/mqtt/session/outgoing.ts';
import { PacketIds } from '../../../src/mqtt/session/packet-ids.ts';
import type { SenderPort } from '../../../src/mqtt/session/sender-port.ts';

const payload = new Uint8Array();
const message = (topic: string, qos: QoS): Message => ({ topic, payload, qos, retain: false });

/** A sender half whose packets are words: `PUBLISH a 1`, `PUBLISH DUP a 1`, `PUBREL 1`. */
class Sender implements SenderPort<Message> {
  readonly sent: string[] = [];
  readonly finishedTopics: string[] = [];
  readonly strays: string[] = [];
  readonly observed = new Map<string, unknown>();
  readonly attentive = true;
  readonly ids = new PacketIds();
  readonly outgoing: Outgoing<Message>;
  ready = true;
  /** False stands for an outbox that waits for the disk. */
  transmits = true;
  refused = new Set<string>();

  constructor(queueLimit = 100) {
    this.outgoing = new Outgoing<Message>(this, this.ids, undefined, queueLimit);
  }

  offer(topic: string, qos: QoS) {
    return this.outgoing.offer(message(topic, qos));
  }

  take(): string[] {
    return this.sent.splice(0);
  }

  writable(): boolean {
    return this.ready;
  }

  admits(exchange: Exchange<Message>): boolean {
    return !this.refused.has(exchange.message!.topic);
  }

  publish({ topic, qos }: Message, exchange: Exchange<Message>, dup: boolean): void {
    this.sent.push(`PUBLISH${dup ? ' DUP' : ''} ${topic}${qos > 0 ? ` ${exchange.packetId}` : ''}`);
    if (this.transmits) exchange.transmitted();
  }

  release(packetId: number, reasonCode: number): void {
    this.sent.push(`PUBREL ${packetId}${reasonCode === 0 ? '' : ` ${reasonCode}`}`);
  }

  finished(exchange: Exchange<Message>): void {
    this.finishedTopics.push(exchange.message!.topic);
  }

  stray(type: string, packetId: number): void {
    this.strays.push(`${type} ${packetId}`);
  }

  observe(key: string, value: unknown): void {
    if (value === undefined) this.observed.delete(key);
    else this.observed.set(key, value);
  }
}

function connected(limit = 10, queueLimit = 100): Sender {
  const sender = new Sender(queueLimit);
  sender.outgoing.resume(limit);
  return sender;
}

describe('Outgoing', () => {
  it('sends QoS 1 once, and frees the identifier on PUBACK [3.1.1/MQTT-2.3.1-3] [3.1.1/MQTT-4.3.2-1]', () => {
    const sender = connected();
    expect(sender.offer('a', 1)).toBe('sent');
    expect(sender.take()).toEqual(['PUBLISH a 1']);
    expect(sender.ids.has(1)).toBe(true);
    expect(sender.outgoing.puback(1, 0)).toBeUndefined();
    expect(sender.finishedTopics).toEqual(['a']);
    expect(sender.ids.has(1)).toBe(false);
  });

  it('takes QoS 2 through PUBREC and PUBCOMP, and keeps the identifier until the end [3.1.1/MQTT-2.3.1-3] [3.1.1/MQTT-4.3.3-1]', () => {
    const sender = connected();
    sender.offer('a', 2);
    sender.outgoing.pubrec(1, 0);
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBREL 1']);
    expect(sender.ids.has(1)).toBe(true);
    expect(sender.finishedTopics).toEqual([]);
    sender.outgoing.pubcomp(1);
    expect(sender.finishedTopics).toEqual(['a']);
    expect(sender.ids.has(1)).toBe(false);
  });

  it('holds back only QoS above 0 when the window is full, and keeps the order of what it held back', () => {
    const sender = connected(2);
    for (const topic of ['a', 'b', 'c', 'd']) sender.offer(topic, 1);
    sender.offer('zero', 0);
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBLISH b 2', 'PUBLISH zero']);
    expect(sender.outgoing.queuedCount).toBe(2);
    sender.outgoing.puback(1, 0);
    expect(sender.take()).toEqual(['PUBLISH c 3']);
    sender.outgoing.puback(2, 0);
    expect(sender.take()).toEqual(['PUBLISH d 4']);
  });

  it('gives room back on PUBACK and PUBCOMP, not on a PUBREC that succeeds [trap 30]', () => {
    const sender = connected(1);
    sender.offer('a', 2);
    sender.offer('b', 1);
    sender.outgoing.pubrec(1, 0);
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBREL 1']);
    sender.outgoing.pubcomp(1);
    expect(sender.take()).toEqual(['PUBLISH b 2']);
  });

  it('ends the exchange on PUBREC of 0x80 and above: no PUBREL, no repetition, room and identifier free [trap 32]', () => {
    const sender = connected(1);
    sender.offer('a', 2);
    sender.offer('b', 1);
    sender.outgoing.pubrec(1, 0x97);
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBLISH b 2']);
    expect(sender.ids.has(1)).toBe(false);
    sender.outgoing.suspend();
    sender.outgoing.resume(1);
    expect(sender.take()).toEqual(['PUBLISH DUP b 2']);
  });

  it('re-sends on resuming what is unacknowledged: PUBREL in the order of PUBRECs, PUBLISH with DUP in its own', () => {
    const sender = connected();
    for (const topic of ['a', 'b', 'c', 'd']) sender.offer(topic, 2);
    sender.offer('e', 1);
    sender.outgoing.pubrec(3, 0);
    sender.outgoing.pubrec(1, 0);
    sender.take();
    sender.outgoing.suspend();
    expect(sender.take()).toEqual([]);
    sender.outgoing.resume(10);
    expect(sender.take()).toEqual([
      'PUBREL 3',
      'PUBREL 1',
      'PUBLISH DUP b 2',
      'PUBLISH DUP d 4',
      'PUBLISH DUP e 5',
    ]);
  });

  it('sends without DUP what had an identifier and was never written', () => {
    const sender = connected();
    sender.offer('a', 2);
    sender.transmits = false;
    sender.offer('b', 2);
    sender.take();
    sender.outgoing.suspend();
    sender.outgoing.resume(10);
    expect(sender.take()).toEqual(['PUBLISH DUP a 1', 'PUBLISH b 2']);
  });

  it('re-sends no more at once than the new connection takes, and new messages only after that', () => {
    const sender = connected(3);
    for (const topic of ['a', 'b', 'c', 'd']) sender.offer(topic, 1);
    sender.take();
    sender.outgoing.suspend();
    sender.outgoing.resume(1);
    sender.offer('zero', 0);
    expect(sender.take()).toEqual(['PUBLISH DUP a 1', 'PUBLISH zero']);
    sender.outgoing.puback(1, 0);
    expect(sender.take()).toEqual(['PUBLISH DUP b 2']);
    sender.outgoing.puback(2, 0);
    expect(sender.take()).toEqual(['PUBLISH DUP c 3']);
    sender.outgoing.puback(3, 0);
    expect(sender.take()).toEqual(['PUBLISH d 4']);
  });

  it('never lets a live message overtake the backlog', () => {
    const sender = new Sender();
    sender.offer('a', 1);
    sender.offer('b', 1);
    sender.outgoing.resume(1);
    sender.offer('c', 1);
    expect(sender.take()).toEqual(['PUBLISH a 1']);
    sender.outgoing.puback(1, 0);
    sender.outgoing.puback(2, 0);
    expect(sender.take()).toEqual(['PUBLISH b 2', 'PUBLISH c 3']);
  });

  it('keeps messages of QoS 0 in order among themselves', () => {
    const sender = new Sender();
    sender.offer('a', 1);
    sender.offer('b', 1);
    sender.offer('zero 1', 0);
    sender.outgoing.resume(1);
    sender.offer('zero 2', 0);
    sender.outgoing.puback(1, 0);
    sender.offer('zero 3', 0);
    expect(sender.take()).toEqual([
      'PUBLISH a 1',
      'PUBLISH b 2',
      'PUBLISH zero 1',
      'PUBLISH zero 2',
      'PUBLISH zero 3',
    ]);
  });

  it('refuses one message more than its queue holds', () => {
    const sender = connected(1, 2);
    expect(['a', 'b', 'c', 'd'].map((topic) => sender.offer(topic, 1))).toEqual([
      'sent',
      'queued',
      'queued',
      'full',
    ]);
    expect(sender.offer('zero', 0)).toBe('sent');
  });

  it('waits while the connection is clogged, and goes on when told', () => {
    const sender = connected();
    sender.ready = false;
    expect([sender.offer('a', 1), sender.offer('zero', 0)]).toEqual(['queued', 'queued']);
    sender.outgoing.fill();
    expect(sender.take()).toEqual([]);
    sender.ready = true;
    sender.outgoing.fill();
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBLISH zero']);
  });

  it('takes messages to be new ones when the session is lost, and those with a PUBREC to be done', () => {
    const sender = connected(3);
    for (const topic of ['a', 'b', 'c', 'd']) sender.offer(topic, 2);
    sender.outgoing.pubrec(1, 0);
    sender.take();
    sender.outgoing.suspend();
    sender.outgoing.startOver();
    expect(sender.finishedTopics).toEqual(['a']);
    expect(sender.ids.size).toBe(0);
    sender.outgoing.resume(3);
    expect(sender.take()).toEqual(['PUBLISH b 4', 'PUBLISH c 5', 'PUBLISH d 6']);
  });

  it('skips what the receiver cannot take as if it were delivered', () => {
    const sender = connected(1);
    sender.refused.add('big');
    sender.offer('a', 1);
    sender.offer('big', 1);
    sender.offer('b', 1);
    sender.take();
    sender.outgoing.puback(1, 0);
    expect(sender.take()).toEqual(['PUBLISH b 2']);
    sender.refused.add('b');
    sender.outgoing.suspend();
    sender.outgoing.resume(1);
    expect(sender.take()).toEqual([]);
    expect(sender.ids.size).toBe(0);
  });

  it('never reuses an identifier in flight, also when requests hold nearly all of them', () => {
    const sender = connected(10);
    for (let n = 0; n < 65_534; n++) sender.ids.take();
    sender.offer('a', 1);
    sender.offer('b', 1);
    expect(sender.take()).toEqual(['PUBLISH a 65535']);
    sender.outgoing.puback(65_535, 0);
    expect(sender.take()).toEqual(['PUBLISH b 65535']);
  });

  it('answers every PUBREC with PUBREL: again for one it knows, with 0x92 for one it does not', () => {
    const sender = connected();
    sender.offer('a', 2);
    sender.outgoing.pubrec(1, 0);
    sender.outgoing.pubrec(1, 0);
    sender.outgoing.pubrec(44, 0);
    expect(sender.take()).toEqual(['PUBLISH a 1', 'PUBREL 1', 'PUBREL 1', 'PUBREL 44 146']);
    expect(sender.strays).toEqual(['PUBREC 44']);
  });

  it('ignores PUBACK and PUBCOMP of identifiers that are not in flight', () => {
    const sender = connected();
    expect(sender.outgoing.puback(3, 0)).toBeUndefined();
    expect(sender.outgoing.pubcomp(3)).toBeUndefined();
    expect(sender.strays).toEqual(['PUBACK 3', 'PUBCOMP 3']);
  });

  it('calls an acknowledgement of the wrong kind a violation, and keeps the message', () => {
    const sender = connected();
    sender.offer('a', 1);
    sender.offer('b', 2);
    expect(sender.outgoing.puback(2, 0)?.rules[0]).toBe('3.1.1/MQTT-4.3.3-1');
    expect(sender.outgoing.pubrec(1, 0)?.rules[0]).toBe('3.1.1/MQTT-4.3.2-1');
    expect(sender.outgoing.pubcomp(2)?.rules[0]).toBe('3.1.1/MQTT-4.3.3-1');
    sender.outgoing.pubrec(2, 0);
    expect(sender.outgoing.puback(2, 0)?.rules[0]).toBe('3.1.1/MQTT-4.3.3-1');
    expect(sender.outgoing.inflightCount).toBe(2);
  });

  it('calls an acknowledgement of what was not sent on this connection a violation', () => {
    const sender = connected(2);
    sender.offer('a', 1);
    sender.offer('b', 1);
    sender.outgoing.suspend();
    sender.outgoing.resume(1);
    expect(sender.outgoing.puback(2, 0)?.rules[0]).toBe('3.1.1/MQTT-4.4.0-1');
  });

  it('gives back what was not finished when it is cleared', () => {
    const sender = connected(1);
    sender.offer('a', 1);
    sender.offer('b', 1);
    expect(sender.outgoing.clear().map((exchange) => exchange.message!.topic)).toEqual(['a', 'b']);
    expect([sender.ids.size, sender.outgoing.inflightCount, sender.outgoing.queuedCount]).toEqual([0, 0, 0]);
  });

  it('shows what is in flight, by identifier and what it waits for', () => {
    const sender = connected();
    sender.offer('a', 1);
    sender.offer('b', 2);
    sender.offer('c', 2);
    sender.outgoing.pubrec(3, 0);
    expect(Object.fromEntries(sender.observed)).toEqual({
      'inflight/1': 'PUBACK',
      'inflight/2': 'PUBREC',
      'inflight/3': 'PUBCOMP',
    });
  });
});
