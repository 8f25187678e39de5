/** What is written to a WebSocket, in words: a part of its handshake, or a frame by its opcode. */
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './frame.ts';

/** `other` is a frame of a reserved opcode, or no frame at all. */
export type UnitName =
  | 'request'
  | 'response'
  | 'binary'
  | 'text'
  | 'continuation'
  | 'ping'
  | 'pong'
  | 'close'
  | 'other';

const FRAMES: Readonly<Record<number, UnitName>> = {
  [CONTINUATION]: 'continuation',
  [TEXT]: 'text',
  [BINARY]: 'binary',
  [CLOSE]: 'close',
  [PING]: 'ping',
  [PONG]: 'pong',
};

/**
 * @param handshaking true for the first unit of a direction.
 * @param malformed why it is no unit at all, if so.
 */
export function unitName(unit: Uint8Array, handshaking: boolean, malformed: string | undefined): UnitName {
  if (malformed !== undefined) return 'other';
  if (!handshaking) return FRAMES[unit[0]! & 15] ?? 'other';
  // `HTTP/1.1 101`, or the method of a request.
  return unit[0] === 0x48 && unit[3] === 0x50 ? 'response' : 'request';
}
