/** A lean MQTT 3.1.1 client over node:net, so that what is measured is the broker: it allocates nothing a message. */
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
/** A broker that drops what it was sent would be waited for for ever. */
const PATIENCE_MILLIS = 15_000;

export class LoadClient {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  /** Messages that came, and exchanges of ours that ended. */
  received = 0;
  acknowledged = 0;
  #ready: (() => void) | undefined;
  #watch: { done: () => boolean; resolve: () => void } | undefined;
  #answers: Buffer[] = [];
  #identifier = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => {});
  }

  static async connect(port: number, clientId: string): Promise<LoadClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const client = new LoadClient(socket);
    client.#send({ type: 'connect', protocolVersion: LEVEL, clientId, cleanStart: true, keepAlive: 0 });
    await client.#answered();
    return client;
  }

  async subscribe(filter: string, qos: QoS): Promise<void> {
    this.#send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter, qos }] });
    await this.#answered();
  }

  /** Writes `count` messages at once. */
  publish(topic: string, payload: Uint8Array, qos: QoS, count: number): void {
    const base = { type: 'publish', topic, payload, qos, retain: false, dup: false } as const;
    if (qos === 0) {
      const one = encode(base, LEVEL);
      this.#socket.write(Buffer.concat(Array.from({ length: count }, () => one)));
      return;
    }
    const packets: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      this.#identifier = (this.#identifier % 65_535) + 1;
      packets.push(encode({ ...base, packetId: this.#identifier }, LEVEL));
    }
    this.#socket.write(Buffer.concat(packets));
  }

  /** Resolves when it is so; looked at after each read. */
  until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`nothing more comes: ${this.received} received, ${this.acknowledged} acknowledged`));
      }, PATIENCE_MILLIS);
      this.#watch = {
        done,
        resolve: () => {
          clearTimeout(late);
          resolve();
        },
      };
    });
  }

  end(): void {
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
    this.#rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
    if (this.#answers.length > 0) {
      this.#socket.write(this.#answers.length === 1 ? this.#answers[0]! : Buffer.concat(this.#answers));
      this.#answers = [];
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
    this.#answers.push(Buffer.from([first, 2, bytes[id]!, bytes[id + 1]!]));
  }
}
