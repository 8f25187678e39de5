import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode, encodedLength, type Packet, type Publish } from '../../../src/mqtt/codec/index.ts';
import { anyPacket, SEED, VERSIONS } from './arbitrary.ts';
import { hexOf, plain } from './bytes.ts';

describe.each(VERSIONS)('packets of protocol version %i', (version) => {
  it('come back from their bytes as they were', () => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        expect(plain(decode(encode(packet, version), version))).toEqual(plain(packet));
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('have the length that is told before they are encoded', () => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        expect(encodedLength(packet, version)).toBe(encode(packet, version).length);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('keep their bytes whatever is encoded after them', () => {
    fc.assert(
      fc.property(fc.array(anyPacket(version), { minLength: 2, maxLength: 20 }), (packets) => {
        const encoded = packets.map((packet) => encode(packet, version));
        const copies = encoded.map(hexOf);
        for (const packet of packets) encode(packet, version);
        expect(encoded.map(hexOf)).toEqual(copies);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

function publish(payloadBytes: number, topic = 'a'): Publish {
  const payload = new Uint8Array(payloadBytes).fill(7);
  return { type: 'publish', topic, payload, qos: 0, retain: false, dup: false };
}

describe('sizes at which something changes', () => {
  // Remaining Length is 3 more than the payload: a length prefix and 'a'.
  it.each([
    [127, 2],
    [128, 3],
    [16_383, 3],
    [16_384, 4],
    [2_097_151, 4],
    [2_097_152, 5],
  ])('a Remaining Length of %i has a fixed header of %i bytes', (remaining, header) => {
    const packet = publish(remaining - 3);
    const bytes = encode(packet, 4);
    expect(bytes.length).toBe(header + remaining);
    expect(encodedLength(packet, 4)).toBe(bytes.length);
    expect(plain(decode(bytes, 4))).toEqual(plain(packet));
  });

  it.each([127, 128, 16_383, 16_384, 70_000])('properties of about %i bytes', (size) => {
    const properties = { userProperties: [] as [string, string][] };
    for (let left = size; left > 5; left -= 5 + Math.min(1000, left - 5)) {
      properties.userProperties.push(['', 'x'.repeat(Math.min(1000, left - 5))]);
    }
    const packet: Packet = { ...publish(10), properties };
    expect(plain(decode(encode(packet, 5), 5))).toEqual(plain(packet));
  });

  it('packets around the end of a slab', () => {
    for (let i = 0; i < 300; i++) {
      const packet = publish(400 + i);
      expect(plain(decode(encode(packet, 4), 4))).toEqual(plain(packet));
    }
    for (const size of [65_000, 65_528, 65_529, 65_530, 65_536, 200_000]) {
      const packet = publish(size);
      expect(plain(decode(encode(packet, 4), 4))).toEqual(plain(packet));
    }
  });

  it.each(VERSIONS)(
    'a short PUBLISH of protocol version %i, written at once as it is piece by piece',
    (version) => {
      const kept: [Uint8Array, string][] = [];
      for (let i = 0; i < 3_000; i++) {
        const qos = (i % 3) as 0 | 1 | 2;
        const topic = ['a', 'plant/7/temperature', 'x'.repeat(100), 'ü'][i % 4]!;
        const packet: Publish = {
          ...publish(i % 61, topic),
          qos,
          retain: i % 5 === 0,
          dup: qos > 0 && i % 7 === 0,
        };
        if (qos > 0) packet.packetId = 1 + ((i * 31) % 65_535);
        const bytes = encode(packet, version);
        // Properties that are none make it no plain one.
        expect(hexOf(bytes)).toBe(hexOf(encode({ ...packet, properties: {} }, version)));
        kept.push([bytes, hexOf(bytes)]);
      }
      for (const [bytes, hex] of kept) expect(hexOf(bytes)).toBe(hex);
    },
  );

  it('strings of 65535 bytes, whatever their characters', () => {
    for (const topic of ['x'.repeat(65_535), 'ü'.repeat(32_767), '€'.repeat(21_845)]) {
      const packet = publish(1, topic);
      expect(plain(decode(encode(packet, 5), 5))).toEqual(plain(packet));
    }
  });

  it('a SUBSCRIBE of more filters than a slab holds', () => {
    const subscriptions = Array.from({ length: 20_000 }, (_, i) => ({
      filter: `sensor/${i}/#`,
      qos: 1 as const,
    }));
    const packet: Packet = { type: 'subscribe', packetId: 1, subscriptions };
    expect(plain(decode(encode(packet, 4), 4))).toEqual(plain(packet));
  });
});

describe('the order of properties', () => {
  it('is kept by decoding and encoding', () => {
    const first = encode({ ...publish(1), properties: { topicAlias: 1, contentType: 'x' } }, 5);
    const second = encode({ ...publish(1), properties: { contentType: 'x', topicAlias: 1 } }, 5);
    expect(first).not.toEqual(second);
    expect(encode(decode(first, 5), 5)).toEqual(first);
    expect(encode(decode(second, 5), 5)).toEqual(second);
  });
});
