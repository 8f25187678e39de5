import type { MessageProperties, QoS, UserProperties } from '../codec/packet.ts';
import { encodedBytes, writeText } from '../codec/utf8.ts';
import type { Message } from './message.ts';

/**
 * How durable state is written as bytes: the values of a {@link Batch}.
 *
 * A record is a version, a kind, its fields, and a checksum of all that. The same state always gives the same bytes. Reading
 * is strict: what is torn, altered, of another kind or of a newer version is a {@link RecordError}, never a guess.
 */
const RECORD_VERSION = 1;
const CHECKSUM_LENGTH = 4;

/** A durable value cannot be trusted. `key` names it; the message says what is wrong and what it means. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`durable value '${key}' ${problem}: this store cannot be recovered, start with an empty one`);
    this.key = key;
  }
}

/**
 * Records up to an eighth of a slab are views of one: an array buffer of its own costs more than all the rest of a
 * record. A slab is small, for a single record keeps all of it in memory.
 */
const SLAB_LENGTH = 4_096;

/** What a writer has that has not written yet: most clients of a run never store anything. */
const NOTHING = new Uint8Array(0);
const FIRST_LENGTH = 256;

const encoder = new TextEncoder();

/** FNV-1a, 32 bits: it has to notice a torn write or a flipped bit, not an attacker. */
function checksum(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < length; index++) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  return hash >>> 0;
}

/**
 * Writes records, one after the other, in one reused arena: {@link begin}, the fields in order, {@link finish}.
 * One writer writes one record at a time.
 */
export class RecordWriter {
  #bytes = NOTHING;
  #length = 0;
  #slab = NOTHING;
  #slabUsed = 0;

  /** `kind` is one ASCII letter, so that a value read under the wrong key is noticed. */
  begin(kind: string): this {
    this.#length = 0;
    return this.u8(RECORD_VERSION).u8(kind.charCodeAt(0));
  }

  u8(value: number): this {
    this.room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value & 0xff);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  boolean(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** A whole number from 0 to 2^53 - 1, or Infinity: microseconds, serial numbers, intervals. */
  whole(value: number): this {
    if (value === Infinity) return this.u32(0xffffffff).u32(0xffffffff);
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number`);
    return this.u32(Math.floor(value / 0x100000000)).u32(value % 0x100000000);
  }

  blob(value: Uint8Array): this {
    this.u32(value.length);
    this.room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(value: string): this {
    const length = encodedBytes(value);
    if (length < 0) return this.blob(encoder.encode(value));
    this.u32(length);
    this.room(length);
    this.#length = writeText(value, this.#bytes, this.#length);
    return this;
  }

  /** A presence byte, and the field when there is one. */
  optional<T>(value: T | undefined, write: (writer: this, value: T) => void): this {
    this.boolean(value !== undefined);
    if (value !== undefined) write(this, value);
    return this;
  }

  /** The bytes of the record; the writer may begin another. */
  finish(): Uint8Array {
    this.u32(checksum(this.#bytes, this.#length));
    const bytes = this.#bytes;
    const length = this.#length;
    if (length > SLAB_LENGTH / 8) return bytes.slice(0, length);
    if (this.#slabUsed + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_LENGTH);
      this.#slabUsed = 0;
    }
    const record = this.#slab.subarray(this.#slabUsed, this.#slabUsed + length);
    this.#slabUsed += length;
    for (let index = 0; index < length; index++) record[index] = bytes[index]!;
    return record;
  }

  private room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(FIRST_LENGTH, this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the fields of one record in the order in which they were written. Every method throws {@link RecordError}. */
export class RecordReader {
  private readonly key: string;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at = 0;

  constructor(key: string, bytes: Uint8Array, kind: string) {
    this.key = key;
    this.#bytes = bytes;
    this.#end = bytes.length - CHECKSUM_LENGTH;
    if (this.#end < 2) this.fail(`is torn: ${bytes.length} bytes`);
    const written =
      ((bytes[this.#end]! << 24) |
        (bytes[this.#end + 1]! << 16) |
        (bytes[this.#end + 2]! << 8) |
        bytes[this.#end + 3]!) >>>
      0;
    if (written !== checksum(bytes, this.#end)) this.fail('is torn or altered: its checksum is wrong');
    const version = this.u8();
    if (version !== RECORD_VERSION) this.fail(`is of version ${version}, this reads ${RECORD_VERSION}`);
    const found = String.fromCharCode(this.u8());
    if (found !== kind) this.fail(`is of kind '${found}', not '${kind}'`);
  }

  fail(problem: string): never {
    throw new RecordError(this.key, problem);
  }

  u8(): number {
    if (this.#at >= this.#end) this.fail('ends before its last field');
    return this.#bytes[this.#at++]!;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  boolean(): boolean {
    const value = this.u8();
    if (value > 1) this.fail(`has ${value} where 0 or 1 belongs`);
    return value === 1;
  }

  whole(): number {
    const high = this.u32();
    const low = this.u32();
    if (high === 0xffffffff && low === 0xffffffff) return Infinity;
    const value = high * 0x100000000 + low;
    if (!Number.isSafeInteger(value)) this.fail('has a number above 2^53');
    return value;
  }

  blob(): Uint8Array {
    const length = this.u32();
    if (length > this.#end - this.#at) this.fail('ends before its last field');
    const value = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  text(): string {
    const bytes = this.blob();
    try {
      return decoder.decode(bytes);
    } catch {
      return this.fail('has text that is not UTF-8');
    }
  }

  optional<T>(read: (reader: this) => T): T | undefined {
    return this.boolean() ? read(this) : undefined;
  }

  qos(): QoS {
    const value = this.u8();
    if (value > 2) this.fail(`has QoS ${value}`);
    return value as QoS;
  }

  /** To be called last: nothing may follow the last field. */
  done(): void {
    if (this.#at !== this.#end) this.fail(`has ${this.#end - this.#at} bytes too many`);
  }
}

/** Adds the fields of a message, its properties included, to a record. */
export function writeMessage(writer: RecordWriter, message: Message): void {
  writer.text(message.topic).blob(message.payload).u8(message.qos).boolean(message.retain);
  writer.optional(message.properties, writeMessageProperties);
}

export function readMessage(reader: RecordReader): Message {
  const message: Message = {
    topic: reader.text(),
    payload: reader.blob(),
    qos: reader.qos(),
    retain: reader.boolean(),
  };
  const properties = reader.optional(readMessageProperties);
  if (properties !== undefined) message.properties = properties;
  return message;
}

function writeMessageProperties(writer: RecordWriter, properties: MessageProperties): void {
  writer
    .optional(properties.payloadFormatIndicator, (w, value) => w.u8(value))
    .optional(properties.messageExpiryInterval, (w, value) => w.u32(value))
    .optional(properties.contentType, (w, value) => w.text(value))
    .optional(properties.responseTopic, (w, value) => w.text(value))
    .optional(properties.correlationData, (w, value) => w.blob(value))
    .optional(properties.userProperties, writeUserProperties);
}

function readMessageProperties(reader: RecordReader): MessageProperties {
  const properties: MessageProperties = {};
  const payloadFormatIndicator = reader.optional((r) => (r.u8() === 0 ? 0 : 1));
  if (payloadFormatIndicator !== undefined) properties.payloadFormatIndicator = payloadFormatIndicator;
  const messageExpiryInterval = reader.optional((r) => r.u32());
  if (messageExpiryInterval !== undefined) properties.messageExpiryInterval = messageExpiryInterval;
  const contentType = reader.optional((r) => r.text());
  if (contentType !== undefined) properties.contentType = contentType;
  const responseTopic = reader.optional((r) => r.text());
  if (responseTopic !== undefined) properties.responseTopic = responseTopic;
  const correlationData = reader.optional((r) => r.blob());
  if (correlationData !== undefined) properties.correlationData = correlationData;
  const userProperties = reader.optional(readUserProperties);
  if (userProperties !== undefined) properties.userProperties = userProperties;
  return properties;
}

export function writeUserProperties(writer: RecordWriter, pairs: UserProperties): void {
  writer.u32(pairs.length);
  for (const [name, value] of pairs) writer.text(name).text(value);
}

export function readUserProperties(reader: RecordReader): UserProperties {
  const count = reader.u32();
  const pairs: [string, string][] = [];
  for (let index = 0; index < count; index++) pairs.push([reader.text(), reader.text()]);
  return pairs;
}
