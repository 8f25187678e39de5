import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_PACKET_ID, PacketIdSet, PacketIds } from '../../../src/mqtt/session/packet-ids.ts';

describe('PacketIds', () => {
  it('counts from 1 and never hands out 0', () => {
    const ids = new PacketIds();
    expect([ids.take(), ids.take(), ids.take()]).toEqual([1, 2, 3]);
  });

  it('reuses a freed identifier only when the circle comes round', () => {
    const ids = new PacketIds();
    ids.take();
    ids.free(1);
    expect(ids.take()).toBe(2);
  });

  it('skips what is in use when it comes round [3.1.1/MQTT-2.3.1-2] [3.1.1/MQTT-2.3.1-4]', () => {
    const ids = new PacketIds();
    ids.reserve(65_534);
    ids.reserve(1);
    expect(ids.take()).toBe(65_535);
    expect(ids.take()).toBe(2);
  });

  it('answers 0 when all 65,535 are in use, and goes on once one is free', () => {
    const ids = new PacketIds();
    const taken = new Set<number>();
    for (let n = 0; n < MAXIMUM_PACKET_ID; n++) taken.add(ids.take());
    expect(taken.size).toBe(MAXIMUM_PACKET_ID);
    expect(ids.take()).toBe(0);
    ids.free(777);
    expect(ids.take()).toBe(777);
    expect(ids.take()).toBe(0);
  });

  it('never hands out one that is in use, whatever is taken and freed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 99 }), { maxLength: 400 }), (steps) => {
        const ids = new PacketIds();
        const used: number[] = [];
        for (const step of steps) {
          if (step < 60 || used.length === 0) {
            const id = ids.take();
            expect(used).not.toContain(id);
            expect(id).toBeGreaterThan(0);
            used.push(id);
          } else {
            const [id] = used.splice(step % used.length, 1);
            ids.free(id!);
          }
          expect(ids.size).toBe(used.length);
        }
      }),
      { seed: 7 },
    );
  });
});

describe('PacketIdSet', () => {
  it('is a set however many it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 60 })), { maxLength: 300 }),
        (steps) => {
          const set = new PacketIdSet();
          const model = new Set<number>();
          for (const [add, id] of steps) {
            if (add) expect(set.add(id)).toBe(!model.has(id));
            else expect(set.delete(id)).toBe(model.has(id));
            if (add) model.add(id);
            else model.delete(id);
            expect(set.has(id)).toBe(model.has(id));
          }
          expect(set.size).toBe(model.size);
          expect(set.toArray()).toEqual([...model].sort((a, b) => a - b));
        },
      ),
      { seed: 8 },
    );
  });

  it('never holds 0, which is no identifier', () => {
    const set = new PacketIdSet();
    expect([set.has(0), set.delete(0), set.size]).toEqual([false, false, 0]);
    set.add(7);
    expect([set.has(0), set.delete(0), set.size]).toEqual([false, false, 1]);
  });
});
