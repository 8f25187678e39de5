/** Where words and signs stand where something went wrong: beside what they are about, and not on each other. */
import { expect, it } from 'vitest';
import type { Label } from '../../viz/layout/display-list.ts';
import { LineRoom } from '../../viz/layout/line-room.ts';
import { pictured } from './pictured.ts';

/** Of the disc around the sign of a fault that is marked. */
const RADIUS = 9;

const SEED = 4;

const textOf = (label: Label | undefined): string => label?.spans.map(({ text }) => text).join(' ') ?? '';

it.each([
  [314, 1],
  [480, 1],
  [727, 1],
  [887, 1],
])(
  'the sign of a fault that lasts is seen whole: no words lie on it, in a view of %i',
  async (view, zoom) => {
    const { arrows, bands, marks } = await pictured(
      'lessons/qos-0',
      { seed: SEED, parameters: { trouble: 'loss' } },
      view,
      zoom,
    );
    const sign = marks.find(({ glyph }) => glyph === 'fault')!;
    const labels = [...arrows, ...bands, ...marks].flatMap(({ label }) => label ?? []);
    expect(labels.length).toBeGreaterThan(5);
    const covering = labels.filter(
      ({ height, width, x, y }) =>
        sign.x + RADIUS > x &&
        sign.x - RADIUS < x + width &&
        sign.y + RADIUS > y &&
        sign.y - RADIUS < y + height,
    );
    expect(covering.map(textOf)).toEqual([]);
    // It stands where the fault begins all the same.
    const band = bands.find(({ kind }) => kind === 'fault')!;
    expect(sign.x - band.x1).toBeLessThan(20);
    expect(sign.y - band.y1).toBeLessThan(40);
  },
);

it.each([0.8, 1, 1.6, 2.5])(
  'a packet that is lost where another one has just arrived is named beside where it left, and on no line, at zoom %d',
  async (zoom) => {
    const { arrows, bottom, top } = await pictured(
      'lessons/three-packets',
      { seed: SEED, parameters: { packets: 3 } },
      314,
      zoom,
    );
    const lost = arrows.find(({ end }) => end === 'lost')!;
    const { height, x, y, ...label } = lost.label!;
    expect(textOf(lost.label)).toBe('PUBREL #1');
    expect(new LineRoom(arrows, top, bottom).isFree({ ...label, height, x, y })).toBe(true);
    // Nearer to where it left than to where it was lost, at which the line of time stands when that is told.
    expect(Math.abs(y + height / 2 - lost.y1)).toBeLessThan(Math.abs(y + height / 2 - lost.y2));
    expect(y + height).toBeLessThanOrEqual(lost.y2);
  },
);

it.each([
  ['lessons/keep-alive', { trouble: 'silence' }],
  ['lessons/last-will', { ending: 'power-cut' }],
] as const)(
  'what was lost in %s with %o is named on a telephone, its cross is seen, and no word of it is cut off',
  async (story, parameters) => {
    const { arrows, lanes, marks } = await pictured(story, { seed: SEED, parameters }, 314, 1);
    const lost = arrows.filter(({ end }) => end === 'lost');
    expect(lost.length).toBeGreaterThan(0);
    const labels = [
      ...arrows.flatMap(({ label, note }) => [label ?? [], note ?? []].flat()),
      ...marks.flatMap(({ label }) => label ?? []),
    ];
    for (const { label, x2, y2 } of lost) {
      expect(label).toBeDefined();
      expect(
        labels
          .filter(({ height, width, x, y }) => x2 > x && x2 < x + width && y2 > y && y2 < y + height)
          .map(textOf),
      ).toEqual([]);
    }
    expect(lanes.length).toBe(3);
    for (const { width, x } of labels) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(314);
    }
    expect(marks.map(({ label }) => textOf(label)).filter((text) => /^(crash|power).*…/.test(text))).toEqual(
      [],
    );
  },
);
