import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StateCell, TraceEvent } from '../../src/trace/event.ts';
import type { StateLook } from '../../viz/worker/answers/state-answers.ts';
import { plantFixture } from './fixture.ts';
import { recorded } from './recorded.ts';
import { accessibilityFaults, show, Viewing } from './viewing.ts';

const STORIES = ['flapping-uplink.ts', 'durability.ts', 'sessions.ts', 'retained.ts'];
const PAIRS = 200;
const SEED = 20_261_127;

const viewing = new Viewing();
beforeAll(() => viewing.start());
afterAll(() => viewing.end());
afterEach(() => {
  expect(viewing.complaints).toEqual([]);
});

/** The lines of a trace file between header and footer, read by nobody but `JSON.parse`. */
function eventsIn(text: string): TraceEvent[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as TraceEvent);
}

type Entities = Record<string, Record<string, StateCell>>;

/** All that a node has told up to an event, from the first line on: keys that are gone are not there. */
function replayed(events: readonly TraceEvent[], node: string, until: number): Entities {
  const entities: Entities = {};
  for (const event of events.slice(0, until)) {
    if (event.k !== 'state' || event.n !== node) continue;
    entities[event.entity] ??= {};
    const entity = entities[event.entity]!;
    for (const [key, _old, now] of event.d) {
      if (now === null) delete entity[key];
      else entity[key] = now;
    }
    if (Object.keys(entity).length === 0) delete entities[event.entity];
  }
  return entities;
}

/** The last of the state events that stand right behind an event and are its doing. */
function settledAt(events: readonly TraceEvent[], { i, k }: TraceEvent): number {
  let last = i;
  if (k === 'state') return last;
  for (const event of events.slice(i)) {
    if (event.c !== i) break;
    if (event.k === 'state') last = event.i;
  }
  return last;
}

/** What changed at or because of an event. */
function changesOf(events: readonly TraceEvent[], i: number): unknown[] {
  const own = events[i - 1]!;
  const tellers = own.k === 'state' ? [own] : events.filter((event) => event.k === 'state' && event.c === i);
  return tellers.flatMap((event) =>
    event.k === 'state'
      ? event.d.map(([key, old, now]) => ({ ordinal: event.i, entity: event.entity, key, old, now }))
      : [],
  );
}

function look(
  page: Page,
  ordinal: number,
  unfolded: string[] = [],
  find = '',
): Promise<StateLook | undefined> {
  return page.locator('amber-trace').evaluate(
    (viewer, question) => {
      const { desk, trace } = viewer.shadowRoot!.querySelector('amber-inspector') as unknown as {
        desk: { ask(...question: unknown[]): Promise<StateLook | undefined> };
        trace: number;
      };
      return desk.ask('state', 'look', trace, ...question);
    },
    [ordinal, unfolded, find] as const,
  );
}

/** What the page shows of a node: values as words are left to the eye; entities, keys and the old and new ones are there. */
function shownIn(page: Page, node: string): Promise<Record<string, string[]>> {
  return page.locator(`.node[data-node="${node}"]`).evaluate((section) => {
    const shown: Record<string, string[]> = {};
    for (const entity of section.querySelectorAll('[data-entity]')) {
      const keys = [...entity.querySelectorAll('[data-key]')].filter(
        (row) => row.querySelector('ins')?.textContent !== '—',
      );
      if (keys.length > 0)
        shown[entity.getAttribute('data-entity')!] = keys.map((row) => row.getAttribute('data-key')!).sort();
    }
    return shown;
  });
}

describe('the state in the inspector', () => {
  it.each(STORIES)(
    'is that of an independent replay, at random events of %s and for random nodes',
    async (story) => {
      const text = await recorded(story);
      const events = eventsIn(text);
      const nodes = [...new Set(events.flatMap(({ k, n }) => (k === 'node.added' ? [n] : [])))];
      const page = await viewing.open(text);
      await show(page, 1, 'state');
      const pairs = fc.sample(
        fc.tuple(fc.integer({ min: 1, max: events.length }), fc.constantFrom(...nodes)),
        {
          seed: SEED,
          numRuns: PAIRS / STORIES.length,
        },
      );
      let told = 0;
      for (const [ordinal, node] of pairs) {
        const answer = await look(page, ordinal, [node]);
        if (answer?.is !== 'told') throw new Error(`no state at event ${ordinal}`);
        const { state } = answer;
        const event = events[ordinal - 1]!;
        expect(state.after).toBe(settledAt(events, event));
        expect(state.changes).toEqual(changesOf(events, ordinal));
        const { entities } = state.nodes.find(({ name }) => name === node)!;
        const seen: Entities = {};
        for (const { name, cells } of entities!) {
          const there = cells.filter(({ value }) => value !== null);
          if (there.length > 0) seen[name] = Object.fromEntries(there.map(({ key, value }) => [key, value]));
          for (const { key, old } of cells) {
            if (old === undefined) continue;
            expect(replayed(events, node, ordinal - (event.k === 'state' ? 1 : 0))[name]?.[key] ?? null).toBe(
              old,
            );
          }
        }
        expect(seen, `event ${ordinal}, ${node}`).toEqual(replayed(events, node, state.after));
        told += Object.keys(seen).length;
      }
      expect(told).toBeGreaterThan(20);
      // And the eye sees what the answer says.
      for (const [ordinal] of pairs.slice(0, 8)) {
        const event = events[ordinal - 1]!;
        if (event.n === '') continue;
        await show(page, ordinal, 'state');
        const after = settledAt(events, event);
        const keys = Object.entries(replayed(events, event.n, after)).map(([name, cells]) => [
          name,
          Object.keys(cells).sort(),
        ]);
        await expect.poll(() => shownIn(page, event.n)).toEqual(Object.fromEntries(keys));
      }
    },
  );

  it('is the same after a step forward and a step back, and names what turned into what', async () => {
    const text = await recorded('flapping-uplink.ts');
    const events = eventsIn(text);
    const page = await viewing.open(text);
    const words = (): Promise<string> => page.locator('amber-state').textContent().then(String);
    const received = events.filter((event) => event.k === 'packet.received');
    for (const at of [20, 100, 400]) {
      const { i } = received[at]!;
      await show(page, i, 'state');
      await expect
        .poll(words)
        .toContain(`after event ${settledAt(events, received[at]!).toLocaleString('en')}`);
      const before = await words();
      await page.keyboard.press('ArrowRight');
      await expect.poll(words).not.toBe(before);
      await page.keyboard.press('ArrowLeft');
      await page.locator(`.inspector-body[data-event="${i}"]`).waitFor();
      await expect.poll(words).toBe(before);
    }
    const turned = events.find(({ k, c }) => k === 'state' && events[c - 1]?.k === 'packet.received')!;
    await show(page, turned.c, 'state');
    await expect.poll(() => page.locator('.changes li').count()).toBe(changesOf(events, turned.c).length);
    expect(await page.locator('.entity .turned').count()).toBeGreaterThan(0);
    // Other nodes are folded, and unfold.
    const folded = page.locator('.node:not(.here) [aria-expanded=false]').first();
    const name = await folded.locator('b').textContent();
    await folded.click();
    await page.locator(`.node[data-node="${name}"] .entity`).first().waitFor();
    await page.getByRole('searchbox').fill('queue/len');
    await expect
      .poll(() =>
        page.$$eval('.entity [data-key]', (rows) => [
          ...new Set(rows.map((row) => row.getAttribute('data-key'))),
        ]),
      )
      .toEqual(['queue/length']);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('says why there is none in a trace of another level, and what the wire tells instead', async () => {
    const plant = plantFixture();
    const page = await viewing.open(plant.text, { scheme: 'dark' });
    const { events } = plant;
    for (const event of [events[150]!, events.at(-5)!]) {
      await show(page, event.i, 'state');
      await page.locator('.why-untold', { hasText: 'level packets' }).waitFor();
      const past = events.slice(0, event.i);
      const dialled = new Set(past.flatMap((each) => (each.k === 'conn.dialled' ? [each.conn] : [])));
      for (const each of past)
        if (each.k === 'conn.ended' && each.n === each.conn.split('>')[0]) dialled.delete(each.conn);
      await expect.poll(() => page.locator('.standing li .link').allTextContents()).toEqual([...dialled]);
      const gone = new Set(
        past.flatMap((each) => (each.k === 'packet.received' || each.k === 'packet.lost' ? [each.of] : [])),
      );
      const flying = past.filter((each) => each.k === 'packet.sent' && !gone.has(each.i));
      expect(await page.locator('.wire-state ol li').count()).toBe(flying.length);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
