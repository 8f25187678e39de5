import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scenario } from 'mqtt-amber';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createChecker, Lives, pageOf, RULES } from '../../src/check/index.ts';
import { fails } from '../../src/trace/assertion.ts';
import type { Asserted, TraceEvent, Vantage } from '../../src/trace/event.ts';
import { readTrace } from '../../src/trace/reader.ts';
import { MUTANTS, substitutionOf } from '../../src/zoo/index.ts';
import { singleFileOf } from '../../viz/export/single-file.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { Judgement } from '../../viz/judge/judgement.ts';
import { plantFixture } from './fixture.ts';
import { recorded, recordedRun } from './recorded.ts';
import { accessibilityFaults, show, Viewing } from './viewing.ts';

const viewing = new Viewing();
/** A broker that forgets what it has at QoS 2, in the worst of worlds: promises are broken, and most others are put to the test. */
let broken: { text: string; events: readonly TraceEvent[] };

beforeAll(async () => {
  const mutant = MUTANTS.find(({ name }) => name === 'qos2-forgotten')!;
  const text = await recorded('zoo/cuts.ts', {
    seed: 1,
    profile: 'swarm',
    substitute: substitutionOf(mutant),
  });
  broken = { text, events: readTrace(Buffer.from(text)).list };
  await viewing.start();
});
afterAll(() => viewing.end());
afterEach(() => {
  expect(viewing.complaints).toEqual([]);
});

/** As the panel says it, by the groups it is in. */
async function outcomesIn(page: Page): Promise<Map<string, string>> {
  const rows = await page.$$eval('amber-promises [data-outcome]:not([data-outcome=assertions])', (groups) =>
    groups.flatMap((group) =>
      [...group.querySelectorAll('[data-rule]')].map((rule) => [
        rule.getAttribute('data-rule')!,
        group.getAttribute('data-outcome')!,
      ]),
    ),
  );
  return new Map(rows as [string, string][]);
}

/** How a rule is said to stand at the cursor, to those who do not see the sign. */
function standingOf(page: Page, rule: string): Promise<string | null> {
  return page.locator(`[data-rule="${rule}"] .visually-hidden`).textContent();
}

async function judged(page: Page): Promise<void> {
  await page.locator('amber-promises [data-outcome]').first().waitFor();
  await page.locator('amber-promises .judging').waitFor({ state: 'detached' });
}

/** What `amber check` reports of events seen from somewhere. */
function checked(
  events: readonly TraceEvent[],
  vantage: Vantage,
): Map<string, { outcome: string; reached: number }> {
  const checker = createChecker({ vantage });
  for (const event of events) if (event.k !== 'verdict') checker.observe(event);
  const { rules } = checker.finish({ quiet: false });
  return new Map(rules.map(({ rule, outcome, reached }) => [rule, { outcome, reached }]));
}

/** A script that expects too much: an `always` fails twice, the second time on another occasion. */
const greedy = scenario('a script that expects too much', async (sim) => {
  const hub = sim.broker('hub');
  const sensor = sim.client('sensor');
  const screen = sim.client('screen');
  await screen.connect(hub);
  await screen.subscribe('#', { qos: 1 });
  await sensor.connect(hub);
  screen.on('message', () => sim.always(screen.received.length < 3, 'at most two readings come'));
  for (let reading = 1; reading <= 4; reading++) {
    await sensor.publish('plant/1', `${reading}`, { qos: 1 });
    sim.sometimes(reading === 9, 'nine readings');
  }
  await sim.quiet();
});

describe('what the script asserts', () => {
  it('is broken where an always fails, and not where a sometimes is not true', async () => {
    const { header, list, footer } = readTrace(Buffer.from(await recordedRun(greedy)));
    const failures = list.filter((event) => event.k === 'assert' && fails(event));
    const place = (failures[0] as Asserted).place;
    expect(place).toMatch(/^promises\.test\.ts:\d+$/);
    const line = Number(place!.split(':')[1]);
    const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
    expect(source[line - 1]).toContain("'at most two readings come'");
    expect(failures.map((event) => (event as Asserted).place)).toEqual([place, undefined]);
    expect(readStory({ header, events: list, footer }).tally.violations).toBe(2);
    const judgement = new Judgement({ vantage: 'both-ends' });
    for (const event of list) judgement.observe(event);
    expect(judgement.look().assertions).toEqual([
      {
        assertion: 'sometimes',
        text: 'nine readings',
        held: 0,
        unheld: 4,
        firstHeld: 0,
        failures: [],
        failedCount: 0,
      },
      {
        assertion: 'always',
        text: 'at most two readings come',
        held: 2,
        unheld: 2,
        firstHeld: list.find((event) => event.k === 'assert' && event.assertion === 'always')!.i,
        failures: failures.map(({ i, t }, at) => ({
          at: i,
          t,
          node: '',
          text: at === 0 ? `it fails at ${place}` : 'it fails',
        })),
        failedCount: 2,
      },
    ]);
  });

  it('stands in a group of its own, and each failure leads to its event and to its causes', async () => {
    const text = await recordedRun(greedy);
    const failures = readTrace(Buffer.from(text)).list.filter(
      (event) => event.k === 'assert' && fails(event),
    );
    const page = await viewing.open(text);
    await page.getByRole('button', { name: '2 broken' }).click();
    const selected = (): Promise<number> =>
      page.locator('amber-trace').evaluate((viewer) => (viewer as unknown as { selected: number }).selected);
    await expect.poll(selected).toBe(failures[0]!.i);
    await page.getByRole('button', { name: 'Promises', exact: true }).click();
    await judged(page);
    const group = page.locator('[data-outcome=assertions]');
    expect(await group.locator('h3').textContent()).toBe('Asserted by the script 2');
    expect(await group.locator('.rule.broken').textContent()).toMatch(
      /always.*failed 2 ×.*it fails at promises\.test\.ts:\d+/s,
    );
    expect(await group.locator('.rule.not-yet').textContent()).toContain('nine readings');
    await group.locator('.verdict-of').nth(1).click();
    await expect.poll(selected).toBe(failures[1]!.i);
    expect(await accessibilityFaults(page)).toEqual([]);
    await group.getByRole('button', { name: `Why event ${failures[1]!.i} happened` }).click();
    await page.locator('amber-why .why .here').waitFor();
    const chain = await page.locator('amber-why section').first().locator('li').allTextContents();
    expect(chain.length).toBeGreaterThan(3);
    expect(chain.at(-1)).toContain('always fails: at most two readings come');
    expect(chain.at(-2)).toContain('screen receives PUBLISH');
  });
});

describe('the promises', () => {
  it('are those of amber check, with the broken ones first, and each leads to where it was broken', async () => {
    const { text, events } = broken;
    const page = await viewing.open(text);
    await page.getByRole('button', { name: 'Promises' }).click();
    await judged(page);
    const report = checked(events, 'both-ends');
    const outcomes = await outcomesIn(page);
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries([...report].map(([rule, { outcome }]) => [rule, outcome])),
    );
    const groups = page.locator('amber-promises [data-outcome]');
    expect(await groups.first().getAttribute('data-outcome')).toBe('broken');
    const verdicts = events.filter((event) => event.k === 'verdict' && event.outcome === 'broken');
    expect(verdicts.length).toBeGreaterThan(5);
    await page.getByRole('button', { name: /^show \d+ more/ }).click();
    expect(await page.locator('.verdict-of').count()).toBe(verdicts.length);
    await page.locator('.verdict-of').nth(1).click();
    await expect
      .poll(() =>
        page
          .locator('amber-trace')
          .evaluate((viewer) => (viewer as unknown as { selected: number }).selected),
      )
      .toBe(verdicts[1]!.i);
    // A statement can be looked for, and a rule by its meaning.
    await page.getByRole('searchbox', { name: 'Find a promise' }).fill('5.0/MQTT-4.3.3-10');
    await expect.poll(async () => [...(await outcomesIn(page)).keys()]).toEqual(['delivery.exactly-once']);
  });

  it('stand at the cursor as they stood then', async () => {
    const { text, events } = broken;
    const first = events.find((event) => event.k === 'verdict' && event.outcome === 'broken')!;
    const rule = 'delivery.exactly-once';
    const begun = firstPremise(events, rule);
    const page = await viewing.open(text, { scheme: 'dark' });
    const at = async (ordinal: number): Promise<void> => {
      await page
        .locator('amber-trace')
        .evaluate((viewer, selected) => void Object.assign(viewer, { selected, panel: 'promises' }), ordinal);
      await judged(page);
    };
    for (const [ordinal, standing] of [
      [begun - 1, 'not reached so far'],
      [begun, 'held so far'],
      [first.i - 1, 'held so far'],
      [first.i, 'broken'],
    ] as const) {
      await at(ordinal);
      await expect.poll(() => standingOf(page, rule)).toBe(standing);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('are judged from the vantage of the trace: what the wire does not show is neither kept nor broken', async () => {
    const { text, events } = broken;
    const page = await viewing.open(text.replace('"vantage":"both-ends"', '"vantage":"wire"'));
    await page.getByRole('button', { name: 'Promises' }).click();
    await judged(page);
    const hidden = Object.entries(RULES).filter(
      ([, rule]) => !(rule.vantage as readonly Vantage[]).includes('wire'),
    );
    const outcomes = await outcomesIn(page);
    expect(
      [...outcomes]
        .filter(([, outcome]) => outcome === 'not observable')
        .map(([rule]) => rule)
        .sort(),
    ).toEqual(hidden.map(([rule]) => rule).sort());
    expect(hidden.length).toBeGreaterThan(5);
    for (const [rule, { outcome }] of checked(events, 'wire')) {
      // What was recorded as broken is shown as that.
      if (outcomes.get(rule) !== 'broken') expect(outcomes.get(rule), rule).toBe(outcome);
    }
    expect(await page.locator('amber-promises .sentence').textContent()).toContain('seen from the wire');
  });

  it('are judged in a page that is a single file, which asks nobody for anything and opens at the first that is broken', async () => {
    const assets = new Map<string, string>();
    for (const name of readdirSync(inject('viewer'))) {
      assets.set(name, readFileSync(join(inject('viewer'), name), 'utf8'));
    }
    const trace = { name: 'cuts.amber.jsonl.gz', bytes: gzipSync(broken.text) };
    const page = await viewing.openFile(singleFileOf(assets.get('index.html')!, assets, trace));
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!/^(blob|data):/.test(request.url())) asked.push(request.url());
    });
    // A page of a failure opens where it failed.
    await page.locator('.panel:not([hidden]) h2', { hasText: 'is broken' }).waitFor();
    await page.locator('.sign.broken.selected').waitFor();
    await page.getByRole('button', { name: 'Promises' }).click();
    await judged(page);
    expect((await outcomesIn(page)).get('delivery.exactly-once')).toBe('broken');
    expect(asked).toEqual([]);
  });

  it('has nothing for axe to find on a narrow screen, and shows a passed run as passed', async () => {
    const text = await recorded('flapping-uplink.ts');
    const page = await viewing.open(text, { width: 390, height: 844 });
    await page.getByRole('button', { name: 'Promises' }).click();
    await judged(page);
    expect(await page.locator('[data-outcome=broken]').count()).toBe(0);
    expect(await page.locator('[data-outcome=held] [data-rule]').count()).toBeGreaterThan(20);
    await page.locator('[data-outcome=held] .rule-head').first().click();
    await page.locator('[data-outcome=held] .statements li').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

describe('who hears the page', () => {
  it('learns who sent an event, what it changed, and which promise it broke', async () => {
    const { text, events } = broken;
    const verdict = events.find((event) => event.k === 'verdict' && event.outcome === 'broken')!;
    const about = (verdict as { about: readonly number[] }).about[0]!;
    const page = await viewing.open(text);
    const heard = (): Promise<string> => page.locator('aside').ariaSnapshot();
    await show(page, about, 'state');
    await expect.poll(heard).toMatch(/heading "What it changed \d+" \[level=3\]/);
    const inspected = await heard();
    expect(inspected).toContain('complementary "Inspector"');
    expect(inspected).toMatch(/heading "PUBLISH QoS 2 #\d+ (DUP )?reading" \[level=2\]/);
    expect(inspected).toMatch(/paragraph: "?hub receives PUBLISH/);
    expect(inspected).toMatch(/term: broken\n\s+- definition:\n\s+- button "delivery.exactly-once"/);
    expect(inspected).toMatch(/tab "State" \[selected\]/);
    expect(inspected).toMatch(/list:\n\s+- listitem:\n\s+- '?button "hub: session of/);
    await page.getByRole('button', { name: 'Promises' }).click();
    await judged(page);
    const promises = await heard();
    expect(promises).toMatch(/heading "Broken 1" \[level=3\]/);
    expect(promises).toMatch(/button "delivery.exactly-once (broken|held so far) \d+ × an accepted message/);
    expect(promises.indexOf('heading "Broken')).toBeLessThan(promises.indexOf('heading "Held'));
  });
});

/** The first event at which the premise of a rule arises, found by a checker of our own. */
function firstPremise(events: readonly TraceEvent[], wanted: string): number {
  let now = 0;
  let first = 0;
  const checker = createChecker({
    vantage: 'both-ends',
    onReach: (rule) => {
      if (rule === wanted && first === 0) first = now;
    },
  });
  for (const event of events) {
    now = event.i;
    if (event.k !== 'verdict') checker.observe(event);
  }
  return first;
}

describe('a judgement', () => {
  it('counts every premise that it tells, and none before its event', () => {
    const { events } = broken;
    const told = new Map<string, number>();
    const checker = createChecker({
      vantage: 'both-ends',
      onReach: (rule) => told.set(rule, (told.get(rule) ?? 0) + 1),
    });
    for (const event of events) if (event.k !== 'verdict') checker.observe(event);
    const { rules } = checker.finish({ quiet: false });
    for (const { rule, reached } of rules) expect(told.get(rule) ?? 0, rule).toBe(reached);
  });

  it('says a verdict once that was recorded and is found again, and keeps one that is only recorded', () => {
    const { events } = broken;
    const judgement = new Judgement({ vantage: 'both-ends' });
    for (const event of events) judgement.observe(event);
    judgement.observe({
      i: 9_999,
      t: 0,
      c: 0,
      n: 'hub',
      k: 'verdict',
      rule: 'of.another-version',
      outcome: 'broken',
      text: 'it says so',
      about: [3],
    });
    judgement.finish();
    const { rules } = judgement.look();
    const [strange] = rules;
    expect(strange).toMatchObject({
      rule: 'of.another-version',
      meaning: '',
      outcome: 'broken',
      brokenCount: 1,
    });
    const recordedVerdicts = events.filter((event) => event.k === 'verdict' && event.outcome === 'broken');
    expect(
      rules
        .flatMap((rule) => rule.broken)
        .map(({ at }) => at)
        .sort((a, b) => a - b),
    ).toEqual([...recordedVerdicts.map(({ i }) => i), 9_999]);
  });
});

describe('the ledger', () => {
  it('is the page of the message of a packet, a delivery or a verdict, with what became of it for each subscriber', async () => {
    const { text, events } = broken;
    const lives = new Lives('both-ends');
    for (const event of events) lives.observe(event);
    const page = await viewing.open(text);
    const packet = events.find((event) => event.k === 'packet.sent' && event.bytes[0]! >> 4 === 3)!;
    const delivery = events.find((event) => event.k === 'app.delivered')!;
    const verdict = events.find((event) => event.k === 'verdict' && event.outcome === 'broken')!;
    for (const { i } of [packet, delivery, verdict]) {
      const asked = i === verdict.i ? (verdict as { about: readonly number[] }).about : [i];
      const owner = lives.ownerOf(asked.find((ordinal) => lives.ownerOf(ordinal) !== undefined)!)!;
      const expected = pageOf(lives, 'publication' in owner ? owner.publication : owner);
      await show(page, i, 'message');
      const article = page.locator('.ledger').first();
      await expect.poll(() => article.locator('.message').textContent()).toBe(expected.message);
      await expect.poll(() => article.locator('> .why > li').count()).toBe(expected.steps.length);
      expect(new Set(await article.locator('.life summary').allTextContents())).toHaveLength(
        expected.lives.length,
      );
      expect(await article.locator('.life .fate').allTextContents()).toEqual(
        expect.arrayContaining(expected.lives.map(({ fate }) => fate)),
      );
      expect(await article.locator('.life li').count()).toBe(
        expected.lives.reduce((sum, { steps }) => sum + steps.length, 0),
      );
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    const life = page.locator('.life[open]').first();
    const step = life.locator('li button').first();
    await step.click();
    await page.locator(`.inspector-body:not([data-event="${verdict.i}"])`).waitFor();
    expect(await page.locator('.ledger .here').count()).toBeGreaterThan(0);
  });

  it('stands below the obituary that was recorded, and says when an event belongs to no message', async () => {
    const plant = plantFixture();
    const page = await viewing.open(plant.text);
    const verdict = plant.events.find((event) => event.k === 'verdict')!;
    await show(page, verdict.i, 'bytes');
    const obituary = plant.events.find((event) => event.k === 'obituary')!;
    await expect.poll(() => page.locator('.obituary h3').textContent()).toContain(obituary.message);
    await page.locator('.obituary ~ amber-ledger .ledger').first().waitFor();
    await show(page, 1, 'message');
    await page.getByText('This event belongs to no message.').waitFor();
  });
});
