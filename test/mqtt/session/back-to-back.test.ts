import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Publish, QoS } from '../../../src/mqtt/codec/packet.ts';
import type { Batch } from '../../../src/mqtt/machine.ts';
import { Incoming } from '../../../src/mqtt/session/incoming.ts';
import { Journal } from '../../../src/mqtt/session/journal.ts';
import type { Message } from '../../../src/mqtt/session/message.ts';
import { Outbox } from '../../../src/mqtt/session/outbox.ts';
import { Outgoing } from '../../../src/mqtt/session/outgoing.ts';
import { PacketIds } from '../../../src/mqtt/session/packet-ids.ts';
import { readMessage, writeMessage } from '../../../src/mqtt/session/record.ts';
import {
  MessageRecords,
  RecoveredHalves,
  SessionRecords,
} from '../../../src/mqtt/session/session-records.ts';
import { FakeDisk } from '../pump.ts';

/** On this wire a packet is an object, and its place in a list stands for its bytes. */
type Frame =
  | { type: 'publish'; topic: string; qos: QoS; packetId: number; dup: boolean }
  | { type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'; packetId: number };

const format = { write: writeMessage, read: readMessage };
const ignore = { attentive: false, observe: () => {}, stray: () => {}, writable: () => true };

/** One end of a wire with a durable half on it: what both have in common. */
abstract class End {
  readonly disk: FakeDisk;
  readonly journal: Journal;
  readonly records: SessionRecords<Message>;
  private outbox: Outbox | undefined;
  private readonly frames: Frame[] = [];

  constructor(disk: FakeDisk) {
    this.disk = disk;
    this.journal = new Journal('sync', (batch: Batch) => this.disk.append(batch));
    this.records = new SessionRecords(this.journal, 's/', new MessageRecords<Message>(format));
  }

  recovered(): RecoveredHalves<Message> {
    const halves = new RecoveredHalves<Message>('s/', new MessageRecords<Message>(format));
    for (const [key, value] of this.disk.values()) {
      halves.take(key, value);
      this.journal.recovered(key, value);
    }
    return halves;
  }

  connect(wire: Frame[]): void {
    this.outbox = new Outbox(this.journal, {
      write: (bytes) => void wire.push(this.frames[new DataView(bytes.buffer).getUint32(0)]!),
    });
  }

  disconnect(): void {
    this.outbox?.discard();
    this.outbox = undefined;
  }

  send(frame: Frame, reveals: boolean, transmission?: Parameters<Outbox['send']>[2]): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, this.frames.push(frame) - 1);
    this.outbox?.send(bytes, reveals, transmission);
  }

  sync(): void {
    this.disk.sync(this.disk.written);
    this.journal.stored(this.disk.written);
    this.journal.commit();
  }
}

class Sender extends End {
  readonly outgoing: Outgoing<Message>;

  constructor(disk: FakeDisk) {
    super(disk);
    this.outgoing = new Outgoing<Message>(
      {
        ...ignore,
        admits: () => true,
        publish: ({ topic, qos }, exchange, dup, reveals) =>
          this.send({ type: 'publish', topic, qos, packetId: exchange.packetId, dup }, reveals, exchange),
        release: (packetId) => this.send({ type: 'pubrel', packetId }, true),
        finished: () => {},
      },
      new PacketIds(),
      this.records,
      1000,
    );
    this.outgoing.restore(this.recovered().outgoing());
    this.journal.commit();
  }

  reads(frame: Frame): void {
    const { type, packetId } = frame;
    const violation =
      type === 'puback'
        ? this.outgoing.puback(packetId, 0)
        : type === 'pubrec'
          ? this.outgoing.pubrec(packetId, 0)
          : this.outgoing.pubcomp(packetId);
    expect(violation).toBeUndefined();
    this.journal.commit();
  }
}

class Receiver extends End {
  readonly incoming: Incoming<Message>;

  constructor(disk: FakeDisk, deliver: (topic: string) => void) {
    super(disk);
    this.incoming = new Incoming<Message>(
      {
        ...ignore,
        deliver: ({ topic }) => {
          deliver(topic);
          return 0;
        },
        acknowledge: (type, packetId) => this.send({ type, packetId }, true),
      },
      this.records,
    );
    this.incoming.restore(this.recovered().incoming());
    this.journal.commit();
  }

  reads(frame: Frame): void {
    if (frame.type === 'publish') {
      const { topic, qos, packetId, dup } = frame;
      const packet: Publish = {
        type: 'publish',
        topic,
        qos,
        packetId,
        dup,
        retain: false,
        payload: new Uint8Array(),
      };
      this.incoming.received(packet);
    } else this.incoming.released(frame.packetId);
    this.journal.commit();
  }
}

const WINDOW = 3;

/** The two halves, their disks, and a wire that can break. */
class Couple {
  readonly handed: { topic: string; batch: number; forfeited: boolean }[] = [];
  told: { topic: string; batch: number }[] = [];
  private readonly wires: [forth: Frame[], back: Frame[]] = [[], []];
  private sender = new Sender(new FakeDisk());
  private receiver = this.newReceiver(new FakeDisk());

  constructor() {
    this.connect();
  }

  offer(qos: 1 | 2): void {
    const topic = `${this.handed.length}/${qos}`;
    this.handed.push({ topic, batch: this.sender.disk.length + 1, forfeited: false });
    this.sender.outgoing.offer({ topic, payload: new Uint8Array(), qos, retain: false });
    this.sender.journal.commit();
  }

  forth(): boolean {
    const frame = this.wires[0].shift();
    if (frame !== undefined) this.receiver.reads(frame);
    return frame !== undefined;
  }

  back(): boolean {
    const frame = this.wires[1].shift();
    if (frame !== undefined) this.sender.reads(frame);
    return frame !== undefined;
  }

  syncSender(): boolean {
    const due = this.sender.disk.durable < this.sender.disk.length;
    this.sender.sync();
    return due;
  }

  syncReceiver(): boolean {
    const due = this.receiver.disk.durable < this.receiver.disk.length;
    this.receiver.sync();
    return due;
  }

  cut(): void {
    for (const wire of this.wires) wire.length = 0;
    for (const end of [this.sender, this.receiver]) end.disconnect();
    this.sender.outgoing.suspend();
    this.connect();
  }

  senderDies(end: 'crash' | 'power-cut'): void {
    const { disk } = this.sender;
    disk.die(end);
    for (const message of this.handed) if (message.batch > disk.length) message.forfeited = true;
    this.sender = new Sender(disk);
    this.cut();
  }

  receiverDies(end: 'crash' | 'power-cut'): void {
    const { disk } = this.receiver;
    disk.die(end);
    this.told = this.told.filter(({ batch }) => batch <= disk.length);
    this.receiver = this.newReceiver(disk);
    this.cut();
  }

  heal(): void {
    while (this.syncSender() || this.syncReceiver() || this.forth() || this.back());
    expect(this.sender.outgoing.inflightCount + this.sender.outgoing.queuedCount).toBe(0);
    expect(this.receiver.incoming.awaitingReleaseCount).toBe(0);
  }

  broken(): string[] {
    const problems: string[] = [];
    for (const { topic, forfeited } of this.handed) {
      const copies = this.told.filter((other) => other.topic === topic).length;
      if (copies === 0 && !forfeited) problems.push(`${topic} was lost`);
      if (copies > 1 && topic.endsWith('/2')) problems.push(`${topic} arrived ${copies} times`);
    }
    for (const qos of ['/1', '/2']) {
      const order = [...new Set(this.told.map(({ topic }) => topic).filter((topic) => topic.endsWith(qos)))];
      const sorted = [...order].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
      if (order.join() !== sorted.join()) problems.push(`out of order: ${order}`);
    }
    return problems;
  }

  private connect(): void {
    this.sender.connect(this.wires[0]);
    this.receiver.connect(this.wires[1]);
    this.sender.outgoing.resume(WINDOW);
    this.sender.journal.commit();
  }

  private newReceiver(disk: FakeDisk): Receiver {
    return new Receiver(disk, (topic) =>
      this.told.push({ topic, batch: topic.endsWith('/2') ? disk.length + 1 : 0 }),
    );
  }
}

const events: Record<string, (couple: Couple) => unknown> = {
  'offer 1': (couple) => couple.offer(1),
  'offer 2': (couple) => couple.offer(2),
  'offer 2 again': (couple) => couple.offer(2),
  forth: (couple) => couple.forth(),
  'forth again': (couple) => couple.forth(),
  back: (couple) => couple.back(),
  'back again': (couple) => couple.back(),
  'sender syncs': (couple) => couple.syncSender(),
  'receiver syncs': (couple) => couple.syncReceiver(),
  cut: (couple) => couple.cut(),
};
const deaths: Record<string, (couple: Couple) => unknown> = {
  'sender crashes': (couple) => couple.senderDies('crash'),
  'sender loses power': (couple) => couple.senderDies('power-cut'),
  'receiver crashes': (couple) => couple.receiverDies('crash'),
  'receiver loses power': (couple) => couple.receiverDies('power-cut'),
};

function holds(all: Record<string, (couple: Couple) => unknown>, seed: number): void {
  const happenings = fc.array(fc.constantFrom(...Object.keys(all)), { maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(happenings, (names) => {
      const couple = new Couple();
      for (const name of names) all[name]!(couple);
      couple.heal();
      expect(couple.broken()).toEqual([]);
    }),
    { seed, numRuns: 400 },
  );
}

describe('a sender half and a receiver half', () => {
  it('bring QoS 2 across exactly once and QoS 1 at least once, in order, over any cuts', () => {
    holds(events, 31);
  });

  it('and over any crash and power cut of either', () => {
    holds({ ...events, ...deaths }, 32);
  });
});
