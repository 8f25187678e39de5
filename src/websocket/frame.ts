/**
 * The frame [RFC 6455 section 5.2]: a header of 2 to 14 bytes, and a payload that a client masks.
 *
 * What is here reads and writes any frame, allowed or not: whether one is allowed, the receiver says.
 */
export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Control frames have the highest bit of their four set. */
export function isControl(opcode: number): boolean {
  return opcode >= CLOSE;
}

/** A control frame carries so much at most [section 5.5]. */
export const LONGEST_CONTROL = 125;

export interface FrameHeader {
  fin: boolean;
  /** Three reserved bits, for extensions: 0 without one. */
  reserved: number;
  opcode: number;
  /** The four bytes the payload is masked with; undefined when it is not. */
  mask: Uint8Array | undefined;
  /** Bytes of the payload. Infinity for a length beyond 2^53, which nobody could send. */
  length: number;
  /** False when the length could have been written in fewer bytes, or has the highest bit set. */
  minimal: boolean;
  /** Bytes of the header itself. */
  size: number;
}

const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The header that begins at `from`; undefined while it is not complete. */
export function readHeader(bytes: Uint8Array, from = 0): FrameHeader | undefined {
  const first = bytes[from];
  const second = bytes[from + 1];
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthBytes = short === LENGTH_64 ? 8 : short === LENGTH_16 ? 2 : 0;
  const maskAt = from + 2 + lengthBytes;
  const end = maskAt + ((second & 0x80) === 0 ? 0 : 4);
  if (bytes.length < end) return undefined;
  let length = lengthBytes === 0 ? short : 0;
  for (let at = from + 2; at < maskAt; at++) length = length * 256 + bytes[at]!;
  return {
    fin: (first & 0x80) !== 0,
    reserved: (first >> 4) & 7,
    opcode: first & 15,
    mask: end === maskAt ? undefined : bytes.slice(maskAt, end),
    length: length > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : length,
    minimal: isMinimal(lengthBytes, length) && !(lengthBytes === 8 && bytes[from + 2]! >= 0x80),
    size: end - from,
  };
}

function isMinimal(lengthBytes: number, length: number): boolean {
  if (lengthBytes === 0) return true;
  if (lengthBytes === 2) return length >= LENGTH_16;
  return length > 0xffff;
}

/** The payload of a whole frame, without its mask. */
export function payloadOf(frame: Uint8Array, header: FrameHeader): Uint8Array {
  const payload = frame.subarray(header.size);
  if (header.mask === undefined) return payload;
  const plain = payload.slice();
  applyMask(plain, header.mask, 0);
  return plain;
}

/** One frame to be sent. */
export interface FrameDraft {
  opcode: number;
  payload: Uint8Array;
  /** Default true. */
  fin?: boolean;
  /** Four bytes: a client has to mask, a server must not [section 5.1]. */
  mask?: Uint8Array | undefined;
}

export function encodeFrame({ opcode, payload, fin = true, mask }: FrameDraft): Uint8Array {
  const { length } = payload;
  const lengthBytes = length > 0xffff ? 8 : length >= LENGTH_16 ? 2 : 0;
  const maskAt = 2 + lengthBytes;
  const begin = maskAt + (mask === undefined ? 0 : 4);
  const bytes = new Uint8Array(begin + length);
  bytes[0] = (fin ? 0x80 : 0) | opcode;
  const short = lengthBytes === 8 ? LENGTH_64 : lengthBytes === 2 ? LENGTH_16 : length;
  bytes[1] = (mask === undefined ? 0 : 0x80) | short;
  let rest = length;
  for (let at = maskAt - 1; at >= 2; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(payload, begin);
  if (mask !== undefined) {
    bytes.set(mask, maskAt);
    applyMask(bytes.subarray(begin), mask, 0);
  }
  return bytes;
}

/**
 * Masks, or takes the mask off: it is the same [section 5.3].
 *
 * @param bytes are changed in place
 * @param offset of the first of them within the payload
 */
export function applyMask(bytes: Uint8Array, mask: Uint8Array, offset: number): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! ^ mask[(offset + i) & 3]!;
}
