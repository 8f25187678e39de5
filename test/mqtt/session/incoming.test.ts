import { describe, expect, it } from 'vitest';
import type { Publish, QoS } from '../../../src/mqtt/codec/packet.ts';
import { Incoming, type ReceiverPort } from '../../../src/mqtt/session/incoming.ts';

class Receiver implements ReceiverPort {
  readonly log: string[] = [];
  readonly attentive = true;
  readonly observed = new Map<string, unknown>();
  readonly incoming = new Incoming(this, undefined);
  reasonCode = 0;

  publish(topic: string, qos: QoS, packetId?: number, dup = false): string[] {
    const packet: Publish = { type: 'publish', topic, payload: new Uint8Array(), qos, retain: false, dup };
    if (packetId !== undefined) packet.packetId = packetId;
    this.incoming.received(packet);
    return this.log.splice(0);
  }

  release(packetId: number): string[] {
    this.incoming.released(packetId);
    return this.log.splice(0);
  }

  deliver(publish: Publish): number {
    this.log.push(`deliver ${publish.topic}`);
    return this.reasonCode;
  }

  acknowledge(type: string, packetId: number, reasonCode: number): void {
    this.log.push(`${type} ${packetId} ${reasonCode}`);
  }

  observe(key: string, value: unknown): void {
    if (value === undefined) this.observed.delete(key);
    else this.observed.set(key, value);
  }
}

describe('Incoming', () => {
  it('hands on QoS 0 and answers nothing', () => {
    expect(new Receiver().publish('a', 0)).toEqual(['deliver a']);
  });

  it('hands on QoS 1 before it acknowledges', () => {
    expect(new Receiver().publish('a', 1, 7)).toEqual(['deliver a', 'puback 7 0']);
  });

  it('takes the same QoS 1 identifier for a new message after PUBACK, even with DUP', () => {
    const receiver = new Receiver();
    receiver.publish('a', 1, 7);
    expect(receiver.publish('b', 1, 7, true)).toEqual(['deliver b', 'puback 7 0']);
  });

  it('remembers a QoS 2 identifier until PUBREL: a repetition is acknowledged and not handed on', () => {
    const receiver = new Receiver();
    expect(receiver.publish('a', 2, 7)).toEqual(['deliver a', 'pubrec 7 0']);
    expect(receiver.publish('a', 2, 7, true)).toEqual(['pubrec 7 0']);
    expect(receiver.observed.get('received/7')).toBe('PUBREC');
    expect(receiver.release(7)).toEqual(['pubcomp 7 0']);
    expect(receiver.observed.size).toBe(0);
    expect(receiver.publish('b', 2, 7)).toEqual(['deliver b', 'pubrec 7 0']);
  });

  it('answers PUBREL of an unknown identifier with PUBCOMP, 0x92', () => {
    expect(new Receiver().release(9)).toEqual(['pubcomp 9 146']);
  });

  it('forgets the identifier of a message that was refused [5.0/MQTT-4.3.3-9]', () => {
    const receiver = new Receiver();
    receiver.reasonCode = 0x97;
    expect(receiver.publish('a', 2, 7)).toEqual(['deliver a', 'pubrec 7 151']);
    receiver.reasonCode = 0;
    expect(receiver.publish('b', 2, 7)).toEqual(['deliver b', 'pubrec 7 0']);
  });

  it('forgets everything with its session', () => {
    const receiver = new Receiver();
    receiver.publish('a', 2, 7);
    receiver.incoming.clear();
    expect(receiver.incoming.awaitingRelease()).toEqual([]);
    expect(receiver.publish('b', 2, 7)).toEqual(['deliver b', 'pubrec 7 0']);
  });

  it('keeps what a recovered session had received', () => {
    const receiver = new Receiver();
    receiver.incoming.restore([7]);
    expect(receiver.publish('a', 2, 7, true)).toEqual(['pubrec 7 0']);
    expect(receiver.incoming.awaitingReleaseCount).toBe(1);
  });
});
