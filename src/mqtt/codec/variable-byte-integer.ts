/** The largest value of four bytes, seven bits each [5.0/1.5.5]. */
export const VARIABLE_BYTE_INTEGER_MAXIMUM = 268_435_455;

/** Bytes of the shortest form, 1 to 4; the value is in range. */
export function variableByteIntegerBytes(value: number): 1 | 2 | 3 | 4 {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x200000 ? 3 : 4;
}

/** Writes the shortest form of a value in range [5.0/MQTT-1.5.5-1]; returns where it ends. */
export function writeVariableByteInteger(value: number, into: Uint8Array, at: number): number {
  let rest = value;
  let to = at;
  while (rest >= 0x80) {
    into[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[to++] = rest;
  return to;
}

/** What {@link readVariableByteInteger} answers instead of a value. */
export const TRUNCATED = -1;
export const TOO_LONG = -2;
export const NOT_SHORTEST = -3;

/** The value at `at`, whose last byte the next field follows, or one of the three faults above. */
export function readVariableByteInteger(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    if (at + i >= end) return TRUNCATED;
    const byte = bytes[at + i]!;
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return byte === 0 && i > 0 ? NOT_SHORTEST : value;
  }
  return TOO_LONG;
}
