/** Ways of the encoder that remember what they wrote: they must write what somebody writes who remembers nothing. */
import { describe, expect, it } from 'vitest';
import { encode, type ProtocolVersion } from '../../../src/mqtt/codec/index.ts';
import { luck } from '../../../src/sim/rng.ts';

/** MQTT as the standards lay it out [5.0/3.3], for a message without properties. */
function written(topic: string, packetId: number, payload: Uint8Array, version: ProtocolVersion): number[] {
  const body = [
    ...[topic.length >> 8, topic.length & 0xff],
    ...Buffer.from(topic),
    ...(packetId === 0 ? [] : [packetId >> 8, packetId & 0xff]),
    ...(version === 5 ? [0] : []),
    ...payload,
  ];
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return [packetId === 0 ? 0x30 : 0x32, ...length, ...body];
}

describe('topics that were written before', () => {
  it('are written as they would be for the first time, and nothing that was encoded changes afterwards', () => {
    let drawn = 0;
    const draw = (): number => luck(7, drawn++);
    // More than are remembered, of every length beside a word, and many of them again and again.
    const topics = Array.from({ length: 1_500 }, (_, i) => `${'t'.repeat(1 + (i % 90))}/${i}`);
    const held: { bytes: Uint8Array; expected: number[] }[] = [];
    for (let i = 0; i < 60_000; i++) {
      const topic = topics[Math.floor(draw() ** 2 * topics.length)]!;
      const packetId = i % 3 === 0 ? 0 : 1 + Math.floor(draw() * 65_535);
      const payload = new Uint8Array(Math.floor(draw() * 40)).fill(i);
      const version = ([3, 4, 5] as const)[i % 3]!;
      const rest = { retain: false, dup: false, topic, payload } as const;
      const bytes = encode(
        packetId === 0
          ? { type: 'publish', qos: 0, ...rest }
          : { type: 'publish', qos: 1, packetId, ...rest },
        version,
      );
      if (i % 20 === 0) held.push({ bytes, expected: written(topic, packetId, payload, version) });
    }
    expect(held.filter(({ bytes, expected }) => !Buffer.from(expected).equals(bytes))).toEqual([]);
  });
});

describe('acknowledgements that were made before', () => {
  const FIRST_BYTES = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const;
  const types = Object.keys(FIRST_BYTES) as (keyof typeof FIRST_BYTES)[];

  it('are those of their identifier, whichever was in its place before', () => {
    for (let round = 0; round < 2; round++)
      for (const packetId of [1, 1_023, 1_024, 1_025, 2_047, 2_048, 3_072, 65_535])
        for (const type of types)
          expect([...encode({ type, packetId }, 4)]).toEqual([
            FIRST_BYTES[type],
            2,
            packetId >> 8,
            packetId & 0xff,
          ]);
  });

  it('are none of what is no Packet Identifier', () => {
    for (const packetId of [0, -1, 1.5, Number.NaN, 65_536, 66_559])
      for (const type of types) expect(() => encode({ type, packetId }, 5), `${type} ${packetId}`).toThrow();
  });
});
