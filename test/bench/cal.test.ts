import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { atReference, Cal, calNanos } from '../../bench/cal.ts';
import type { Family } from '../../bench/families.ts';
import { measured } from '../../bench/measurement.ts';
import { ObjectHeap } from '../../bench/object-heap.ts';

/** A measure that says one after the other, and fails when it is asked once more. */
const saying = (...nanos: number[]) => {
  const left = [...nanos];
  return () => left.shift() ?? expect.unreachable('measured once too often');
};

describe('the measure of the machine', () => {
  it('is the least of before and after, so that no busy moment flatters what is scaled by it', () => {
    expect(new Cal('full', saying(300, 181)).nanos()).toBe(181);
    expect(new Cal('full', saying(181, 300)).nanos()).toBe(181);
  });

  it('is the same for all figures of a family', () => {
    const cal = new Cal('full', saying(300, 200));
    expect([cal.nanos(), cal.nanos()]).toEqual([200, 200]);
  });

  it('is taken before a family only where its figures are to mean something', () => {
    expect(new Cal('smoke', saying(250)).nanos()).toBe(250);
  });

  it('makes of a machine that is twice as slow the one that the goals were written on', () => {
    expect(atReference(1_000, 318)).toBe(2_000);
  });

  it('is taken in a process that loads nothing but the heap, its delays and their clock', () => {
    const loaded = [/from '\.\/(.*)'/g, /import\('\.\/(.*)'\)/g].flatMap((pattern) =>
      ['cal-process.mjs', 'object-heap.ts'].flatMap((file) =>
        [...readFileSync(new URL(`../../bench/${file}`, import.meta.url), 'utf8').matchAll(pattern)].map(
          ([, name]) => name,
        ),
      ),
    );
    expect(loaded.sort()).toEqual(['measure.ts', 'object-heap.ts']);
    expect(calNanos('smoke')).toBeGreaterThan(0);
  });

  it('is kept with a family that was scaled by it', async () => {
    const family: Family = { title: 'a family', about: '', rows: (_, cal) => [row(cal.nanos())] };
    const row = (value: number) => ({ what: 'the measure', value, unit: 'ns' });
    const { rows, cal } = await measured(family, 'full', new Cal('full', saying(190, 185)));
    expect([rows[0]!.value, cal]).toEqual([185, 185]);
  });
});

describe('the heap that the measure is taken of', () => {
  it('gives what was scheduled by time, and in the order of scheduling at one time', () => {
    const heap = new ObjectHeap();
    const fired: number[] = [];
    const times = [5, 3, 5, 1, 3, 4, 1];
    times.forEach((at, index) => {
      heap.schedule(at, () => fired.push(index));
    });
    for (let event = heap.take(); event !== undefined; event = heap.take()) event.run();
    expect(fired).toEqual([3, 6, 1, 4, 5, 0, 2]);
  });
});
