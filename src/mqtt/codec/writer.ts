import { CodecError, MALFORMED_PACKET, PROTOCOL_ERROR } from './codec-error.ts';
import type { ProtocolVersion } from './packet.ts';
import { encodedBytes, writeText } from './utf8.ts';
import {
  VARIABLE_BYTE_INTEGER_MAXIMUM,
  variableByteIntegerBytes,
  writeVariableByteInteger,
} from './variable-byte-integer.ts';
import { noteWritten, wordsOf } from './written-topics.ts';

/**
 * Packets are cut from slabs: a typed array of its own for each packet would cost more than writing it. A slab is
 * written once, front to back, and never again, so what was handed out never changes.
 */
const SLAB_BYTES = 65_536;

const NUMBER_SIGN = 0x23;
const PLUS_SIGN = 0x2b;

/** The longest fixed header: the type and four bytes of Remaining Length. The body is written behind that much room. */
const HEADER_ROOM = 5;

/**
 * Writes the data types of section 1.5 and refuses what they cannot hold. Between `begin` and `finish` it holds one
 * packet whose end is not known yet.
 */
export class Writer {
  #slab = new Uint8Array(SLAB_BYTES);
  /** Of the slab: to ask for it costs as much as to write a short packet. */
  #buffer = this.#slab.buffer;
  /** All of the slab, four bytes at a time. */
  #words = new Uint32Array(this.#buffer);
  /** Where the next packet may begin. */
  #free = 0;
  #at = HEADER_ROOM;
  #bodyStart = HEADER_ROOM;
  version: ProtocolVersion = 4;
  #packet = '';

  begin(packet: string, version: ProtocolVersion): void {
    this.version = version;
    this.#packet = packet;
    this.#bodyStart = this.#free + HEADER_ROOM;
    this.#at = this.#bodyStart;
    this.#reserve(0);
  }

  /** The packet as immutable bytes: its body behind a fixed header made for it. */
  finish(firstByte: number): Uint8Array {
    const start = this.#writeHeader(firstByte);
    this.#free = this.#at;
    return new Uint8Array(this.#buffer, start, this.#at - start);
  }

  /** How long `finish` would make the packet; nothing stays of it. */
  abandon(): number {
    const body = this.#at - this.#bodyStart;
    return 1 + variableByteIntegerBytes(body) + body;
  }

  #writeHeader(firstByte: number): number {
    const remaining = this.#at - this.#bodyStart;
    if (remaining < 0x80) {
      const start = this.#bodyStart - 2;
      this.#slab[start] = firstByte;
      this.#slab[start + 1] = remaining;
      return start;
    }
    if (remaining > VARIABLE_BYTE_INTEGER_MAXIMUM) {
      this.fail(
        `is ${remaining} bytes long without its fixed header`,
        '3.1.1/2.2.3',
        '5.0/2.1.4',
        MALFORMED_PACKET,
      );
    }
    const start = this.#bodyStart - 1 - variableByteIntegerBytes(remaining);
    this.#slab[start] = firstByte;
    writeVariableByteInteger(remaining, this.#slab, start + 1);
    return start;
  }

  /**
   * A whole PUBLISH of less than 128 bytes behind its fixed header, in one go: most are. `packetId` is 0 where there is none. Returns
   * undefined, with nothing written, when something is out of the ordinary, which may be wrong with it.
   */
  plainPublish(
    firstByte: number,
    topic: string,
    packetId: number,
    version: ProtocolVersion,
    payload: Uint8Array,
  ): Uint8Array | undefined {
    const { length } = topic;
    const remaining = 2 + length + (packetId > 0 ? 2 : 0) + (version === 5 ? 1 : 0) + payload.length;
    if (length === 0 || remaining >= 0x80) return undefined;
    // It begins up to three bytes later, where its topic is going to stand on words, and the last of these may reach as far beyond the topic.
    this.#bodyStart = this.#at = this.#free;
    this.#reserve(3 + 2 + remaining + 3);
    const start = (this.#at + 3) & ~3;
    const slab = this.#slab;
    slab[start] = firstByte;
    slab[start + 1] = remaining;
    slab[start + 2] = 0;
    slab[start + 3] = length;
    const topicAt = start + 4;
    let at = topicAt + length;
    const known = wordsOf(topic);
    if (known !== undefined) {
      const words = this.#words;
      const to = topicAt >> 2;
      for (let i = 0; i < known.length; i++) words[to + i] = known[i]!;
    } else {
      for (let i = 0; i < length; i++) {
        const unit = topic.charCodeAt(i);
        if (unit <= NUMBER_SIGN || unit >= 0x80 || unit === PLUS_SIGN) return undefined;
        slab[topicAt + i] = unit;
      }
      noteWritten(topic, slab, topicAt, at);
    }
    if (packetId > 0) {
      slab[at] = packetId >> 8;
      slab[at + 1] = packetId;
      at += 2;
    }
    // No properties.
    if (version === 5) slab[at++] = 0;
    this.#at = at;
    this.bytes(payload);
    this.#free = this.#at;
    return new Uint8Array(this.#buffer, start, this.#at - start);
  }

  /** Makes room for `bytes` more, in a new slab if need be: what is written of this packet moves there. */
  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#slab.length) this.#move(bytes);
  }

  #move(bytes: number): void {
    const written = this.#at - this.#bodyStart;
    const needed = HEADER_ROOM + written + bytes;
    const slab = new Uint8Array(needed <= SLAB_BYTES ? SLAB_BYTES : Math.max(needed, 2 * written));
    if (written > 0) slab.set(this.#slab.subarray(this.#bodyStart, this.#at), HEADER_ROOM);
    this.#slab = slab;
    this.#buffer = slab.buffer;
    this.#words = new Uint32Array(slab.buffer, 0, slab.length >> 2);
    this.#free = 0;
    this.#bodyStart = HEADER_ROOM;
    this.#at = HEADER_ROOM + written;
  }

  /** Where the next byte goes, from the start of the body. */
  get position(): number {
    return this.#at - this.#bodyStart;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#slab[this.#at++] = value;
  }

  twoBytes(value: number): void {
    this.#reserve(2);
    const at = this.#at;
    this.#slab[at] = value >> 8;
    this.#slab[at + 1] = value;
    this.#at = at + 2;
  }

  fourBytes(value: number): void {
    this.#reserve(4);
    const at = this.#at;
    this.#slab[at] = value >>> 24;
    this.#slab[at + 1] = value >>> 16;
    this.#slab[at + 2] = value >>> 8;
    this.#slab[at + 3] = value;
    this.#at = at + 4;
  }

  variableByteInteger(value: number): void {
    this.#reserve(4);
    this.#at = writeVariableByteInteger(value, this.#slab, this.#at);
  }

  string(field: string, text: string): void {
    if (!this.#ascii(text, 0)) this.#anyString(field, text);
  }

  /**
   * A Topic Name that is plain ASCII without anything forbidden, which nearly all are, in one pass. Returns false, and
   * writes nothing, when it has to be looked at more closely.
   */
  plainTopicName(topic: string): boolean {
    return topic.length > 0 && this.#ascii(topic, NUMBER_SIGN);
  }

  /**
   * Writes text whose characters are all above `floor` and below 0x80; '+' counts as forbidden when '#' does. Returns
   * false, and writes nothing, when one is not.
   */
  #ascii(text: string, floor: number): boolean {
    const { length } = text;
    if (length > 65_535) return false;
    this.#reserve(length + 2);
    const slab = this.#slab;
    const at = this.#at;
    const from = at + 2;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit <= floor || unit >= 0x80 || (unit === PLUS_SIGN && floor > 0)) return false;
      slab[from + i] = unit;
    }
    slab[at] = length >> 8;
    slab[at + 1] = length;
    this.#at = from + length;
    return true;
  }

  #anyString(field: string, text: string): void {
    const bytes = encodedBytes(text);
    if (bytes < 0 || bytes > 65_535) this.#refuseString(field, text, bytes);
    this.twoBytes(bytes);
    this.#reserve(bytes);
    this.#at = writeText(text, this.#slab, this.#at);
  }

  #refuseString(field: string, text: string, bytes: number): never {
    if (bytes > 65_535) {
      this.malformed(`${field} is ${bytes} bytes long, 65535 is the limit`, '3.1.1/1.5.3', '5.0/1.5.4');
    }
    const nothing = text.indexOf('\0');
    if (nothing >= 0) {
      this.malformed(`${field} contains the null character U+0000`, '3.1.1/MQTT-1.5.3-2', '5.0/MQTT-1.5.4-2');
    }
    this.malformed(`${field} contains a lone surrogate`, '3.1.1/MQTT-1.5.3-1', '5.0/MQTT-1.5.4-1');
  }

  binary(field: string, value: Uint8Array): void {
    if (value.length > 65_535) {
      this.malformed(
        `${field} is ${value.length} bytes long, 65535 is the limit`,
        '3.1.1/3.1.3.3',
        '5.0/1.5.6',
      );
    }
    this.twoBytes(value.length);
    this.bytes(value);
  }

  /** Bytes without a length before them. */
  bytes(value: Uint8Array): void {
    const length = value.length;
    this.#reserve(length);
    const slab = this.#slab;
    const at = this.#at;
    // A call of set() costs as much as copying a dozen of bytes here.
    if (length <= 12) for (let i = 0; i < length; i++) slab[at + i] = value[i]!;
    else slab.set(value, at);
    this.#at = at + length;
  }

  /** Leaves one byte for the length of what comes next; `endSized` fills it in. */
  beginSized(): number {
    this.byte(0);
    return this.position;
  }

  /** Writes the length of all that was written since `beginSized`, and moves it when one byte does not hold that. */
  endSized(from: number): void {
    const length = this.position - from;
    const extra = variableByteIntegerBytes(Math.min(length, VARIABLE_BYTE_INTEGER_MAXIMUM)) - 1;
    if (length > VARIABLE_BYTE_INTEGER_MAXIMUM) {
      this.malformed(`Property Length would be ${length}`, '5.0/1.5.5', '5.0/1.5.5');
    }
    if (extra > 0) {
      this.#reserve(extra);
      const start = this.#bodyStart + from;
      this.#slab.copyWithin(start + extra, start, this.#at);
      this.#at += extra;
    }
    writeVariableByteInteger(length, this.#slab, this.#bodyStart + from - 1);
  }

  /** Refuses a value that is no whole number from `least` to `most`. */
  integer(field: string, value: number, least: number, most: number, before5: string, since5: string): void {
    if (Number.isInteger(value) && value >= least && value <= most) return;
    this.malformed(
      `${field} is ${String(value)}, not a whole number from ${least} to ${most}`,
      before5,
      since5,
    );
  }

  malformed(message: string, before5: string, since5: string): never {
    this.fail(message, before5, since5, MALFORMED_PACKET);
  }

  protocolError(message: string, before5: string, since5: string): never {
    this.fail(message, before5, since5, PROTOCOL_ERROR);
  }

  fail(message: string, before5: string, since5: string, reasonCode: number): never {
    throw new CodecError(
      `${this.#packet}: ${message}`,
      2 + this.position,
      this.version < 5 ? before5 : since5,
      reasonCode,
    );
  }
}
