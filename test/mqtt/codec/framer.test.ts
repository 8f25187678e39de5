import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, Framer, type Packet } from '../../../src/mqtt/codec/index.ts';
import { anyPacket, SEED } from './arbitrary.ts';
import { bytesOf, codecErrorOf, hexOf } from './bytes.ts';

function framesOf(framer: Framer): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let frame = framer.next(); frame !== undefined; frame = framer.next()) frames.push(frame);
  return frames;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const long: Packet = {
  type: 'publish',
  topic: 'long',
  payload: new Uint8Array(3000).fill(9),
  qos: 0,
  retain: false,
  dup: false,
};

describe('a framer', () => {
  it('gives the same packets however the stream is cut, and whenever it is read', () => {
    const stream = fc.array(fc.oneof(anyPacket(5), fc.constant(long)), { minLength: 1, maxLength: 12 });
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4000 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(stream, cuts, fc.integer({ min: 1, max: 4 }), (packets, sizes, readEvery) => {
        const encoded = packets.map((packet) => encode(packet, 5));
        const bytes = joined(encoded);
        const framer = new Framer();
        const frames: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!;
          framer.push(bytes.slice(at, at + size));
          at += size;
          if (i % readEvery === 0) frames.push(...framesOf(framer));
        }
        frames.push(...framesOf(framer));
        expect(frames.map(hexOf)).toEqual(encoded.map(hexOf));
        expect(framer.pending).toBe(0);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('gives a packet that lies in one chunk as a view of it', () => {
    const bytes = joined([encode({ type: 'pingreq' }, 4), encode(long, 4), encode({ type: 'pingreq' }, 4)]);
    const framer = new Framer();
    framer.push(bytes);
    for (const frame of framesOf(framer)) expect(frame.buffer).toBe(bytes.buffer);
  });

  it('has no packet before its last byte', () => {
    const bytes = encode(long, 4);
    const framer = new Framer();
    for (let i = 0; i < bytes.length - 1; i++) {
      framer.push(bytes.subarray(i, i + 1));
      expect(framer.next()).toBeUndefined();
      expect(framer.pending).toBe(i + 1);
    }
    framer.push(bytes.subarray(bytes.length - 1));
    expect(framer.next()).toEqual(bytes);
    expect(framer.next()).toBeUndefined();
  });

  it('takes memory for bytes that came, not for bytes that are announced', () => {
    const framers = Array.from({ length: 200 }, () => {
      const framer = new Framer();
      framer.push(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1));
      expect(framer.next()).toBeUndefined();
      return framer;
    });
    // 200 announcements of 256 MiB each would not fit into any process.
    expect(framers).toHaveLength(200);
  });

  it('looks at a stream of single bytes a bounded number of times', () => {
    // A framer that copied the whole beginning for every byte would move 125 GB here and run into the time limit.
    const size = 500_000;
    const bytes = encode({ ...long, payload: new Uint8Array(size) }, 4);
    const framer = new Framer();
    let frames = 0;
    for (let i = 0; i < bytes.length; i++) {
      framer.push(bytes.subarray(i, i + 1));
      if (framer.next() !== undefined) frames++;
    }
    expect(frames).toBe(1);
  });

  it('queues chunks that are pushed without being read', () => {
    const framer = new Framer();
    const ping = encode({ type: 'pingreq' }, 4);
    for (let i = 0; i < 1000; i++) {
      framer.push(ping.subarray(0, 1));
      framer.push(ping.subarray(1));
    }
    expect(framesOf(framer)).toHaveLength(1000);
  });
});

describe('a framer refuses', () => {
  it('a packet above its maximum as soon as the length is known', () => {
    const framer = new Framer(100);
    const bytes = encode({ ...long, payload: new Uint8Array(91) }, 4);
    expect(bytes.length).toBe(99);
    framer.push(bytes);
    expect(framer.next()).toEqual(bytes);
    framer.push(Uint8Array.of(0x30, 98));
    expect(framer.next()).toBeUndefined();

    const strict = new Framer(100);
    strict.push(Uint8Array.of(0x30, 99));
    const error = codecErrorOf(() => strict.next());
    expect(error).toMatchObject({ reasonCode: 0x95, offset: 1, rule: '5.0/3.1.2.11.4' });
    expect(error.message).toContain('101 bytes');
  });

  it('a fifth byte of Remaining Length, also when bytes come one by one', () => {
    const framer = new Framer();
    for (const byte of [0x30, 0xff, 0xff, 0xff]) framer.push(Uint8Array.of(byte));
    expect(framer.next()).toBeUndefined();
    framer.push(Uint8Array.of(0x80));
    expect(codecErrorOf(() => framer.next())).toMatchObject({
      reasonCode: 0x81,
      offset: 1,
      rule: '5.0/1.5.5',
    });
  });

  it.each([['c08000'], ['c0808000'], ['30ff8000']])(
    'a Remaining Length that is not in its shortest form: %s',
    (hex) => {
      const framer = new Framer();
      framer.push(bytesOf(hex));
      expect(codecErrorOf(() => framer.next())).toMatchObject({ reasonCode: 0x81, rule: '5.0/MQTT-1.5.5-1' });
    },
  );

  it.each([['c08000'], ['c08080808000']])('a Remaining Length before 5.0 by its own section: %s', (hex) => {
    const framer = new Framer(100, 4);
    framer.push(bytesOf(hex));
    expect(codecErrorOf(() => framer.next())).toMatchObject({ reasonCode: 0x81, rule: '3.1.1/2.2.3' });
  });

  it('whatever comes after an error, with the same error', () => {
    const framer = new Framer();
    framer.push(bytesOf('c0 00 30 ff ff ff ff'));
    expect(framer.next()).toEqual(bytesOf('c0 00'));
    const error = codecErrorOf(() => framer.next());
    framer.push(bytesOf('c0 00'));
    expect(codecErrorOf(() => framer.next())).toBe(error);
  });
});
