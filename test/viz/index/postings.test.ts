import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { Density } from '../../../viz/index/density.ts';
import { GROUPS, isDrawn, UNDRAWN } from '../../../viz/index/group.ts';
import { type Landmark, readStory, TraceIndex } from '../../../viz/index/trace-index.ts';
import { crowdFixture, plantFixture } from '../fixture.ts';
import { record } from '../recorded.ts';

type Plain = Exclude<Landmark, 'exchange' | 'message'>;

function isWanted(landmark: Plain, event: TraceEvent, from: TraceEvent | undefined): boolean {
  switch (landmark) {
    case 'drawn':
      return isDrawn(event);
    case 'fault':
      return event.k === 'fault.began';
    case 'violation':
      return (event.k === 'verdict' && event.outcome === 'broken') || (event.k === 'assert' && !event.holds);
    case 'node':
      return isDrawn(event) && event.n === from?.n;
  }
}

/** The same by a walk over the events. */
function nextByWalk(
  events: readonly TraceEvent[],
  landmark: Plain,
  ordinal: number,
  direction: 1 | -1,
): number {
  const from = events[ordinal - 1];
  for (let at = ordinal + direction; at >= 1 && at <= events.length; at += direction) {
    if (isWanted(landmark, events[at - 1]!, from)) return at;
  }
  return 0;
}

describe('where things happen', () => {
  it.each(['plant', 'flapping-uplink.ts', 'qos-under-cuts.ts'])(
    'is in %s what a walk over the events finds, from any place and in either direction',
    async (name) => {
      const { header, events } = name === 'plant' ? plantFixture() : await record(name);
      const index = readStory({ header, events, footer: undefined });
      let found = 0;
      for (const landmark of ['drawn', 'node', 'fault', 'violation'] as const) {
        fc.assert(
          fc.property(
            fc.integer({ min: 0, max: events.length + 1 }),
            fc.constantFrom(1, -1),
            (ordinal, direction) => {
              const expected = nextByWalk(events, landmark, ordinal, direction as 1 | -1);
              expect(index.next(landmark, ordinal, direction as 1 | -1)).toBe(expected);
              if (expected > 0) found++;
            },
          ),
          { seed: 2, numRuns: 150 },
        );
      }
      expect(found).toBeGreaterThan(200);
    },
  );

  it('is known of a trace that still grows', () => {
    const { header, events } = plantFixture();
    const index = new TraceIndex(header);
    for (const event of events) {
      index.push(event);
      expect(index.next('drawn', event.i + 1, -1)).toBe(
        nextByWalk(events.slice(0, event.i), 'drawn', event.i + 1, -1),
      );
    }
  });

  it('is listed for each node and family of its packets', () => {
    const { header, events } = crowdFixture(9, 300);
    const index = readStory({ header, events, footer: undefined });
    let packets = 0;
    for (const [node, name] of index.events.names.entries()) {
      for (const [group, title] of GROUPS.entries()) {
        const expected = events.filter(({ n, i }) => n === name && index.events.group[i - 1] === group);
        expect([...index.postings.of(node, group).ordinals()]).toEqual(expected.map(({ i }) => i));
        expect(index.postings.of(node, group).countIn(100, 700)).toBe(
          expected.filter(({ i }) => i >= 100 && i < 700).length,
        );
        if (title === 'publish') packets += expected.length;
      }
    }
    expect(packets).toBe(1_200);
  });
});

describe('how much happens', () => {
  /** By a walk over all events. */
  function countByWalk(
    index: TraceIndex,
    laneOf: Int32Array,
    lanes: number,
    edges: readonly number[],
  ): number[] {
    const { group, node } = index.events;
    const counts = new Array<number>(Math.max(0, edges.length - 1) * (lanes + 1) * GROUPS.length).fill(0);
    for (let at = 0; at < index.eventCount; at++) {
      if (group[at] === UNDRAWN) continue;
      const lane = laneOf[node[at]!]! < 0 ? lanes : laneOf[node[at]!]!;
      for (let bin = 0; bin + 1 < edges.length; bin++) {
        if (at < edges[bin]! || at >= edges[bin + 1]!) continue;
        counts[(bin * (lanes + 1) + lane) * GROUPS.length + group[at]!]!++;
      }
    }
    return counts;
  }

  it('is counted between any places as a walk over all events counts it', async () => {
    for (const { header, events } of [
      plantFixture(),
      crowdFixture(30, 900),
      await record('flapping-uplink.ts'),
    ]) {
      const index = readStory({ header, events, footer: undefined });
      const lanes = 3;
      const laneOf = Int32Array.from(index.events.names, (_, node) => (node % 5) - (node % 5 > 3 ? 5 : 1));
      expect(laneOf.some((lane) => lane < 0)).toBe(true);
      const density = new Density(
        index.events,
        index.eventCount,
        laneOf.map((lane) => Math.min(lane, 2)),
        lanes,
      );
      const places = fc.array(fc.nat(events.length), { maxLength: 12 });
      fc.assert(
        fc.property(places, (drawn) => {
          const edges = [...drawn].sort((one, other) => one - other);
          expect([...density.counts(edges)]).toEqual(
            countByWalk(
              index,
              laneOf.map((lane) => Math.min(lane, 2)),
              lanes,
              edges,
            ),
          );
        }),
        { seed: 4, numRuns: 60 },
      );
    }
  });

  it('never loses a violation among a hundred thousand other things', () => {
    const { header } = plantFixture();
    const index = new TraceIndex(header);
    const note = (i: number): TraceEvent => ({ i, t: i, c: 0, k: 'note', n: 'a', text: '' });
    for (let i = 1; i <= 100_000; i++) {
      if (i !== 77_777) index.push(note(i));
      else index.push({ i, t: i, c: 0, k: 'assert', n: 'a', assertion: 'always', holds: false, text: '' });
    }
    const density = new Density(index.events, index.eventCount, new Int32Array([0]), 1);
    const edges = Array.from({ length: 1_001 }, (_, bin) => bin * 100);
    const counts = density.counts(edges);
    const violations = Array.from(
      { length: 1_000 },
      (_, bin) => counts[bin * 2 * GROUPS.length + GROUPS.indexOf('violation')]!,
    );
    expect(violations.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([[777, 1]]);
  });
});
