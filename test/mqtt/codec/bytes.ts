import { CodecError } from '../../../src/mqtt/codec/index.ts';

/** Bytes from hexadecimal, blanks allowed; what stands in quotes is ASCII: `10 0e "MQTT"`. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const part of text.match(/"[^"]*"|[0-9a-f]{2}|\S/gi) ?? []) {
    if (part.startsWith('"'))
      bytes.push(...[...part.slice(1, -1)].map((character) => character.charCodeAt(0)));
    else if (/^[0-9a-f]{2}$/i.test(part)) bytes.push(Number.parseInt(part, 16));
    else throw new Error(`no byte: ${part}`);
  }
  return Uint8Array.from(bytes);
}

/** For comparing: one string is compared faster, and read better in a diff, than thousands of numbers. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** A packet with every Uint8Array as hexadecimal, to compare packets by their fields. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** The CodecError an action throws; anything else, or nothing, fails the test. */
export function codecErrorOf(action: () => unknown): CodecError {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error(`no CodecError, but ${JSON.stringify(plain(result))}`);
}
