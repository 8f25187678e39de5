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
import { hexOf } from './bytes.ts';

/** Decodes bytes that may be anything; tells whether they were a packet. */
function attempt(bytes: Uint8Array, version: ProtocolVersion): boolean {
  try {
    decode(bytes, version);
    return true;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
    expect(error.rule).toMatch(/^(3\.1|3\.1\.1|5\.0)\/(MQTT-)?\d[\d.-]*$/);
    expect([0x81, 0x82, 0x84, 0x85, 0x94]).toContain(error.reasonCode);
    expect(error.message).toContain(error.rule);
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
      { seed: SEED, numRuns: 20_000 },
    );
    expect(valid).toBeGreaterThan(20);
  });

  it('are refused at every length but the whole', () => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const whole = encode(packet, version);
        for (let length = 0; length < whole.length; length++) {
          expect(attempt(whole.slice(0, length), version)).toBe(false);
        }
        expect(attempt(Uint8Array.of(...whole, 0), version)).toBe(false);
      }),
      { seed: SEED, numRuns: 150 },
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
          for (const child of field.children ?? []) {
            expect(child.offset).toBeGreaterThanOrEqual(field.offset);
            expect(child.offset + child.length).toBeLessThanOrEqual(field.offset + field.length);
          }
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
      { seed: SEED, numRuns: 5000 },
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
