import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import { PacketCutter } from '../../../src/mqtt/codec/packet-cutter.ts';

const publish = (length: number) =>
  encode(
    { type: 'publish', topic: 'a', payload: new Uint8Array(length), qos: 0, retain: false, dup: false },
    4,
  );
const packets = [encode({ type: 'pingreq' }, 4), publish(0), publish(125), publish(20_000), publish(5)];

/** What a cutter says of bytes that are written in pieces of so many. */
function cut(bytes: readonly number[], size: number) {
  const pieces: number[] = [];
  const units: number[][] = [];
  const faults: (string | undefined)[] = [];
  const cutter = new PacketCutter({
    piece: (piece, unit, malformed) => {
      pieces.push(...piece);
      if (unit === undefined) return;
      units.push([...unit]);
      faults.push(malformed);
    },
  });
  for (let at = 0; at < bytes.length; at += size) cutter.write(Uint8Array.from(bytes.slice(at, at + size)));
  return { pieces, units, faults, cutter };
}

describe('a stream that is cut at the ends of its packets', () => {
  it.each([1, 2, 3, 7, 130, 4_096, 100_000])(
    'in pieces of %i bytes has every byte and every packet once',
    (size) => {
      const bytes = packets.flatMap((packet) => [...packet]);
      const { pieces, units, faults, cutter } = cut(bytes, size);
      expect(pieces).toEqual(bytes);
      expect(units).toEqual(packets.map((packet) => [...packet]));
      expect(faults).toEqual(packets.map(() => undefined));
      expect(cutter.cutShort()).toBeUndefined();
    },
  );

  it('gives what was begun when nothing follows', () => {
    const bytes = [...publish(0), ...publish(300).subarray(0, 200)];
    const { pieces, units, cutter } = cut(bytes, 64);
    expect(pieces).toEqual(bytes);
    expect(units).toEqual([[...publish(0)]]);
    expect([...cutter.cutShort()!]).toEqual([...publish(300).subarray(0, 200)]);
    expect(cutter.cutShort()).toBeUndefined();
  });

  it('is cut no more after a length that never ends, and still has every byte', () => {
    const begun = [0x30, 0xff, 0xff, 0xff, 0xff, 1, 2, 3];
    for (const size of [1, 2, 8, 100]) {
      const bytes = [0xc0, 0, ...begun, 0xc0, 0];
      const { pieces, units, faults } = cut(bytes, size);
      expect(pieces).toEqual(bytes);
      expect(units[0]).toEqual([0xc0, 0]);
      expect(units.slice(1).flat()).toEqual([...begun, 0xc0, 0]);
      expect(new Set(faults.slice(1))).toEqual(new Set(['the remaining length has more than four bytes']));
    }
  });

  it('goes on after a length that is longer than it has to be: that is for the reader to refuse', () => {
    expect(cut([0xc0, 0x80, 0, 0xc0, 0], 2).units).toEqual([
      [0xc0, 0x80, 0],
      [0xc0, 0],
    ]);
  });
});
