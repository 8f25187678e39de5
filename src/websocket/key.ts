/** The proof of the handshake that the server has read it and is no cache: Sec-WebSocket-Key and -Accept [RFC 6455 section 4]. */
import { encodeBase64 } from './base64.ts';
import { sha1 } from './sha1.ts';

const KEY_BYTES = 16;
/** What 16 bytes look like in base64: the last sign before the padding holds two bits. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
/** Known to whoever knows WebSocket, and to nobody else [section 1.3]. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A key for one handshake. @param chance draws from [0, 1). */
export function newKey(chance: () => number): string {
  const bytes = new Uint8Array(KEY_BYTES);
  for (let i = 0; i < KEY_BYTES; i++) bytes[i] = Math.floor(chance() * 256);
  return encodeBase64(bytes);
}

/** True for 16 bytes in base64. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** What a server has to answer to a key. */
export function acceptOf(key: string): string {
  return encodeBase64(sha1(asciiBytes(key + GUID)));
}

/** Each character is one byte: what goes into the head of an HTTP message. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
