import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CodecError,
  decode,
  encode,
  type Packet,
  type ProtocolVersion,
  type UserProperties,
} from '../../../src/mqtt/codec/index.ts';
import { anyPacket, SEED, VERSIONS } from './arbitrary.ts';
import { bytesOf, hexOf, plain } from './bytes.ts';
import { generated, pairsByName, parsed } from './mqtt-packet.ts';

function userPropertiesOf(packet: Packet): UserProperties[] {
  const found: (UserProperties | undefined)[] = [];
  if ('properties' in packet) found.push(packet.properties?.userProperties);
  if (packet.type === 'connect') found.push(packet.will?.properties?.userProperties);
  return found.filter((pairs) => pairs !== undefined);
}

/** Whether an object by name holds the pairs of this packet as they are. */
function survivesByName(packet: Packet): boolean {
  return userPropertiesOf(packet).every(
    (pairs) => JSON.stringify(pairs) === JSON.stringify(pairsByName(pairs)),
  );
}

/** Whether a name stands again after an empty value: mqtt-packet then forgets the empty one. */
function repeatsAfterEmpty(packet: Packet): boolean {
  return userPropertiesOf(packet).some((pairs) =>
    pairs.some(([name, value], i) => value === '' && pairs.slice(i + 1).some(([other]) => other === name)),
  );
}

/** What mqtt-packet refuses to encode, or encodes otherwise, each with the statement that allows ours. */
const ENCODED_OTHERWISE: [statement: string, (packet: Packet, version: ProtocolVersion) => boolean][] = [
  [
    '5.0/3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1: Reason Code and Property Length can be omitted; ours does, theirs does not',
    (packet, version) =>
      version === 5 && /^pub(ack|rec|rel|comp)$/.test(packet.type) && !('properties' in packet),
  ],
  [
    '5.0/3.14.2.1 and 3.14.2.2.1: DISCONNECT can leave out Reason Code and Property Length',
    (packet, version) => version === 5 && packet.type === 'disconnect' && packet.properties === undefined,
  ],
  [
    '5.0/3.15.2.1: AUTH can leave out Reason Code and Property Length',
    (packet) => packet.type === 'auth' && packet.properties === undefined,
  ],
  ['5.0/MQTT-3.3.2-18: the order of user properties is kept', (packet) => !survivesByName(packet)],
  [
    '5.0/3.1.2.9: a Password may stand without User Name',
    (packet) => packet.type === 'connect' && packet.password !== undefined && packet.username === undefined,
  ],
  [
    '3.1.1/MQTT-3.1.3-8, 5.0/MQTT-3.1.3-6: the server answers an empty Client Identifier, clean or not',
    (packet) => packet.type === 'connect' && packet.clientId === '' && !packet.cleanStart,
  ],
];

describe.each(VERSIONS)('mqtt-packet and ours, protocol version %i', (version) => {
  it('encode the same bytes, save where the standard leaves a choice', () => {
    let same = 0;
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const theirs = generated(packet, version);
        if (ENCODED_OTHERWISE.some(([, applies]) => applies(packet, version))) return;
        expect(theirs).toBeInstanceOf(Uint8Array);
        expect(hexOf(encode(packet, version))).toBe(hexOf(theirs as Uint8Array));
        same++;
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(same).toBeGreaterThan(1500);
  });

  it('decode what the other encodes', () => {
    let decoded = 0;
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const theirs = generated(packet, version);
        if (theirs instanceof Error) {
          expect(ENCODED_OTHERWISE.some(([, applies]) => applies(packet, version))).toBe(true);
        } else if (survivesByName(packet)) {
          expect(plain(decode(theirs, version))).toEqual(plain(packet));
          decoded++;
        }
        expectTheySee(encode(packet, version), packet, version);
      }),
      { seed: SEED + 1, numRuns: 3000 },
    );
    expect(decoded).toBeGreaterThan(2500);
  });
});

/** What ours accepts and mqtt-packet refuses: the statement that proves it right, and bytes that show it. */
const ONLY_OURS: {
  statement: string;
  applies: (packet: Packet, version: ProtocolVersion, bytes: Uint8Array) => boolean;
  version: ProtocolVersion;
  example: string;
}[] = [
  {
    statement: '5.0/3.15.2.1: an AUTH with a Remaining Length of 0 has Reason Code 0x00',
    applies: (packet, _, bytes) => packet.type === 'auth' && bytes.length === 2,
    version: 5,
    example: 'f0 00',
  },
  {
    statement: '3.1/2.1: SUBSCRIBE, UNSUBSCRIBE and PUBREL may have DUP set',
    applies: (_, version, bytes) => version === 3 && /^[68a]a$/.test(bytes[0]!.toString(16)),
    version: 3,
    example: '8a 06 00 01 00 01 "a" 00',
  },
  {
    statement: '3.1/3.1: the Remaining Length takes precedence over the flags of User Name and Password',
    applies: (packet) => packet.type === 'connect' && packet.protocolVersion === 3,
    version: 3,
    example: '10 0f 00 06 "MQIsdp" 03 82 00 00 00 01 "a"',
  },
  {
    statement: '5.0/2.4 (Table 2-6): DISCONNECT may carry 0x8C',
    applies: (packet) => packet.type === 'disconnect' && packet.reasonCode === 0x8c,
    version: 5,
    example: 'e0 01 8c',
  },
];

function expectTheySee(bytes: Uint8Array, ours: Packet, version: ProtocolVersion): void {
  const theirs = parsed(bytes, version);
  if (theirs instanceof Error) {
    if (ONLY_OURS.some(({ applies }) => applies(ours, version, bytes))) return;
    throw new Error(`mqtt-packet refuses ${hexOf(bytes)}: ${theirs.message}`);
  }
  if (repeatsAfterEmpty(ours)) return;
  expect(comparable(theirs)).toEqual(comparable(ours));
}

/** Fields without the order of user properties, which mqtt-packet loses [5.0/MQTT-3.3.2-18]. */
function comparable(packet: unknown): unknown {
  return sorted(plain(packet));
}

function sorted(value: unknown, key = ''): unknown {
  if (key === 'userProperties') {
    // A stable sort by name keeps the order of the values of one name, which it does not lose.
    return [...(value as [string, string][])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
  if (Array.isArray(value)) return value.map((one) => sorted(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sorted(inner, name)]));
}

const mutation = fc.record({
  /** Mostly behind the fixed header: breaking that is refused soon, and alike. */
  from: fc.constantFrom(0, 2, 2, 2, 2, 2),
  kind: fc.constantFrom('flip', 'flip', 'set', 'set', 'delete', 'insert', 'cut'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xff)),
  bit: fc.nat(7),
});

/** Bytes with some of them changed and, half the time, a Remaining Length that fits again. */
function mutated(
  bytes: Uint8Array,
  mutations: { from: number; kind: string; at: number; value: number; bit: number }[],
  repair: boolean,
) {
  const body = [...bytes];
  for (const { from, kind, at, value, bit } of mutations) {
    const i = Math.min(from, body.length) + Math.floor(at * Math.max(0, body.length - from));
    if (kind === 'flip') body[i]! ^= 1 << bit;
    else if (kind === 'set') body[i] = value;
    else if (kind === 'delete') body.splice(i, 1);
    else if (kind === 'insert') body.splice(i, 0, value);
    else body.splice(Math.max(2, i));
  }
  if (repair && body.length >= 2 && body.length < 130) body[1] = body.length - 2;
  return Uint8Array.from(body, (byte) => byte & 0xff);
}

describe('mutated bytes', () => {
  it.each(VERSIONS)('that ours accepts as version %i mqtt-packet accepts with equal fields', (version) => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        anyPacket(version),
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(true, true, true, false),
        (packet, mutations, repair) => {
          const bytes = mutated(encode(packet, version), mutations, repair);
          let ours: Packet;
          try {
            ours = decode(bytes, version);
          } catch (error) {
            expect(error).toBeInstanceOf(CodecError);
            refused++;
            return;
          }
          accepted++;
          expectTheySee(bytes, ours, ours.type === 'connect' ? ours.protocolVersion : version);
        },
      ),
      { seed: SEED, numRuns: 15_000 },
    );
    expect(accepted).toBeGreaterThan(1500);
    expect(refused).toBeGreaterThan(5000);
  });

  it.each(ONLY_OURS)('differ as the list says: $statement', ({ applies, version, example }) => {
    const bytes = bytesOf(example);
    expect(applies(decode(bytes, version), version, bytes)).toBe(true);
    expect(parsed(bytes, version)).toBeInstanceOf(Error);
  });
});
