/**
 * A lean MQTT 3.1.1 client over node:net, so that what is measured is the broker: nothing is encoded, allocated or timed for a message,
 * and a read or a write of the kernel is one however many messages it has.
 */
import { connect, type Socket } from 'node:net';
import { encode } from '../src/mqtt/codec/encode.ts';
import type { Packet, QoS } from '../src/mqtt/codec/packet.ts';

const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const CONNACK = 2;
const SUBACK = 9;
const LEVEL = 4;
/** Bytes of PUBACK and its like. */
const ANSWER_BYTES = 4;
/** A broker that drops what it was sent would be waited for for ever. */
const PATIENCE_MILLIS = 15_000;
const READ_BYTES = 65_536;

/** What the kernel has for any of the clients is read into this, and looked at before anything else is. */
const incoming = Buffer.alloc(READ_BYTES);

/** Messages that are written at once, over and over: only their identifiers change. */
interface Volley {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly count: number;
  readonly bytes: Buffer;
  readonly identifiersAt: readonly number[];
}

export class LoadClient {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  /** Messages that came, and exchanges of ours that ended. */
  received = 0;
  acknowledged = 0;
  #ready: (() => void) | undefined;
  #watch: { done: () => boolean; resolve: () => void; reject: (error: Error) => void } | undefined;
  readonly #late: NodeJS.Timeout;
  #volley: Volley | undefined;
  #answers: Buffer = Buffer.alloc(0);
  #answersBytes = 0;
  #identifier = 0;

  private constructor(port: number) {
    const onread = {
      buffer: incoming,
      callback: (bytes: number) => {
        this.#read(incoming.subarray(0, bytes));
        return true;
      },
    };
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    this.#late = setTimeout(() => this.#despair(), PATIENCE_MILLIS).unref();
  }

  static async connect(port: number, clientId: string): Promise<LoadClient> {
    const client = new LoadClient(port);
    await new Promise<void>((resolve, reject) => {
      client.#socket.once('connect', resolve);
      client.#socket.once('error', reject);
    });
    client.#socket.on('error', () => {});
    client.#send({ type: 'connect', protocolVersion: LEVEL, clientId, cleanStart: true, keepAlive: 0 });
    await client.#answered();
    return client;
  }

  async subscribe(filter: string, qos: QoS): Promise<void> {
    this.#send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter, qos }] });
    await this.#answered();
  }

  /** Writes `count` messages at once, when all before them have been answered for. */
  publish(topic: string, payload: Uint8Array, qos: QoS, count: number): void {
    const before = this.#volley;
    const isSame =
      before?.topic === topic && before.payload === payload && before.qos === qos && before.count === count;
    const volley = isSame ? before : volleyOf(topic, payload, qos, count);
    this.#volley = volley;
    for (const at of volley.identifiersAt) {
      this.#identifier = (this.#identifier % 65_535) + 1;
      volley.bytes.writeUInt16BE(this.#identifier, at);
    }
    this.#socket.write(volley.bytes);
  }

  /** Resolves when it is so; looked at after each read. */
  until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    this.#late.refresh();
    return new Promise((resolve, reject) => {
      this.#watch = { done, resolve, reject };
    });
  }

  #despair(): void {
    const { received, acknowledged } = this;
    this.#watch?.reject(new Error(`nothing more comes: ${received} received, ${acknowledged} acknowledged`));
  }

  end(): void {
    clearTimeout(this.#late);
    this.#socket.destroy();
  }

  #send(packet: Packet): void {
    this.#socket.write(encode(packet, LEVEL));
  }

  #answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  #read(more: Buffer): void {
    const bytes = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      let length = bytes[at + 1]! & 0x7f;
      let body = at + 2;
      if (bytes[at + 1]! >= 0x80) {
        if (at + 3 > bytes.length) break;
        length += bytes[at + 2]! * 128;
        body = at + 3;
      }
      if (body + length > bytes.length) break;
      this.#packet(bytes, at, body);
      at = body + length;
    }
    // What is read next comes to the same place.
    this.#rest = at === bytes.length ? bytes.subarray(at) : Buffer.from(bytes.subarray(at));
    if (this.#answersBytes > 0) {
      this.#socket.write(this.#answers.subarray(0, this.#answersBytes));
      // It is the kernel's now, or waits for it.
      this.#answers = this.#answers.subarray(this.#answersBytes);
      this.#answersBytes = 0;
    }
    if (this.#watch?.done() === true) {
      const { resolve } = this.#watch;
      this.#watch = undefined;
      resolve();
    }
  }

  #packet(bytes: Buffer, at: number, body: number): void {
    const first = bytes[at]!;
    switch (first >> 4) {
      case PUBLISH: {
        this.received++;
        const qos = (first >> 1) & 3;
        if (qos === 0) return;
        const id = body + 2 + bytes.readUInt16BE(body);
        this.#answer(qos === 1 ? 0x40 : 0x50, bytes, id);
        return;
      }
      case PUBREC:
        this.#answer(0x62, bytes, body);
        return;
      case PUBREL:
        this.#answer(0x70, bytes, body);
        return;
      case PUBACK:
      case PUBCOMP:
        this.acknowledged++;
        return;
      case CONNACK:
      case SUBACK:
        this.#ready?.();
    }
  }

  #answer(first: number, bytes: Buffer, id: number): void {
    const at = this.#answersBytes;
    if (at + ANSWER_BYTES > this.#answers.length) {
      const more = Buffer.allocUnsafeSlow(READ_BYTES);
      this.#answers.copy(more, 0, 0, at);
      this.#answers = more;
    }
    const answers = this.#answers;
    answers[at] = first;
    answers[at + 1] = 2;
    answers[at + 2] = bytes[id]!;
    answers[at + 3] = bytes[id + 1]!;
    this.#answersBytes = at + ANSWER_BYTES;
  }
}

function volleyOf(topic: string, payload: Uint8Array, qos: QoS, count: number): Volley {
  const base = { type: 'publish', topic, payload, qos, retain: false, dup: false } as const;
  const one = encode(qos === 0 ? base : { ...base, packetId: 1 }, LEVEL);
  const bytes = Buffer.concat(Array.from({ length: count }, () => one));
  const identifierAt = one.length - payload.length - 2;
  const identifiersAt =
    qos === 0 ? [] : Array.from({ length: count }, (_, i) => i * one.length + identifierAt);
  return { topic, payload, qos, count, bytes, identifiersAt };
}
