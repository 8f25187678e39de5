import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/trace/event.ts';
import { readStory } from '../../viz/layout/story.ts';
import { brokenRules, type TableRow, tableRow } from '../../viz/layout/table-row.ts';
import { TableAnswers } from '../../viz/worker/answers/table-answers.ts';
import { Draughtsman, type Fixture, plantFixture } from './fixture.ts';

const plant = plantFixture();

function rowsOf(fixture: Fixture): TableRow[] {
  const story = readStory(fixture);
  const rules = brokenRules(story);
  return fixture.events.map((event, place) => tableRow(event, fixture.events[place - 1], story, rules));
}

describe('the rows of the table', () => {
  it('are the events of the trace, each with its time and that since the one before', () => {
    const story = readStory(plant);
    const answers = new TableAnswers({ story: () => story });
    const trace = 1;
    expect(answers.size(trace)).toBe(plant.footer.events);
    const rows: TableRow[] = [];
    for (let first = 0; first < plant.footer.events; first += 100)
      rows.push(...answers.rows(trace, first, 100));
    expect(rows.map(({ i, t, node }) => ({ i, t, n: node }))).toEqual(
      plant.events.map(({ i, t, n }) => ({ i, t, n })),
    );
    for (const [place, { t, after }] of rows.entries()) expect(after).toBe(t - (rows[place - 1]?.t ?? t));
    expect(answers.rows(trace, rows.length - 2, 100)).toHaveLength(2);
    expect(answers.rows(trace, 0, 10_000)).toHaveLength(Math.min(500, rows.length));
    expect(rows.map(({ i }) => answers.place(trace, i))).toEqual(rows.map((_, place) => place));
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
      expect(rows[event.i - 1]!.broken).toEqual([event.rule]);
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
      'event 4, 7 ms: hub hub/session/sensor: inflight/7 PUBACK -> null',
    ]);
    expect(rows[3]).toMatchObject({
      event: 'state',
      inner: true,
      details: 'hub/session/sensor inflight/7: PUBACK → none',
    });
  });
});
