import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CodecError,
  decode,
  dissect,
  encode,
  Framer,
  type ProtocolVersion,
} from '../../../src/mqtt/codec/index.ts';
import { anyPacket, SEED, VERSIONS } from './arbitrary.ts';
import { hexOf, plain } from './bytes.ts';

const RULE = /^(3\.1|3\.1\.1|5\.0)\/(MQTT-)?\d[\d.-]*$/;

/** Decodes bytes that may be anything; tells whether they were a packet. */
function attempt(bytes: Uint8Array, version: ProtocolVersion): boolean {
  try {
    decode(bytes, version);
    return true;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { offset, rule, reasonCode, message } = error;
    const sound =
      offset >= 0 &&
      offset <= bytes.length &&
      RULE.test(rule) &&
      [0x81, 0x82, 0x84, 0x85, 0x94].includes(reasonCode) &&
      message.includes(rule);
    if (!sound) expect.fail(`${message}, offset ${offset}, reason ${reasonCode}`);
    return false;
  }
}

const firstByte = fc.constantFrom(
  ...Array.from({ length: 16 }, (_, type) => type << 4),
  0x62,
  0x82,
  0xa2,
  0x32,
  0x3d,
);
/** Bytes that get further than noise: a first byte that exists, a length that fits, small numbers. */
const plausible = fc
  .tuple(
    firstByte,
    fc.array(fc.oneof(fc.nat(255), fc.nat(6), fc.constantFrom(0x26, 0x0b, 0x11, 0x1f)), { maxLength: 60 }),
  )
  .map(([first, body]) => Uint8Array.of(first, body.length, ...body));
/** The same behind the beginning of a CONNECT. */
const connecting = fc
  .tuple(fc.constantFrom(3, 4, 5), fc.uint8Array({ maxLength: 60 }))
  .map(([level, rest]) => {
    const name = level === 3 ? 'MQIsdp' : 'MQTT';
    const body = [0, name.length, ...Buffer.from(name), level, ...rest];
    return Uint8Array.of(0x10, body.length, ...body);
  });
const bytes = fc.oneof(fc.uint8Array({ maxLength: 80 }), plausible, connecting);

describe.each(VERSIONS)('hostile bytes, protocol version %i', (version) => {
  it('decode to a packet that encodes again, or throw a CodecError inside their length', () => {
    let valid = 0;
    fc.assert(
      fc.property(bytes, (given) => {
        const before = hexOf(given);
        if (attempt(given, version)) {
          valid++;
          const packet = decode(given, version);
          encode(packet, version);
        }
        expect(hexOf(given)).toBe(before);
      }),
      { seed: SEED, numRuns: 8000 },
    );
    expect(valid).toBeGreaterThan(10);
  });

  it('are refused at every length but the whole', () => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const whole = encode(packet, version);
        for (let length = 0; length < whole.length; length++) {
          if (attempt(whole.slice(0, length), version)) expect.fail(`${length} bytes of ${hexOf(whole)}`);
        }
        expect(attempt(Uint8Array.of(...whole, 0), version)).toBe(false);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('can be dissected, and every byte is in exactly one field', () => {
    const given = fc.oneof(
      bytes,
      anyPacket(version).map((packet) => encode(packet, version)),
      fc
        .tuple(anyPacket(version), fc.nat(), fc.nat(255))
        .map(([packet, at, value]) =>
          encode(packet, version).map((byte, i, all) => (i === at % all.length ? value : byte)),
        ),
    );
    fc.assert(
      fc.property(given, (packet) => {
        const tree = dissect(packet, version);
        const covered: number[] = [];
        const errors: string[] = [];
        const walk = (field: typeof tree): void => {
          if (field.rule !== undefined) {
            errors.push(field.rule);
            return;
          }
          const inner =
            field.children?.filter((child) => child.mask === undefined && child.rule === undefined) ?? [];
          const inside = (child: typeof tree) =>
            child.offset >= field.offset && child.offset + child.length <= field.offset + field.length;
          if (!(field.children ?? []).every(inside)) expect.fail(`${field.name} does not contain its fields`);
          if (inner.length === 0) for (let i = 0; i < field.length; i++) covered.push(field.offset + i);
          else for (const child of inner) walk(child);
          if (inner.length !== (field.children?.length ?? 0)) {
            for (const child of field.children!) if (child.rule !== undefined) walk(child);
          }
        };
        walk(tree);
        expect(covered).toEqual(Array.from(packet, (_, i) => i));
        expect(errors).toHaveLength(attempt(packet, version) ? 0 : 1);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('pushed into a framer give packets or a CodecError', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (chunks) => {
        const framer = new Framer(4096);
        try {
          for (const chunk of chunks) {
            framer.push(chunk);
            for (let packet = framer.next(); packet !== undefined; packet = framer.next())
              attempt(packet, version);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });
});

/** Values of the right kind that are wrong nearly everywhere. */
const STRANGE_NUMBERS = [
  -1,
  0,
  1.5,
  2,
  3,
  6,
  0x80,
  0xff,
  256,
  65_535,
  65_536,
  2 ** 28,
  2 ** 32,
  Number.NaN,
  Infinity,
];
const STRANGE_TEXTS = [
  '',
  '#',
  'a/+',
  '+/#',
  '$share/',
  '$share/g/#',
  '\0',
  '\uD800',
  '\uDC00x',
  'x'.repeat(65_536),
];

/** Every place in a packet that holds a number, a text or a flag. */
function places(
  value: unknown,
  set: (to: unknown) => void,
): { value: unknown; set: (to: unknown) => void }[] {
  if (typeof value !== 'object' || value === null) return [{ value, set }];
  if (value instanceof Uint8Array) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(value)
    .filter((key) => key !== 'type')
    .flatMap((key) =>
      places(holder[key], (to) => {
        holder[key] = to;
      }),
    );
}

describe.each(VERSIONS)('a packet with one strange value, protocol version %i', (version) => {
  it('is encoded to what can be decoded, or refused with a CodecError', () => {
    let refused = 0;
    let encoded = 0;
    fc.assert(
      fc.property(anyPacket(version), fc.nat(), fc.nat(), (original, place, strange) => {
        const packet = structuredClone(original);
        const all = places(packet, () => {});
        if (all.length === 0) return;
        const { value, set } = all[place % all.length]!;
        if (typeof value === 'number') set(STRANGE_NUMBERS[strange % STRANGE_NUMBERS.length]);
        else if (typeof value === 'string') set(STRANGE_TEXTS[strange % STRANGE_TEXTS.length]);
        else set(!value);
        let bytes: Uint8Array;
        try {
          bytes = encode(packet, version);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          refused++;
          return;
        }
        encoded++;
        const back = decode(bytes, packet.type === 'connect' ? packet.protocolVersion : version);
        expect(plain(back)).toEqual(plain(packet));
      }),
      { seed: SEED, numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(encoded).toBeGreaterThan(500);
  });
});
