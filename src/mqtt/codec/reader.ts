import { CodecError, MALFORMED_PACKET, PROTOCOL_ERROR } from './codec-error.ts';
import type { PacketType, ProtocolVersion } from './packet.ts';
import { isReasonCode } from './reason-code.ts';
import { faultAt, textOf } from './utf8.ts';
import {
  NOT_SHORTEST,
  readVariableByteInteger,
  TRUNCATED,
  variableByteIntegerBytes,
} from './variable-byte-integer.ts';

const EMPTY = new Uint8Array(0);

/** Reads the data types of section 1.5 from one packet, and knows where it stands when one is broken. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  /** Where the packet ends; inside a set of properties, where they end. */
  end: number;
  version: ProtocolVersion;
  /** For messages: `PUBLISH`. */
  readonly packet: string;

  constructor(bytes: Uint8Array, at: number, version: ProtocolVersion, packet: string) {
    this.bytes = bytes;
    this.at = at;
    this.end = bytes.length;
    this.version = version;
    this.packet = packet;
  }

  byte(field: string): number {
    if (this.at >= this.end) this.truncated(field, this.at, 1);
    return this.bytes[this.at++]!;
  }

  twoBytes(field: string): number {
    const at = this.at;
    if (at + 2 > this.end) this.truncated(field, at, 2);
    this.at = at + 2;
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  fourBytes(field: string): number {
    const at = this.at;
    if (at + 4 > this.end) this.truncated(field, at, 4);
    this.at = at + 4;
    const bytes = this.bytes;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  variableByteInteger(field: string): number {
    const value = readVariableByteInteger(this.bytes, this.at, this.end);
    if (value === TRUNCATED) this.truncated(field, this.end, 1);
    if (value < 0) {
      const fault = value === NOT_SHORTEST ? 'is not in its shortest form' : 'is longer than four bytes';
      this.malformed(
        `${field} ${fault}`,
        this.at,
        '3.1.1/2.2.3',
        value === NOT_SHORTEST ? '5.0/MQTT-1.5.5-1' : '5.0/1.5.5',
      );
    }
    this.at += variableByteIntegerBytes(value);
    return value;
  }

  string(field: string): string {
    const start = this.at;
    const from = start + 2;
    const to = from + this.twoBytes(field);
    if (to > this.end) this.truncated(field, start, to - start);
    const bytes = this.bytes;
    this.at = to;
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80 || byte === 0) {
        this.checkUtf8(field, i, to);
        return textOf(bytes, from, to, false);
      }
    }
    return textOf(bytes, from, to, true);
  }

  checkUtf8(field: string, from: number, to: number): void {
    const fault = faultAt(this.bytes, from, to);
    if (fault < 0) return;
    if (this.bytes[fault] === 0) {
      this.malformed(
        `${field} contains the null character U+0000`,
        fault,
        '3.1.1/MQTT-1.5.3-2',
        '5.0/MQTT-1.5.4-2',
      );
    }
    this.malformed(`${field} is not well-formed UTF-8`, fault, '3.1.1/MQTT-1.5.3-1', '5.0/MQTT-1.5.4-1');
  }

  /** A view: bytes handed over never change. */
  binary(field: string): Uint8Array {
    const start = this.at;
    const length = this.twoBytes(field);
    if (start + 2 + length > this.end) this.truncated(field, start, length + 2);
    return this.rest(length);
  }

  /** The next `length` bytes, which are known to be there. */
  rest(length: number): Uint8Array {
    if (length === 0) return EMPTY;
    const { bytes, at } = this;
    this.at = at + length;
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length);
  }

  packetId(before5: string, since5: string): number {
    const { at } = this;
    const packetId = this.twoBytes('Packet Identifier');
    if (packetId === 0) this.protocolError('Packet Identifier is 0', at, before5, since5);
    return packetId;
  }

  /** Refuses a code, read from `at`, that this packet may not carry. */
  checkReasonCode(type: PacketType, code: number, at: number, before5: string, since5: string): void {
    if (isReasonCode(type, code, this.version)) return;
    const what = this.version < 5 ? 'return code' : 'Reason Code';
    this.protocolError(`may not carry ${what} 0x${code.toString(16).padStart(2, '0')}`, at, before5, since5);
  }

  truncated(field: string, at: number, needed: number): never {
    this.malformed(
      `${field} needs ${needed} ${needed === 1 ? 'byte' : 'bytes'}, and ${Math.max(0, this.end - at)} are left`,
      Math.min(at, this.end),
      '3.1.1/2.2.3',
      '5.0/2.1.4',
    );
  }

  /** What cannot be parsed: 0x81 in 5.0. */
  malformed(message: string, at: number, before5: string, since5: string): never {
    this.fail(message, at, before5, since5, MALFORMED_PACKET);
  }

  /** What parses and is not allowed: 0x82 in 5.0. */
  protocolError(message: string, at: number, before5: string, since5: string): never {
    this.fail(message, at, before5, since5, PROTOCOL_ERROR);
  }

  fail(message: string, at: number, before5: string, since5: string, reasonCode: number): never {
    throw new CodecError(`${this.packet}: ${message}`, at, this.version < 5 ? before5 : since5, reasonCode);
  }
}
