/** What has to come on a connection, and whether what came is that. */
import { decode } from '../mqtt/codec/decode.ts';
import type { Packet, PacketType, ProtocolVersion, UserProperties } from '../mqtt/codec/packet.ts';
import { type Captures, fieldsOf, pairOf, propertyOf } from './fields.ts';
import { bytesOf, numberOf, plainText, type Words } from './words.ts';

export type Expectation =
  | { readonly kind: 'packet'; readonly type: PacketType; readonly words: Words }
  /** The connection ends, in whatever way. */
  | { readonly kind: 'close' }
  /** A 5.0 client is told why, then the connection ends; before 5.0 it only ends. */
  | { readonly kind: 'refusal'; readonly code: number }
  | { readonly kind: 'silence'; readonly micros: number };

/** What came: the bytes of a packet, the end of the connection, or nothing for as long as it was waited. */
export type Arrival = Uint8Array | 'closed' | 'nothing';

/** Anything will do. */
const ANYTHING = '*';

/**
 * Compares what came with the packet that was expected; names with a `?` are captured, or compared when they were before.
 *
 * @returns what is wrong in words, undefined when nothing is.
 */
export function mismatchOf(
  expected: { type: PacketType; words: Words },
  arrival: Arrival,
  version: ProtocolVersion,
  captures: Captures,
): string | undefined {
  if (typeof arrival === 'string') return arrival === 'closed' ? 'the connection ended' : 'nothing came';
  let packet: Packet;
  try {
    packet = decode(arrival, version);
  } catch (error) {
    return `bytes that are no packet came: ${(error as Error).message}`;
  }
  if (packet.type !== expected.type) return `${packet.type} came: ${describePacket(packet)}`;
  const wrong = wrongFields(expected, packet, version, captures);
  return wrong.length === 0 ? undefined : `${wrong.join(', ')} in ${describePacket(packet)}`;
}

function wrongFields(
  { type, words }: { type: PacketType; words: Words },
  packet: Packet,
  version: ProtocolVersion,
  captures: Captures,
): string[] {
  const fields = new Map(fieldsOf(type, words));
  const actual = actualFields(packet);
  // What says nothing of itself is 0: a copy with RETAIN 1 where none was written is a finding.
  if (type === 'publish') {
    for (const name of ['qos', 'retain', 'dup']) if (!fields.has(name)) fields.set(name, '0');
    if (!fields.has('payload')) fields.set('payload', '');
  }
  if (type === 'connack')
    for (const name of ['code', 'present']) if (!fields.has(name)) fields.set(name, '0');
  const wrong: string[] = [];
  for (const [name, word] of fields) {
    if (name.startsWith('!')) {
      if (actual.has(name.slice(1))) wrong.push(`${name.slice(1)} is there`);
      continue;
    }
    // Before 5.0 acknowledgements and DISCONNECT have no codes, and UNSUBACK has no payload.
    if (version < 5 && (name === 'code' || name === 'codes') && type !== 'connack' && type !== 'suback')
      continue;
    if (word === ANYTHING) continue;
    if (typeof word === 'string' && word.startsWith('?')) {
      const known = captures.get(word);
      const value = actual.get(name);
      if (typeof value !== 'string' && typeof value !== 'number') wrong.push(`${name} is missing`);
      else if (known === undefined) captures.set(word, value);
      else if (known !== value) wrong.push(`${name} is ${value} and not ${known}`);
      continue;
    }
    if (!isSame(name, word, actual.get(name))) wrong.push(`${name} is ${shown(actual.get(name))}`);
  }
  return wrong;
}

type Actual = string | number | Uint8Array | readonly number[] | UserProperties | undefined;

/** The fields of a packet under the names that dialogues use. */
function actualFields(packet: Packet): Map<string, Actual> {
  const fields = new Map<string, Actual>();
  const properties = 'properties' in packet ? packet.properties : undefined;
  for (const [key, value] of Object.entries(properties ?? {})) {
    fields.set(key === 'userProperties' ? 'userProperty' : key, value as Actual);
  }
  if ('packetId' in packet && packet.packetId !== undefined) fields.set('id', packet.packetId);
  if ('reasonCode' in packet) fields.set('code', packet.reasonCode ?? 0);
  if (packet.type === 'suback' || packet.type === 'unsuback') fields.set('codes', packet.reasonCodes ?? []);
  if (packet.type === 'connack') fields.set('present', packet.sessionPresent ? 1 : 0);
  if (packet.type === 'publish') {
    const { topic, payload, qos, retain, dup } = packet;
    fields.set('topic', topic);
    fields.set('payload', payload);
    fields.set('qos', qos);
    fields.set('retain', retain ? 1 : 0);
    fields.set('dup', dup ? 1 : 0);
    const identifiers = packet.properties?.subscriptionIdentifiers;
    if (identifiers !== undefined) fields.set('subscriptionIdentifier', identifiers);
  }
  return fields;
}

function isSame(name: string, word: string | readonly string[], actual: Actual): boolean {
  if (name === 'userProperty') {
    const pairs = (actual ?? []) as UserProperties;
    return JSON.stringify(pairs) === JSON.stringify((word as readonly string[]).map(pairOf));
  }
  if (typeof word !== 'string') {
    const numbers = (actual ?? []) as readonly number[];
    return (
      numbers.length === word.length &&
      word.every((each, at) => each === ANYTHING || numberOf(each) === numbers[at])
    );
  }
  // `7,9`: several subscription identifiers, in any order.
  if (Array.isArray(actual)) {
    const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b).join();
    return sorted(plainText(word).split(',').map(Number)) === sorted(actual as readonly number[]);
  }
  if (actual instanceof Uint8Array) return sameBytes(bytesOf(word), actual);
  if (typeof actual === 'number') return inRange(word, actual);
  return actual === plainText(word);
}

/** `5`, or `8..10` for what time has gnawed at. */
function inRange(word: string, actual: number): boolean {
  const range = /^(\d+)\.\.(\d+)$/.exec(word);
  if (range !== null) return actual >= Number(range[1]) && actual <= Number(range[2]);
  return numberOf(word) === actual;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const LONGEST_SHOWN = 60;

function shown(value: Actual): string {
  if (value === undefined) return 'absent';
  if (value instanceof Uint8Array) {
    const text = decoder.decode(value.subarray(0, LONGEST_SHOWN));
    return JSON.stringify(value.length > LONGEST_SHOWN ? `${text}...` : text);
  }
  return JSON.stringify(value);
}

/** A packet in the words of a dialogue. */
export function describePacket(packet: Packet): string {
  const words = [...actualFields(packet)]
    .filter(([name]) => name !== 'subscriptionIdentifiers' && propertyOf(name)?.key !== 'reasonString')
    .map(([name, value]) => `${name}=${shown(value)}`);
  return [packet.type, ...words].join(' ');
}
