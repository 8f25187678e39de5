import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fails } from '../../../src/trace/assertion.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { GROUPS, isDrawn } from '../../../viz/index/group.ts';
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
      return (event.k === 'verdict' && event.outcome === 'broken') || (event.k === 'assert' && fails(event));
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
        if (title === 'publish') packets += expected.length;
      }
    }
    expect(packets).toBe(1_200);
  });
});
