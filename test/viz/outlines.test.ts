import { describe, expect, it } from 'vitest';
import type { Arrow } from '../../viz/layout/display-list.ts';
import { outlineOf } from '../../viz/layout/outlines.ts';

/** A packet that is under way for hundreds of thousands of pixels, dashed. */
const long: Arrow = {
  i: 1,
  x1: 100,
  y1: -350_000,
  x2: 800,
  y2: 420_000,
  family: 'qos2',
  weight: 1.25,
  end: 'arrived',
  accused: false,
  aimX: 800,
  count: 1,
  label: undefined,
  note: undefined,
  dimmed: false,
};
/** A dash of nine pixels and a gap of four. */
const PERIOD = 13;

describe('the outline of an arrow', () => {
  it('is as long as the window, however far the arrow reaches, and has no ends there', () => {
    const { shaft, tip, tail } = outlineOf(long, 0, 1_300);
    expect(shaft!.y1).toBeLessThan(0);
    expect(shaft!.y2).toBeGreaterThan(1_300);
    expect(shaft!.y2 - shaft!.y1).toBeLessThan(1_400);
    expect([tip, tail]).toEqual(['', '']);
  });

  it('lies on the line of the whole arrow, and begins with a whole dash of it', () => {
    for (const top of [0, 1, 331, 662.5, 100_000]) {
      const { x1, y1 } = outlineOf(long, top, top + 1_300).shaft!;
      const way = Math.hypot(x1 - long.x1, y1 - long.y1);
      const [wide, high] = [long.x2 - long.x1, long.y2 - long.y1];
      expect((x1 - long.x1) * high - (y1 - long.y1) * wide).toBeCloseTo(0, 2);
      expect(Math.abs(way / PERIOD - Math.round(way / PERIOD))).toBeLessThan(1e-6);
    }
  });

  it('is whole where the arrow is, and nothing where it is not', () => {
    const short = { ...long, y1: 100, y2: 140 };
    expect(outlineOf(short, 0, 1_300)).toEqual(outlineOf(short));
    expect(outlineOf(short).shaft).toMatchObject({ x1: 100, y1: 100 });
    expect(outlineOf(short).tip).not.toBe('');
    expect(outlineOf(short, 200, 1_300)).toEqual({ shaft: undefined, tip: '', tail: '' });
    expect(outlineOf(short, -500, 50)).toEqual({ shaft: undefined, tip: '', tail: '' });
  });

  it('has the end that is in the window', () => {
    expect(outlineOf({ ...long, family: 'connect' }, -350_100, -349_000)).toMatchObject({
      tip: '',
      tail: expect.stringMatching(/^M/),
    });
    expect(outlineOf(long, 419_000, 420_300).tip).toMatch(/^M.*Z$/);
  });
});
