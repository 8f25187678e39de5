import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateCell, StateChanged, TraceEvent } from '../../../src/trace/event.ts';
import { StateIndex } from '../../../viz/index/states.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { record } from '../recorded.ts';

/** The state of every entity of a node after the first `count` events: a replay of all of them. */
function replay(events: readonly TraceEvent[], count: number, node: string): Record<string, unknown> {
  const state: Record<string, Record<string, StateCell>> = {};
  for (const event of events.slice(0, count)) {
    if (event.k !== 'state' || event.n !== node) continue;
    state[event.entity] ??= {};
    for (const [key, old, now] of event.d) {
      if ((state[event.entity]![key] ?? null) !== old)
        throw new Error(`event ${event.i} changes what was not so`);
      if (now === null) delete state[event.entity]![key];
      else state[event.entity]![key] = now;
    }
  }
  return state;
}

describe('the state of machines', () => {
  it.each(['flapping-uplink.ts', 'qos-under-cuts.ts', 'sessions.ts', 'durability.ts'])(
    'is at 200 random places of %s what a replay says',
    async (story) => {
      const content = await record(story);
      const index = readStory(content);
      const nodes = [...new Set(index.states.entities.map(({ node }) => node))];
      expect(nodes.length).toBeGreaterThan(1);
      let keys = 0;
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: content.events.length }),
          fc.constantFrom(...nodes),
          (ordinal, node) => {
            const expected = replay(content.events, ordinal, node);
            const entities = index.states.entitiesOf(node).filter(({ since }) => since <= ordinal);
            const found = entities.map(({ name }) => [
              name,
              Object.fromEntries(index.states.at(name, ordinal)),
            ]);
            expect(Object.fromEntries(found)).toEqual(expected);
            keys += Object.keys(expected).length;
          },
        ),
        { seed: 200, numRuns: 200 },
      );
      expect(keys).toBeGreaterThan(200);
    },
  );

  it('is the same with many changes between keyframes and many keys in them', () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(1_500), fc.nat(3)), {
      minLength: 4_000,
      maxLength: 9_000,
    });
    fc.assert(
      fc.property(steps, fc.array(fc.nat(9_000), { maxLength: 12 }), (drawn, asked) => {
        const states = new StateIndex();
        const events: StateChanged[] = [];
        const live = new Map<string, StateCell>();
        for (const [at, [entity, key, value]] of drawn.entries()) {
          const place = `${entity} ${key}`;
          const now = value === 0 ? null : value;
          const d = [[`${key}`, live.get(place) ?? null, now]] as const;
          live.set(place, now);
          const event: StateChanged = {
            i: at + 1,
            t: at,
            c: 0,
            k: 'state',
            n: 'hub',
            entity: `hub/${entity}`,
            d,
          };
          events.push(event);
          states.push(event);
        }
        for (const ordinal of asked) {
          const expected = replay(events, ordinal, 'hub');
          for (const { name } of states.entities) {
            expect(Object.fromEntries(states.at(name, ordinal))).toEqual(expected[name] ?? {});
          }
        }
      }),
      { seed: 3, numRuns: 4 },
    );
  });

  it('says what an event changed: a state event itself, any other what it is the cause of', async () => {
    const { header, events } = await record('qos-under-cuts.ts');
    const index = readStory({ header, events, footer: undefined });
    const changesOf = (event: StateChanged) =>
      event.d.map(([key, old, now]) => ({ ordinal: event.i, entity: event.entity, key, old, now }));
    let causes = 0;
    for (const event of events) {
      const caused = events.filter((each) => each.k === 'state' && each.c === event.i);
      const expected = event.k === 'state' ? changesOf(event) : (caused as StateChanged[]).flatMap(changesOf);
      expect(index.states.changesBy(event.i)).toEqual(expected);
      if (event.k !== 'state' && expected.length > 0) causes++;
    }
    expect(causes).toBeGreaterThan(50);
  });

  it('is nothing of an entity that never was', () => {
    expect(new StateIndex().at('hub', 10)).toEqual(new Map());
  });
});
