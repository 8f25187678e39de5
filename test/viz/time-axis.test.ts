import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStory } from '../../viz/index/trace-index.ts';
import { zoomOfAll, zoomOfEvent, zoomOfTimes } from '../../viz/layout/aim.ts';
import { AXES, type Axis } from '../../viz/layout/axis-kind.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, type Scene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { TimeAxis } from '../../viz/layout/time-axis.ts';
import { placeAt, timeAt, timeMapOf } from '../../viz/layout/time-map.ts';
import { crowdFixture, type Fixture, plantFixture, randomFixture } from './fixture.ts';

function sceneOf(fixture: Fixture, axis: Axis, zoom: number): Scene {
  return buildScene(stage(readStory(fixture), new Set()), 1_000, zoom, tableMeasure, readFacts, 150, axis);
}

const packets = fc.array(
  fc.record({
    from: fc.nat(5),
    to: fc.nat(4),
    sentMicros: fc.nat(60).map((step) => step * step * 500),
    lagMicros: fc.nat(20).map((step) => step * 500),
    lost: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
const zooms = fc.constantFrom(1e-5, 0.02, 0.3, 0.35, 1, 4, 30);

describe('an axis of time', () => {
  it('runs downwards at every zoom, and says which time a height is', () => {
    fc.assert(
      fc.property(packets, fc.constantFrom(...AXES), zooms, (random, kind, zoom) => {
        const { axis, rows } = sceneOf(randomFixture(random), kind, zoom);
        for (let instant = 0; instant < rows.times.length; instant++) {
          const y = axis.firstRowOf(instant);
          expect(axis.lastRowOf(instant)).toBeGreaterThanOrEqual(y);
          expect(axis.yAt(rows.times[instant]!)).toBe(y);
          expect(axis.timeAt(y)).toBe(rows.times[instant]);
          if (instant === 0) continue;
          expect(axis.topOf(instant)).toBeGreaterThanOrEqual(axis.lastRowOf(instant - 1) - 1e-6);
          const between = (rows.times[instant - 1]! + rows.times[instant]!) / 2;
          expect(axis.timeAt(axis.yAt(between))).toBeCloseTo(between, 0);
        }
      }),
      { seed: 11, numRuns: 120 },
    );
  });

  it('is true to time when it is linear, and to the order when it is ordinal', () => {
    for (const zoom of [0.01, 1, 40]) {
      const { axis, rows } = sceneOf(plantFixture(), 'linear', zoom);
      const last = rows.times.length - 1;
      const perMicro = (axis.firstRowOf(last) - axis.firstRowOf(0)) / (rows.times[last]! - rows.times[0]!);
      for (let instant = 0; instant <= last; instant++) {
        const off = (rows.times[instant]! - rows.times[0]!) * perMicro + axis.firstRowOf(0);
        expect(axis.firstRowOf(instant)).toBeCloseTo(off, 5);
      }
      const ordinal = sceneOf(plantFixture(), 'ordinal', Math.min(0.3, zoom)).axis;
      for (let instant = 2; instant <= last; instant++) {
        const gap = ordinal.topOf(instant) - ordinal.lastRowOf(instant - 1);
        expect(gap).toBeCloseTo(ordinal.topOf(1) - ordinal.lastRowOf(0), 5);
      }
    }
  });

  it('has round times at even distances when it is linear', () => {
    for (const zoom of [0.02, 0.3, 2]) {
      const scene = sceneOf(plantFixture(), 'linear', zoom);
      const { ticks } = layoutSequence(scene, 0, Math.min(4_000, scene.axis.height));
      expect(ticks.length).toBeGreaterThan(1);
      const apart = ticks[1]!.y - ticks[0]!.y;
      expect(apart).toBeGreaterThanOrEqual(36);
      expect(apart).toBeLessThan(100);
      for (let each = 1; each < ticks.length; each++)
        expect(ticks[each]!.y - ticks[each - 1]!.y).toBeCloseTo(apart, 3);
    }
  });

  it('fits the whole of any trace into a view, and an event or two moments across it', () => {
    for (const fixture of [plantFixture(), crowdFixture(3, 2_000)]) {
      for (const kind of AXES) {
        const scene = sceneOf(fixture, kind, 1);
        const axisAt = (zoom: number): TimeAxis => new TimeAxis(scene.scale(kind), scene.banners, zoom);
        const whole = axisAt(zoomOfAll(axisAt, 700));
        expect(whole.height).toBeLessThanOrEqual(700);
        expect(whole.height).toBeGreaterThan(400);
        const [from, to] = [scene.rows.times[20]!, scene.rows.times[90]!];
        const part = axisAt(zoomOfTimes(axisAt, 500, from, to));
        const apart = part.yAt(to) - part.yAt(from);
        expect(apart).toBeLessThanOrEqual(500);
        // Banners are there or not: there is no zoom between.
        expect(apart).toBeGreaterThan(150);
        const sent = fixture.events.find((event) => event.k === 'packet.sent')!;
        const near = axisAt(zoomOfEvent(axisAt, scene, 600, sent.i));
        const end = scene.story.flightOf(sent.i)!.end!.i;
        expect(near.y(end - 1) - near.y(sent.i - 1)).toBeLessThanOrEqual(600);
        expect(near.y(end - 1)).toBeGreaterThan(near.y(sent.i - 1));
      }
    }
  });

  it('tells heights from an origin, so that those of a long diagram stay small', () => {
    const scene = sceneOf(plantFixture(), 'compressed', 2);
    const near = new TimeAxis(scene.axis.scale, scene.banners, 2, 1_000);
    for (const position of [0, 50, 100]) {
      const y = scene.axis.y(position);
      if (!Number.isNaN(y)) expect(near.y(position)).toBeCloseTo(y - 1_000, 6);
    }
    expect(near.height).toBeCloseTo(scene.axis.height - 1_000, 6);
    expect(near.timeAt(500)).toBe(scene.axis.timeAt(1_500));
  });

  it('is known to a page as times and heights side by side', () => {
    const scene = sceneOf(plantFixture(), 'compressed', 1);
    const map = timeMapOf(scene, 0, scene.axis.height);
    for (const time of scene.rows.times) {
      expect(placeAt(map, time)).toBeCloseTo(scene.axis.yAt(time), 6);
      expect(timeAt(map, placeAt(map, time))).toBe(time);
    }
    const crowd = sceneOf(crowdFixture(3, 2_000), 'compressed', 1);
    const sampled = timeMapOf(crowd, 0, crowd.axis.height);
    expect(sampled.times.length).toBeLessThan(1_000);
    expect(placeAt(sampled, 0)).toBeGreaterThanOrEqual(0);
    expect(placeAt({ times: new Float64Array(0), places: new Float64Array(0) }, 5)).toBe(0);
  });
});
