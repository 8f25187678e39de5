/** The fields of what is on the wire of a WebSocket: a frame [RFC 6455 section 5.2], or the lines of its handshake. */
import type { WebSocketSent } from '../../src/trace/event.ts';
import { FIELDS_MAX, type FieldRow, type PacketFields } from './packet-fields.ts';

const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};
const LENGTH_16 = 126;
const LENGTH_64 = 127;

export function frameFieldsOf({ what, bytes }: WebSocketSent): PacketFields {
  const rows = what === 'request' || what === 'response' ? lineRows(bytes) : frameRows(bytes);
  return { rows: rows.slice(0, FIELDS_MAX), left: Math.max(0, rows.length - FIELDS_MAX) };
}

function row(name: string, text: string, offset: number, length: number, mask?: number): FieldRow {
  return { name, text, offset, length, mask, depth: mask === undefined ? 0 : 1, rule: undefined };
}

function lineRows(bytes: Uint8Array): FieldRow[] {
  const rows: FieldRow[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x0a && at < bytes.length - 1) continue;
    let line = '';
    for (const byte of bytes.subarray(from, at + 1))
      if (byte > 0x1f && byte < 0x7f) line += String.fromCharCode(byte);
    const colon = line.indexOf(':');
    const named = rows.length > 0 && colon > 0;
    const name = named ? line.slice(0, colon) : rows.length === 0 ? 'First line' : 'End of the head';
    rows.push(row(name, named ? line.slice(colon + 1).trim() : line, from, at + 1 - from));
    from = at + 1;
  }
  return rows;
}

function frameRows(bytes: Uint8Array): FieldRow[] {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return [];
  const opcode = first & 0x0f;
  const short = second & 0x7f;
  const masked = (second & 0x80) !== 0;
  const rows = [
    row('FIN and opcode', `0x${first.toString(16).padStart(2, '0')}`, 0, 1),
    row('FIN', first >= 0x80 ? '1 (last of its message)' : '0 (more follow)', 0, 1, 0x80),
    row('Reserved', String((first >> 4) & 7), 0, 1, 0x70),
    row('Opcode', `${opcode} (${OPCODES[opcode] ?? 'reserved'})`, 0, 1, 0x0f),
    row('Mask and length', `0x${second.toString(16).padStart(2, '0')}`, 1, 1),
    row('Mask', masked ? '1 (masked)' : '0 (as it is)', 1, 1, 0x80),
    row('Payload length', short < LENGTH_16 ? String(short) : `${short} (in what follows)`, 1, 1, 0x7f),
  ];
  let at = 2;
  const extended = short === LENGTH_64 ? 8 : short === LENGTH_16 ? 2 : 0;
  if (extended > 0 && bytes.length >= at + extended) {
    let length = 0;
    for (const byte of bytes.subarray(at, at + extended)) length = length * 256 + byte;
    rows.push(row('Extended payload length', String(length), at, extended));
    at += extended;
  }
  if (masked && bytes.length >= at + 4) {
    const key = [...bytes.subarray(at, at + 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    rows.push(row('Masking key', key, at, 4));
    at += 4;
  }
  const rest = bytes.length - at;
  if (rest > 0)
    rows.push(
      row('Payload', `${rest} ${rest === 1 ? 'byte' : 'bytes'}${masked ? ', masked' : ''}`, at, rest),
    );
  return rows;
}
