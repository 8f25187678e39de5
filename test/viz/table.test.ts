import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/event.ts';
import { compile } from '../../viz/filter/compile.ts';
import { parseFilter } from '../../viz/filter/parse.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { brokenRules, type TableRow, tableRow } from '../../viz/layout/table-row.ts';
import { TableAnswers } from '../../viz/worker/answers/table-answers.ts';
import { Matches } from '../../viz/worker/matches.ts';
import { Draughtsman, type Fixture, plantFixture } from './fixture.ts';

const plant = plantFixture();

function rowsOf(fixture: Fixture): TableRow[] {
  const story = readStory(fixture);
  const rules = brokenRules(story);
  return fixture.events.map((event, place) => tableRow(event, fixture.events[place - 1], story, rules));
}

const ALL = { filter: '', hide: true };

/** The table of one trace, and filters that are applied at once. */
function tableOf(fixture: Fixture): TableAnswers {
  const story = readStory(fixture);
  const matches = (_trace: number, text: string): Matches => {
    const holds = compile(parseFilter(text).filter!, story);
    const ordinals = fixture.events.map(({ i }) => i).filter(holds);
    return new Matches(Uint32Array.from(ordinals), story.eventCount);
  };
  return new TableAnswers({ story: () => story }, { apply: async () => undefined, matches });
}

describe('the rows of the table', () => {
  it('are the events of the trace, each with its time and that since the one before', async () => {
    const answers = tableOf(plant);
    expect(await answers.size(1, ALL)).toEqual({
      rows: plant.footer.events,
      matches: plant.footer.events,
      events: plant.footer.events,
    });
    const rows: TableRow[] = [];
    for (let first = 0; first < plant.footer.events; first += 100)
      rows.push(...answers.rows(1, ALL, first, 100));
    expect(rows.map(({ i, t, node }) => ({ i, t, n: node }))).toEqual(
      plant.events.map(({ i, t, n }) => ({ i, t, n })),
    );
    for (const [place, { t, after }] of rows.entries()) expect(after).toBe(t - (rows[place - 1]?.t ?? t));
    expect(answers.rows(1, ALL, rows.length - 2, 100)).toHaveLength(2);
    expect(answers.rows(1, ALL, 0, 10_000)).toHaveLength(Math.min(500, rows.length));
    expect(rows.map(({ i }) => answers.place(1, ALL, i))).toEqual(rows.map((_, place) => place));
  });

  it('are those that a filter matches, or tell those apart', async () => {
    const answers = tableOf(plant);
    const matching = plant.events.filter(({ k }) => k === 'packet.lost').map(({ i }) => i);
    const hide = { filter: 'kind:packet.lost', hide: true };
    const dim = { ...hide, hide: false };
    expect(matching.length).toBeGreaterThan(1);
    expect(await answers.size(1, hide)).toEqual({
      rows: matching.length,
      matches: matching.length,
      events: plant.footer.events,
    });
    const rows = answers.rows(1, hide, 0, 100);
    expect(rows.map(({ i }) => i)).toEqual(matching);
    expect(rows[1]!.after).toBe(rows[1]!.t - rows[0]!.t);
    expect(matching.map((ordinal) => answers.place(1, hide, ordinal))).toEqual(
      matching.map((_, place) => place),
    );
    // An event that is left out is looked for at the next one that is there.
    expect(answers.place(1, hide, matching[0]! - 1)).toBe(0);
    expect(answers.place(1, hide, matching[0]! + 1)).toBe(1);
    expect(answers.place(1, hide, plant.footer.events)).toBe(matching.length - 1);
    expect((await answers.size(1, dim)).rows).toBe(plant.footer.events);
    const told = answers.rows(1, dim, 0, 500).filter(({ matches }) => matches);
    expect(told.map(({ i }) => i)).toEqual(matching);
  });

  it('say of every packet who sent it to whom, and how it ended', () => {
    const rows = rowsOf(plant);
    const kinds = (kind: TraceEvent['k']): number[] =>
      plant.events.filter(({ k }) => k === kind).map(({ i }) => i);
    const named = (name: RegExp): number[] => rows.filter(({ event }) => name.test(event)).map(({ i }) => i);
    expect(named(/^[A-Z]+ sent$/)).toEqual(kinds('packet.sent'));
    expect(named(/^[A-Z]+ received$/)).toEqual(kinds('packet.received'));
    expect(named(/^[A-Z]+ lost$/)).toEqual(kinds('packet.lost'));
    for (const event of plant.events) {
      const row = rows[event.i - 1]!;
      if (event.k === 'packet.received') {
        const sent = rows[event.of - 1]!;
        expect([row.from, row.to]).toEqual([sent.node, row.node]);
        expect([sent.from, sent.to, sent.details]).toEqual([row.from, row.to, row.details]);
        expect(sent.fate.replace('arrives after', 'took')).toBe(row.fate);
      }
      if (event.k !== 'packet.lost') continue;
      expect(row).toMatchObject({ fate: `lost: ${event.reason}`, tone: 'bad' });
      expect(rows[event.of - 1]).toMatchObject({ fate: `lost: ${event.reason}`, tone: 'bad' });
    }
  });

  it('name the broken promise at each event that shows it', () => {
    const rows = rowsOf(plant);
    const verdicts = plant.events.filter((event) => event.k === 'verdict' && event.outcome === 'broken');
    expect(verdicts.length).toBeGreaterThan(0);
    for (const event of verdicts) {
      if (event.k !== 'verdict') continue;
      // The rule is said once in a row.
      expect(rows[event.i - 1]).toMatchObject({ broken: [event.rule], fate: 'broken', tone: 'bad' });
      for (const ordinal of event.about) {
        expect(rows[ordinal - 1]!.broken).toContain(event.rule);
        expect(rows[ordinal - 1]!.sentence).toContain(`shows that ${event.rule} is broken`);
      }
    }
  });

  it('tell those who hear them who did it and what changed', () => {
    const d = new Draughtsman();
    d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
    const got = d.pass(
      5_000,
      'sensor',
      'hub',
      'sensor>hub#1',
      { type: 'puback', packetId: 7 },
      2_000,
      undefined,
    );
    d.put(7_000, 'state', 'hub', got, { entity: 'hub/session/sensor', d: [['inflight/7', 'PUBACK', null]] });
    const rows = rowsOf(d.finish('one answer', '1', 'passed'));
    expect(rows.map(({ sentence }) => sentence)).toEqual([
      'event 1, 0: hub is added as broker',
      'event 2, 5 ms: sensor sends PUBACK #7 to hub, arrives after 2 ms',
      'event 3, 7 ms: hub receives PUBACK #7; changes hub/session/sensor inflight/7: PUBACK → none',
      'event 4, 7 ms: hub changes hub/session/sensor inflight/7: PUBACK → none',
    ]);
    expect(rows[3]).toMatchObject({
      event: 'state',
      inner: true,
      details: 'hub/session/sensor inflight/7: PUBACK → none',
    });
  });
});
