/**
 * What a label says of a packet, read from its bytes alone: a first picture does without the codec, which knows all rules. Of bytes
 * that are no packet it says what they seem to hold, and never fails.
 */
import type { QoS } from '../../src/mqtt/codec/packet.ts';

export interface PacketGlance {
  /** Of a PUBLISH, or of the first subscription that is asked for; 0 for others. */
  qos: QoS;
  dup: boolean;
  retain: boolean;
  packetId: number | undefined;
  /** Its topic, its first filter with the number of others, or the Client Identifier; `alias 7` for a topic that has only that. */
  topic: string | undefined;
  will: boolean;
  clean: boolean;
  sessionPresent: boolean;
  /** Reason Codes and Return Codes. */
  codes: readonly number[];
}

/** Types of control packets [5.0/2.1.2]. */
const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBCOMP = 7;
const SUBSCRIBE = 8;
const SUBACK = 9;
const UNSUBSCRIBE = 10;
const UNSUBACK = 11;
const DISCONNECT = 14;

const TOPIC_ALIAS = 0x23;
/** Bytes of the properties of a PUBLISH that have a length of their own [5.0/2.2.2.2]. */
const PROPERTY_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 4 };
const USER_PROPERTY = 0x26;
const SUBSCRIPTION_IDENTIFIER = 0x0b;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function glanceAt(bytes: Uint8Array, version: number): PacketGlance {
  const glance = new Glance(bytes);
  glance.read(version);
  return glance;
}

class Glance implements PacketGlance {
  qos: QoS = 0;
  dup = false;
  retain = false;
  packetId: number | undefined;
  topic: string | undefined;
  will = false;
  clean = false;
  sessionPresent = false;
  codes: readonly number[] = [];
  readonly #bytes: Uint8Array;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(version: number): void {
    const first = this.#bytes[0] ?? 0;
    const type = first >> 4;
    this.#variable();
    if (type === PUBLISH) {
      this.#publish(first, version);
      return;
    }
    if (type === CONNECT) {
      this.#connect();
      return;
    }
    if (type >= PUBACK && type <= UNSUBACK) this.packetId = this.#two();
    if (type === CONNACK) {
      this.sessionPresent = this.#byte() === 1;
      this.codes = [this.#byte()];
    } else if (version === 5 && ((type >= PUBACK && type <= PUBCOMP) || type === DISCONNECT)) {
      this.codes = this.#rest().slice(0, 1);
    } else if (type === SUBSCRIBE || type === UNSUBSCRIBE) {
      if (version === 5) this.#skipProperties();
      this.#filters(type === SUBSCRIBE);
    } else if (type === SUBACK) {
      if (version === 5) this.#skipProperties();
      this.codes = this.#rest();
    }
  }

  #publish(first: number, version: number): void {
    this.qos = qosOf(first >> 1);
    this.dup = (first & 8) !== 0;
    this.retain = (first & 1) !== 0;
    this.topic = this.#text();
    if (this.qos > 0) this.packetId = this.#two();
    if (this.topic === '' && version === 5) this.topic = `alias ${this.#topicAlias() ?? '?'}`;
  }

  /** The level is in the packet itself. */
  #connect(): void {
    this.#text();
    const level = this.#byte();
    const flags = this.#byte();
    this.clean = (flags & 2) !== 0;
    this.will = (flags & 4) !== 0;
    this.#two();
    if (level === 5) this.#skipProperties();
    this.topic = this.#text();
  }

  #filters(withOptions: boolean): void {
    const filter = this.#text();
    if (withOptions) this.qos = qosOf(this.#byte());
    let more = 0;
    for (; this.#at < this.#bytes.length; more++) {
      this.#text();
      if (withOptions) this.#at++;
    }
    this.topic = `${filter}${more > 0 ? ` +${more}` : ''}`;
  }

  #topicAlias(): number | undefined {
    const length = this.#variable();
    const end = Math.min(this.#bytes.length, this.#at + length);
    while (this.#at < end) {
      const property = this.#byte();
      if (property === TOPIC_ALIAS) return this.#two();
      const size = PROPERTY_BYTES[property];
      if (size !== undefined) this.#at += size;
      else if (property === SUBSCRIPTION_IDENTIFIER) this.#variable();
      else {
        this.#text();
        if (property === USER_PROPERTY) this.#text();
      }
    }
    return undefined;
  }

  #skipProperties(): void {
    const length = this.#variable();
    this.#at += length;
  }

  #byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #two(): number {
    return (this.#byte() << 8) | this.#byte();
  }

  /** A Variable Byte Integer has at most four bytes [5.0/1.5.5]. */
  #variable(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  }

  #text(): string {
    const from = this.#at + 2;
    this.#at = from + this.#two();
    return decoder.decode(this.#bytes.subarray(from, this.#at));
  }

  #rest(): number[] {
    return [...this.#bytes.subarray(this.#at)];
  }
}

/** There is no QoS 3. */
function qosOf(bits: number): QoS {
  return Math.min(2, bits & 3) as QoS;
}
