/** The page of the lessons as it is built: every lesson from its first step to its pass, on a telephone, and what else a reader needs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import type { Lesson } from '../../../viz/lessons/lesson.ts';
import { LESSONS } from '../../../viz/lessons/lessons.ts';
import type { Overview } from '../../../viz/worker/overview.ts';
import { repository } from '../../programs.ts';
import { axeFaultsInBothThemes } from '../axe.ts';
import { openChromium } from '../viewing.ts';
import { LessonRoute } from './lesson-route.ts';
import { Rehearsals } from './rehearsal.ts';

const TELEPHONE = { width: 390, height: 844 };
const built = join(repository, 'dist/viewer');

let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: ViewServer;
const complaints: string[] = [];

beforeAll(async () => {
  if (!existsSync(join(built, 'lessons.html')))
    throw new Error('run "npm run build" first, as "npm test" does');
  server = await startViewServer(built, undefined, 0);
  browser = await openChromium();
  context = await browser.newContext({ viewport: TELEPHONE, reducedMotion: 'reduce' });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${server.url}lessons.html`);
});

afterAll(async () => {
  await context?.close();
  await browser?.close();
  await server?.close();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** Goes to the list of all lessons, and from there to one, at its beginning. */
async function open(lesson: string): Promise<void> {
  await page.evaluate('location.hash = ""');
  await page.locator('.shelf').waitFor();
  if (lesson === '') return;
  await page.evaluate(`location.hash = ${JSON.stringify(lesson)}`);
  await page.locator(`.lesson[data-lesson="${lesson}"] .card[aria-busy=false]`).waitFor();
}

/**
 * Looks at the list as somebody who was never there: what the other tests have seen or reached is not known there.
 *
 * @param first is run in the page before its own scripts.
 */
async function onOwnVisit(
  viewport: typeof TELEPHONE,
  looks: () => Promise<void>,
  first?: string,
): Promise<void> {
  const visit = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const before = page;
  page = await visit.newPage();
  try {
    if (first !== undefined) await page.addInitScript(first);
    await page.goto(`${server.url}lessons.html`);
    await looks();
  } finally {
    page = before;
    await visit.close();
  }
}

/** Which part of the lesson is shown. */
const stage = (): Promise<string | null> => page.locator('.stages [aria-current=step]').textContent();
const said = (): Promise<string | null> => page.locator('.said p').textContent();
const submit = (): Promise<void> => page.locator('.card button[type=submit]').click();

/** What can be read goes no further to the right than the screen. */
async function fits(): Promise<void> {
  const [content, screen] = (await page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )) as [number, number];
  expect(content).toBe(screen);
}

/** What the viewer says of the run that is in the picture. */
function overview(): Promise<Overview> {
  return page
    .locator('amber-trace')
    .evaluate((viewer) => (viewer as unknown as { overview: Overview }).overview);
}

/** What of a lesson axe has looked at, in both themes. */
const audited = new Set<string>();

/**
 * What axe has against what is shown, light and dark. It looks at each kind of card once, at each list of parts, and at the picture of every
 * lesson when it is predicted: what is alike in its elements and classes is alike for axe.
 */
async function isAccessible(): Promise<void> {
  const here = await stage();
  const { name, kinds } = await page.locator('.lesson').evaluate((lesson) => ({
    name: lesson.getAttribute('data-lesson'),
    kinds: [
      ...new Set(
        [...lesson.querySelectorAll('.text *:not(code, em, .statement, .picture-key *)')].map(
          (element) => `${element.tagName}.${element.getAttribute('class') ?? ''}`,
        ),
      ),
    ],
  }));
  const seen = [`${here} ${kinds.sort().join(' ')}`, ...(here === 'See' ? [`${here} ${name}`] : [])];
  if (seen.every((each) => audited.has(each))) return;
  for (const each of seen) audited.add(each);
  expect(await axeFaultsInBothThemes(page), `${name}, ${here}`).toEqual([]);
}

/** Reads on until another part of the lesson begins. */
async function readOn(): Promise<void> {
  const here = await stage();
  while ((await stage()) === here) await page.locator('.card .next').click();
}

/** Makes a choice, and says what will come of it. */
async function predict(choice: number, expected: number): Promise<void> {
  await page.locator('input[name=change]').nth(choice).check();
  await page.locator('input[name=expected]').nth(expected).check();
  await submit();
}

async function answerBytes(lesson: Lesson, answer: number): Promise<void> {
  await page.locator('.hex-line > *').first().waitFor();
  if ('read' in lesson.bytes) await page.locator('.number input').fill(String(answer));
  else await page.locator('input[name=byte]').nth(answer).check();
  await submit();
}

/** What has to be seen where things are compared. */
const COMPARISONS: Readonly<Record<string, () => Promise<void>>> = {
  /** Nine cells with the lower of both QoS, each off a run that opens. */
  'qos-matrix': async () => {
    for (const published of [0, 1, 2]) {
      for (const granted of [0, 1, 2]) {
        const cell = page.locator(`[data-cell="${published}-${granted}"]`);
        expect(await cell.textContent()).toBe('?');
        await cell.click();
        await page.locator(`[data-cell="${published}-${granted}"][aria-pressed=true]`).waitFor();
        expect(await cell.textContent()).toBe(String(Math.min(published, granted)));
        const { header } = await overview();
        expect(header.parameters).toEqual({ published, granted });
      }
    }
  },
  /** 30, 36 and 44 bytes of our packets, and those of the stanzas that are shown. */
  'wire-cost': async () => {
    await page
      .locator('.bill td', { hasText: /^[0-9]/ })
      .last()
      .waitFor();
    const stanzas = await page.locator('.bill pre').allTextContents();
    const counted = stanzas.map((text) => String(Buffer.byteLength(text)));
    expect(await page.locator('.bill td').allTextContents()).toEqual(['30', '36', '44', ...counted]);
    expect(counted).toEqual(['72', '229', '57']);
  },
  /** One packet over two frames, and two packets in one. */
  websocket: async () => {
    await page
      .locator('.bill td', { hasText: /^[0-9]/ })
      .last()
      .waitFor();
    const [on, off, both, packet, first, second] = (await page.locator('.bill td').allTextContents()).map(
      Number,
    );
    const HEAD = 6;
    expect(both).toBe(on! + off! + HEAD);
    expect(first! + second!).toBe(packet! + 2 * HEAD);
  },
  /** Every cell at once. */
  survival: async () => {
    await page.locator('.run-all').click();
    await page.locator('.run-all').waitFor({ state: 'detached' });
    const cells = await page.locator('.cell').allTextContents();
    expect(cells).toEqual([
      ...['kept', 'lost', 'lost'],
      ...['kept', 'kept', 'lost'],
      ...['kept', 'kept', 'kept'],
    ]);
  },
};

/** The whole way, with a wrong answer before every right one. */
async function complete(lesson: Lesson, look: () => Promise<void>): Promise<void> {
  const route = await new LessonRoute(lesson, new Rehearsals()).find();
  const { expectations } = lesson.prediction;
  await open(lesson.name);
  await look();
  await page.locator('.card .next').click();
  await readOn();
  for (const { choice, right } of route.tries) {
    expect(await stage()).toBe('Predict');
    const wrong = (right + 1) % expectations.length;
    await predict(choice, wrong);
    expect(await said()).toBe(`That is not what happens. ${expectations[wrong]!.hint.replaceAll('`', '')}`);
    expect(await said()).not.toContain(expectations[right]!.text);
    await page.locator('.which').waitFor();
    await look();
    await predict(choice, right);
    await page.locator('.step').waitFor();
    expect(await page.locator('.card h2').textContent()).toMatch(/^You were right/);
    expect(await page.locator('.run amber-trace').isVisible()).toBe(true);
    await look();
    await readOn();
  }
  for (const [at, lack] of (lesson.lack ?? []).entries()) {
    expect(await stage()).toBe('What if');
    await page.locator('.card[aria-busy=false]').waitFor();
    // Beside its text and above its picture it is said that this is another run, and not what the lesson teaches.
    expect(await page.locator('.card .apart').textContent()).toMatch(
      `What if ${at + 1} of ${lesson.lack!.length} This is not how MQTT works`,
    );
    expect(await page.locator('div.run .apart').textContent()).toBe(`Another run, not MQTT: ${lack.without}`);
    // What is missing is told first, and then step by step what comes of it.
    expect(await page.locator('.counted').textContent()).toBe(`Step 1 of ${lack.steps.length + 1}`);
    expect(await page.locator('.step p').textContent()).toBe(lack.text);
    expect(await page.locator('.card h2').textContent()).toBe(lack.title);
    expect((await overview()).header.mutant).toBe('mutant' in lack ? lack.mutant : undefined);
    // What goes wrong is told at its step, and not by a verdict before.
    expect(await page.locator('.diagram .sign').count()).toBe(0);
    expect(await page.locator('.memory .held').count()).toBeGreaterThan(0);
    await look();
    await page.locator('.card .next').click();
    for (const _ of lack.steps) {
      await page.locator('.card[aria-busy=false]').waitFor();
      await page.locator('.card .next').click();
    }
    const mended = 'story' in lack ? lack.mended : undefined;
    if (mended === undefined) continue;
    // The same where nothing is missing is no longer another run than MQTT would have.
    await page.locator('.card[aria-busy=false]').waitFor();
    expect(await page.locator('.card h2').textContent()).toBe(mended.title);
    expect(await page.locator('.apart').count()).toBe(0);
    expect(await page.locator('.which').textContent()).toBe(`MQTT again: ${mended.with}`);
    expect(await page.locator('.counted').textContent()).toBe(`Step 1 of ${mended.steps.length}`);
    expect((await overview()).header.parameters).toEqual('sound' in lack ? lack.sound : {});
    await look();
    for (const _ of mended.steps) {
      await page.locator('.card[aria-busy=false]').waitFor();
      await page.locator('.card .next').click();
    }
  }
  if ((await stage()) === 'Compare') {
    await COMPARISONS[lesson.name]?.();
    await look();
    await readOn();
  }
  await answerBytes(lesson, route.wrongBytes);
  expect(await said()).toBe(`No. ${lesson.bytes.hint.replaceAll('`', '')}`);
  await look();
  await answerBytes(lesson, route.bytes);
  await page.locator('.said.good').waitFor();
  await page.locator('.card .next').click();
  expect(await page.locator('.card h2').textContent()).toBe('Passed');
  await look();
}

describe('the page of the lessons', () => {
  it.each(LESSONS.map((lesson, at) => [at + 1, lesson.name, lesson] as const))(
    'lesson %i, %s: a wrong answer gets a hint and not the solution, the right ones pass, 390 px are wide enough, and axe finds nothing',
    async (_number, _name, lesson) => {
      await complete(lesson, async () => {
        await fits();
        await isAccessible();
      });
    },
  );

  it('shows bars beside lines in the lessons that ask for them, below the packets, and in no other', async () => {
    for (const { name, memory } of LESSONS.slice(5, 9)) {
      await open(name);
      await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
      const held = page.locator('.ground .memory .held');
      if (memory !== undefined) await held.first().waitFor();
      const names = await held.evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label')));
      if (memory === undefined) expect(names, name).toEqual([]);
      else expect(names[0], name).toMatch(new RegExp(`^${memory[0]} holds the message #1: `));
    }
  });

  it.each([
    [1280, 800],
    [1440, 900],
    [390, 844],
  ])(
    'begins pictures of QoS 1 and 2 with the message, so that all packets of it are in view at once: %i x %i',
    async (width, height) => {
      await page.setViewportSize({ width, height });
      const packets = {
        'qos-1': ['sensor sends PUBLISH', 'hub sends PUBACK'],
        'qos-2': ['till sends PUBLISH', 'hub sends PUBREC', 'till sends PUBREL', 'hub sends PUBCOMP'],
      };
      for (const [name, sent] of Object.entries(packets)) {
        await open(name);
        // Neither the page nor the picture was scrolled by anybody.
        const inView = (): Promise<string[]> =>
          page.locator('amber-trace').evaluate(({ ownerDocument, shadowRoot }) => {
            const pane = shadowRoot!.querySelector('.pane')!.getBoundingClientRect();
            const heads = shadowRoot!.querySelector('.heads')!.getBoundingClientRect();
            const bottom = Math.min(pane.bottom, ownerDocument.defaultView!.innerHeight);
            return [...shadowRoot!.querySelectorAll('.diagram .arrow')].flatMap((arrow) => {
              const box = arrow.getBoundingClientRect();
              const seen = box.top >= heads.bottom && box.bottom <= bottom;
              return seen ? (/(\w+ sends \w+)/.exec(arrow.getAttribute('aria-label')!)?.[1] ?? []) : [];
            });
          });
        await expect.poll(inView).toEqual(expect.arrayContaining(sent));
        expect((await inView()).filter((each) => /CONNECT|SUBSCRIBE/.test(each))).toEqual([]);
      }
      await page.setViewportSize(TELEPHONE);
    },
  );

  it('shows all of the first run of lesson 8 while one predicts, and goes back to the choices for the next try', async () => {
    await onOwnVisit(TELEPHONE, tryAgain);
  });

  async function tryAgain(): Promise<void> {
    await open('qos-2');
    while ((await stage()) !== 'Predict') {
      await page.locator('.next').click();
      await page.locator('.card[aria-busy=false]').waitFor();
    }
    const bottomOf = (within: string): Promise<number> =>
      page
        .locator(within)
        .evaluateAll((all) => Math.max(...all.map((each) => each.getBoundingClientRect().bottom)));
    // The end of the PUBCOMP, and the words there: the fourth cut is asked about.
    await expect
      .poll(async () => (await bottomOf('.diagram .memory .said')) <= (await bottomOf('amber-trace')))
      .toBe(true);
    expect(await page.locator('.diagram .memory .said text').allTextContents()).toContain('#1 is free again');
    await page.locator('input[name=change]').first().check();
    await page.locator('input[name=expected]').first().check();
    await submit();
    await page.locator('.step').waitFor();
    while ((await stage()) === 'See') {
      await page.locator('.card[aria-busy=false] .next').click();
      await page.locator('.card[aria-busy=false]').waitFor();
    }
    expect(await stage()).toBe('Predict');
    expect(await page.locator('input:focus').getAttribute('name')).toBe('change');
    // From the first choice to the last button.
    const seen = await page.locator('form fieldset').first().boundingBox();
    expect(seen!.y).toBeGreaterThanOrEqual(await bottomOf('.run'));
    expect(await bottomOf('form button')).toBeLessThanOrEqual(844);
  }

  it('says at every bar of lesson 8 what it is and where it ends, also on a telephone', async () => {
    await open('qos-2');
    const said = (): Promise<string[]> =>
      page
        .locator('.diagram .memory .said')
        .evaluateAll((words) =>
          words.map((each) => [...each.querySelectorAll('text')].map((line) => line.textContent).join(' ')),
        );
    await expect
      .poll(said)
      .toEqual([
        'holds "5 euro"',
        'holds #1: not free yet',
        'remembers #1',
        '#1 is free again',
        'forgets #1',
      ]);
  });

  it('has on a telephone each “What if” of lesson 8 in one view, with its first sentence and the way on, and moves nothing', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'qos-2')!;
    await onOwnVisit(
      TELEPHONE,
      () => seeAtOnce(lesson),
      `localStorage.setItem('amber-lessons', '["qos-2"]')`,
    );
  });

  async function seeAtOnce(lesson: Lesson): Promise<void> {
    await open(lesson.name);
    await page.locator('.stages button', { hasText: 'What if' }).click();
    const boxOf = async (what: string): Promise<{ top: number; bottom: number }> => {
      const { y, height } = (await page.locator(what).first().boundingBox())!;
      return { top: y, bottom: y + height };
    };
    const pane = (): Promise<{ top: number; scrolled: number; playhead: number; bottom: number }> =>
      page.locator('amber-trace').evaluate(({ shadowRoot }) => {
        const part = (name: string) => shadowRoot!.querySelector(name)!;
        return {
          top: part('.heads').getBoundingClientRect().bottom,
          scrolled: part('.pane').scrollTop,
          playhead: part('.playhead').getBoundingClientRect().top,
          bottom: part('.pane').getBoundingClientRect().bottom,
        };
      });
    for (const { steps, title } of lesson.lack!) {
      await page.locator('.card h2', { hasText: title }).waitFor();
      await page.locator('.card[aria-busy=false]').waitFor();
      await page.locator('amber-trace .pane:not([aria-busy])').waitFor();
      const { scrolled } = await pane();
      for (let step = 0; step <= steps.length; step++) {
        await page.locator('.counted', { hasText: `Step ${step + 1} of` }).waitFor();
        await page.locator('.card[aria-busy=false]').waitFor();
        const run = await boxOf('div.run');
        expect(run.top).toBeGreaterThanOrEqual(0);
        expect((await boxOf('.step p')).top).toBeGreaterThanOrEqual(run.bottom);
        expect((await boxOf('.card .next')).bottom).toBeLessThanOrEqual(844);
        await expect
          .poll(async () => {
            const { bottom, playhead, top } = await pane();
            return playhead > top && playhead < bottom - 10;
          })
          .toBe(true);
        expect((await pane()).scrolled, `${title}, step ${step}`).toBe(scrolled);
        await page.locator('.card .next').click();
      }
    }
  }

  it('cuts off no word on a telephone of what machines are, and of what packets of lessons 6 to 8 are called', async () => {
    for (const { name } of LESSONS.slice(5, 8)) {
      await open(name);
      await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
      const cut = await page
        .locator('.head *')
        .evaluateAll((parts) =>
          parts.flatMap((part) => (part.scrollWidth > part.clientWidth + 1 ? [part.textContent] : [])),
        );
      expect(cut, name).toEqual([]);
      // What came before the message is above.
      await page.locator('.pane').evaluate((pane) => pane.scrollTo(0, 0));
      const names = (): Promise<(string | null)[]> =>
        page.locator('.diagram .labels .type').allTextContents();
      await expect.poll(names).toContain('SUBSCRIBE');
      expect(
        (await names()).filter(
          (each) => !/^(CONN(ECT|ACK)|SUB(SCRIBE|ACK)|PUB(LISH|ACK|REC|REL|COMP))$/.test(each!),
        ),
        name,
      ).toEqual([]);
    }
  });

  it('has its picture in sight on a telephone while a question is answered', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'qos-1')!;
    const { tries } = await new LessonRoute(lesson, new Rehearsals()).find();
    const sight = async (): Promise<{ top: number; bottom: number }> => {
      const { y, height } = (await page.locator('div.run').boundingBox())!;
      return { top: y, bottom: y + height };
    };
    await open(lesson.name);
    await page.locator('.card .next').click();
    await readOn();
    await page.locator('.which').waitFor();
    for (const answer of ['input[name=expected]', '.card button[type=submit]']) {
      await page.locator(answer).last().focus();
      const { top, bottom } = await sight();
      expect(top).toBeGreaterThanOrEqual(0);
      const box = (await page.locator(answer).last().boundingBox())!;
      // What has the focus is neither below the picture nor off the screen.
      expect(box.y).toBeGreaterThanOrEqual(bottom);
      expect(box.y + box.height).toBeLessThanOrEqual(844);
    }
    await predict(tries[0]!.choice, tries[0]!.right);
    await page.locator('.step').waitFor();
    await readOn();
    const byte = page.locator('input[name=byte]').last();
    await byte.focus();
    expect((await sight()).top).toBeGreaterThanOrEqual(0);
    expect((await byte.boundingBox())!.y).toBeGreaterThanOrEqual((await sight()).bottom);
  });

  it('says that a number is free below what is said of its bar, where the picture of lesson 8 ends', async () => {
    const { change, name } = LESSONS.find((lesson) => lesson.name === 'qos-2')!;
    const seen = change.choices.findIndex(({ value }) => value === 'PUBREL');
    await onOwnVisit({ width: 1440, height: 900 }, async () => {
      await open(name);
      const place = JSON.stringify({ lesson: name, stage: 'see', step: 0, seen });
      await page.evaluate(`history.replaceState(${place}, '')`);
      await page.reload();
      const bottomOf = async (text: string): Promise<number> => {
        const { y, height } = (await page
          .locator('.diagram .memory .said', { hasText: text })
          .last()
          .boundingBox())!;
        return y + height;
      };
      await page.locator('.card[aria-busy=false] .step').waitFor();
      await page.locator('.diagram .memory .said', { hasText: 'is free' }).waitFor();
      await expect
        .poll(async () => (await bottomOf('is free')) > (await bottomOf('still holds #1')))
        .toBe(true);
    });
  });

  it('says beside a question that it lacks an answer, on a telephone too, and covers none of them', async () => {
    await onOwnVisit(TELEPHONE, async () => {
      await open('qos-0');
      await page.locator('.card .next').click();
      await readOn();
      const lacking = page.locator('.lacking p');
      for (const [question, text] of [
        ['change', 'Choose first what to change.'],
        ['expected', 'Say first what you expect.'],
      ] as const) {
        await submit();
        await lacking.waitFor();
        const asked = page.locator(`fieldset:has(input[name=${question}])`);
        expect(await asked.locator('.lacking').textContent()).toBe(text);
        const { y, height } = (await lacking.boundingBox())!;
        expect(y + height).toBeLessThanOrEqual(TELEPHONE.height);
        const covered = await page
          .locator('.card label, .card .onwards')
          .evaluateAll(
            (all, [from, to]) =>
              all
                .map((each) => each.getBoundingClientRect())
                .filter(({ top, bottom }) => top < to! && bottom > from!).length,
            [y, y + height],
          );
        expect(covered).toBe(0);
        await page.locator(`input[name=${question}]`).first().check();
        expect(await lacking.count()).toBe(0);
      }
    });
  });

  it('marks nothing while one predicts, and says of a run that did not do what was asked that another did', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'qos-0')!;
    const marked = (): Promise<number> => page.locator('.diagram .glow:visible, .playhead:visible').count();
    const seen = async (choice: number, expected: number): Promise<string | null> => {
      await predict(choice, expected);
      await page.locator('.step').waitFor();
      for (const _ of lesson.change.choices[choice]!.steps.slice(1)) {
        await page.locator('.card[aria-busy=false] .next').click();
        await page.locator('.card[aria-busy=false]').waitFor();
      }
      return page.locator('.goal-line').textContent();
    };
    await onOwnVisit({ width: 1280, height: 800 }, async () => {
      await open(lesson.name);
      await page.locator('.card .next').click();
      await page.locator('.card[aria-busy=false]').waitFor();
      await expect.poll(marked).toBeGreaterThan(0);
      await readOn();
      await page.locator('.card[aria-busy=false] fieldset').first().waitFor();
      await page.locator('.diagram .arrow').first().waitFor({ state: 'attached' });
      expect(await marked()).toBe(0);
      expect(await seen(1, 1)).toBe(`Done: ${lesson.goal.text}`);
      await page.locator('.stages button', { hasText: 'Predict' }).click();
      expect(await seen(0, 0)).toBe(`Not in this run. Done in another: ${lesson.goal.text}`);
    });
  });

  it('keeps what a viewer knows of an event closed on the cards that follow, once it was closed', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open('qos-1');
    await page.locator('.card .next').click();
    await page.locator('.card[aria-busy=false]').waitFor();
    await page.locator('.inside').click();
    await page.locator('amber-inspector .inspector-head').waitFor();
    await page.locator('.panel .close').click();
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await page.locator('.card .next').click();
    await page.locator('.counted', { hasText: 'Step 2' }).waitFor();
    // What the step is about is marked all the same.
    await page.locator('.diagram .arrow.selected[aria-label*=PUBACK]').waitFor({ state: 'attached' });
    expect(await page.locator('.panel').isVisible()).toBe(false);
    expect(await page.locator('.inside').getAttribute('aria-pressed')).toBe('false');
    await page.setViewportSize(TELEPHONE);
  });

  it('draws the line of every node, and has no menu of them', async () => {
    await open('qos-2');
    await page.locator('.ground .lane').nth(2).waitFor({ state: 'attached' });
    // A line that stands upright has no width, and is taken for hidden: what it is in is asked.
    const shown = await page
      .locator('.ground .lanes')
      .evaluate((lines) => lines.ownerDocument.defaultView!.getComputedStyle(lines).display);
    expect(shown).toBe('inline');
    expect(await page.locator('details.lanes').isVisible()).toBe(false);
  });

  it('knows on another visit which lessons were passed, and forgets it when it is told to', async () => {
    await page.reload();
    await open('');
    await fits();
    expect(await page.locator('.shelf .passed').count()).toBe(18);
    expect(await page.locator('.shelf .progress').textContent()).toMatch(/^\s*18 of 18 passed/);
    await page.getByRole('button', { name: 'Forget it' }).click();
    expect(await page.locator('.shelf .passed').count()).toBe(0);
  });

  it('shows a run only when that very run was predicted', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'qos-2')!;
    const { tries } = await new LessonRoute(lesson, new Rehearsals()).find();
    await open(lesson.name);
    await page.locator('.card .next').click();
    await readOn();
    // What can be seen is written down all the while.
    await page.locator('amber-trace').evaluate((viewer) => {
      const { seen } = Object.assign(viewer, { seen: new Set<unknown>() });
      const look = (): void => {
        const { hidden, overview } = viewer as unknown as { hidden: boolean; overview?: Overview };
        if (!hidden && overview !== undefined) seen.add(overview.header.parameters.cut);
      };
      viewer.ownerDocument.defaultView!.setInterval(look, 5);
    });
    const seen = (): Promise<unknown[]> =>
      page
        .locator('amber-trace')
        .evaluate((viewer) => [...(viewer as unknown as { seen: Set<unknown> }).seen]);
    await predict(tries[0]!.choice, (tries[0]!.right + 1) % lesson.prediction.expectations.length);
    await page.locator('.which').waitFor();
    expect(await seen()).toEqual(['nothing']);
    await predict(tries[0]!.choice, tries[0]!.right);
    await page.locator('.step').waitFor();
    expect(await seen()).toEqual(['nothing', tries[0]!.value]);
    // Another choice alone shows nothing else.
    await page.locator('.stages button', { hasText: 'Predict' }).click();
    await page.locator('input[name=change]').nth(tries[2]!.choice).check();
    await page.locator('.stages button', { hasText: 'See' }).click();
    expect(await page.locator('.step').textContent()).toContain(lesson.change.choices[0]!.steps[0]!.text);
    expect(await seen()).toEqual(['nothing', tries[0]!.value]);
  });

  it('brings what is told into the picture, also where pictures move smoothly', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    const lesson = LESSONS.find(({ name }) => name === 'debugging')!;
    await open(lesson.name);
    await page.locator('.card .next').click();
    for (const _ of lesson.watch) {
      // The line of the head stands at the marked event.
      const away = (): Promise<number> =>
        page.locator('amber-trace').evaluate(({ shadowRoot }) => {
          const pane = shadowRoot!.querySelector('.pane')!.getBoundingClientRect();
          const { top } = shadowRoot!.querySelector('.playhead')!.getBoundingClientRect();
          return Math.max(pane.top - top, top - pane.bottom, 0);
        });
      await expect.poll(away).toBe(0);
      await page.locator('.card .next').click();
    }
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });

  it.each(['qos-1', 'qos-matrix', 'websocket'])(
    'is gone through with the keyboard alone: %s',
    async (name) => {
      await page.setViewportSize({ width: 1280, height: 800 });
      const lesson = LESSONS.find((each) => each.name === name)!;
      const { tries, bytes } = await new LessonRoute(lesson, new Rehearsals()).find();
      await open('');
      const press = (key: string): Promise<void> => page.keyboard.press(key);
      const ready = (): Promise<void> => page.locator('.lesson .card[aria-busy=false]').waitFor();
      const focused = (): Promise<string> =>
        page.locator('amber-lessons').evaluate(({ shadowRoot }) => {
          const focus = shadowRoot?.activeElement;
          return `${focus?.tagName} ${focus?.textContent?.replace(/\s+/g, ' ').trim()}`;
        });
      const tabTo = async (what: RegExp | string): Promise<void> => {
        for (let tabs = 0; tabs < 60; tabs++) {
          const here = await focused();
          if (typeof what === 'string' ? here.startsWith(what) : what.test(here)) return;
          await press('Tab');
        }
        throw new Error(`nothing like ${what} can be reached; the focus is at ${await focused()}`);
      };
      await page.locator('.shelf a').first().focus();
      await tabTo(`A ${lesson.title}`);
      await press('Enter');
      await ready();
      await press('ArrowRight');
      expect(await stage()).toBe('Watch');
      expect(await focused()).toMatch(/^H2 What happens/);
      for (const _ of lesson.watch) {
        await ready();
        await press('ArrowRight');
      }
      await expect.poll(stage).toBe('Predict');
      await press('ArrowRight');
      expect(await stage()).toBe('Predict');
      // Into each group of radio buttons, and down to the choice.
      await tabTo(/^INPUT/);
      await press('Space');
      for (let down = 0; down < tries[0]!.choice; down++) await press('ArrowDown');
      await press('Tab');
      await press('Space');
      for (let down = 0; down < tries[0]!.right; down++) await press('ArrowDown');
      await tabTo('BUTTON Predict and run');
      await press('Enter');
      await expect.poll(stage).toBe('See');
      await expect.poll(focused).toMatch(/^H2 You were right/);
      const { steps } = lesson.change.choices[tries[0]!.choice]!;
      for (const _ of steps) {
        await ready();
        await press('ArrowRight');
      }
      await expect.poll(stage).not.toBe('See');
      if ((await stage()) === 'Compare') {
        if (lesson.matrix !== undefined) {
          await tabTo('BUTTON Run all');
          await press('Enter');
          // What had the focus is gone then, and the way on has it.
          await expect.poll(focused).toBe('BUTTON Go on');
        }
        await ready();
        await tabTo('BUTTON Go on');
        await press('Enter');
      }
      await expect.poll(stage).toBe('Bytes');
      await page.locator('.hex-line > *').first().waitFor();
      await tabTo(/^INPUT/);
      if ('read' in lesson.bytes) await page.keyboard.type(String(bytes));
      else {
        await press('Space');
        for (let right = 0; right < bytes; right++) await press('ArrowRight');
      }
      await tabTo('BUTTON Answer');
      await press('Enter');
      await page.locator('.said.good').waitFor();
      await tabTo('BUTTON What the standard');
      await press('Enter');
      expect(await page.locator('.card h2').textContent()).toBe('Passed');
    },
  );

  it('opens all parts of a lesson that was passed, also after the page was loaded anew', async () => {
    await page.reload();
    await open('qos-1');
    expect(await page.locator('.stages button:disabled').count()).toBe(0);
    // What is asked about is in the run that reaches the goal.
    await page.locator('.stages button', { hasText: 'Bytes' }).click();
    await page.locator('.hex-line > *').first().waitFor();
    expect((await overview()).header.parameters).toEqual({ cut: 'PUBACK' });
    await page.locator('.stages button', { hasText: 'See' }).click();
    await page.locator('.step').waitFor();
    expect(await page.locator('.step').textContent()).toContain('The PUBLISH has arrived.');
    await open('qos-2');
    expect(await page.locator('.stages button:disabled').count()).toBeGreaterThan(0);
  });

  it('goes on with a lesson where it was left, on another visit as well', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'retained')!;
    const { tries } = await new LessonRoute(lesson, new Rehearsals()).find();
    await open(lesson.name);
    await page.locator('.card .next').click();
    await readOn();
    await predict(tries[0]!.choice, tries[0]!.right);
    await page.locator('.step').waitFor();
    await page.reload();
    await open('');
    expect(await page.locator('.shelf li', { hasText: lesson.title }).locator('em').textContent()).toBe(
      'begun',
    );
    await open(lesson.name);
    await page.locator('.stages button', { hasText: 'Predict' }).click();
    expect(await page.locator('.done').count()).toBe(1);
    // Its goal was reached: what is left is read without predicting anew.
    await page.locator('.stages button', { hasText: 'Bytes' }).click();
    await page.locator('.hex-line > *').first().waitFor();
    const { parameters } = (await overview()).header;
    expect(parameters).toEqual({ [lesson.change.parameter]: tries[0]!.value });
    await open('last-will');
    expect(await page.locator('.stages button:enabled').allTextContents()).toEqual(['Begin']);
  });

  it('is where it was when the page is loaded anew in the middle of a lesson, or one comes back to it', async () => {
    const lesson = LESSONS.find(({ name }) => name === 'qos-1')!;
    const { tries } = await new LessonRoute(lesson, new Rehearsals()).find();
    await onOwnVisit(TELEPHONE, async () => {
      await open(lesson.name);
      await page.locator('.card .next').click();
      await page.locator('.card .next').click();
      expect(await page.locator('.counted').textContent()).toBe(`Step 2 of ${lesson.watch.length}`);
      const told = await page.locator('.step p').first().textContent();
      await page.reload();
      await page.locator('.card[aria-busy=false]').waitFor();
      expect(await page.locator('.step p').first().textContent()).toBe(told);
      await readOn();
      await predict(tries[0]!.choice, tries[0]!.right);
      await page.locator('.step').waitFor();
      expect(await stage()).toBe('See');
      await page.locator('.card .next').click();
      const seen = await page.locator('.step p').first().textContent();
      await page.reload();
      await page.locator('.card[aria-busy=false]').waitFor();
      expect(await page.locator('.step p').first().textContent()).toBe(seen);
      expect((await overview()).header.parameters).toEqual({
        [lesson.change.parameter]: tries[0]!.value,
      });
      // A part without a run of its own has the first one beside it.
      await page.locator('.stages button', { hasText: 'Begin' }).click();
      await page.reload();
      await page.locator('.card[aria-busy=false]').waitFor();
      expect(await stage()).toBe('Begin');
      await expect.poll(async () => (await overview())?.header.scenario).toBeDefined();
      await page.locator('.stages button', { hasText: 'See' }).click();
      await page.locator('.card[aria-busy=false] .step').waitFor();
      await page.locator('.card .next').click();
      expect(await page.locator('.step p').first().textContent()).toBe(seen);
      // From the list a lesson begins, and the way back leads to where it was left.
      await open(lesson.name);
      expect(await stage()).toBe('Begin');
      await page.goBack();
      await page.goBack();
      await page.locator('.card[aria-busy=false]').waitFor();
      expect(await page.locator('.step p').first().textContent()).toBe(seen);
    });
  });

  it('keeps what is marked in the picture when the inspector takes half of its height', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const lesson = LESSONS.find(({ name }) => name === 'qos-1')!;
    const { bytes } = await new LessonRoute(lesson, new Rehearsals()).find();
    const away = (): Promise<number> =>
      page.locator('amber-trace').evaluate(({ shadowRoot }) => {
        const pane = shadowRoot!.querySelector('.pane')!.getBoundingClientRect();
        const { top } = shadowRoot!.querySelector('.playhead')!.getBoundingClientRect();
        return Math.max(pane.top - top, top - pane.bottom, 0);
      });
    await open(lesson.name);
    await page.locator('.stages button', { hasText: 'See' }).click();
    for (const _ of lesson.change.choices[1]!.steps.slice(1)) {
      await page.locator('.card[aria-busy=false]').waitFor();
      await page.locator('.card .next').click();
    }
    await page.locator('.inside').click();
    await expect.poll(away).toBe(0);
    // To name every byte would answer the question: the inspector goes, and comes back.
    await page.locator('.stages button', { hasText: 'Bytes' }).click();
    await answerBytes(lesson, bytes);
    await page.locator('.said.good').waitFor();
    await page.locator('amber-trace:not([bare])').waitFor();
    await expect.poll(away).toBe(0);
  });

  it('has the way on in view, however long a card is, and lets nothing move it when an answer is changed', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const name of ['qos-2', 'keep-alive']) {
      const lesson = LESSONS.find((each) => each.name === name)!;
      await open(name);
      await page.locator('.card .next').click();
      await readOn();
      const button = page.locator('.card button[type=submit]');
      const bottom = async (): Promise<number> => {
        const { y, height } = (await button.boundingBox())!;
        return y + height;
      };
      expect(await bottom()).toBeLessThanOrEqual(800);
      const { tries } = await new LessonRoute(lesson, new Rehearsals()).find();
      await predict(tries[0]!.choice, (tries[0]!.right + 1) % lesson.prediction.expectations.length);
      await page.locator('.said p').waitFor();
      await page.locator('.which').waitFor();
      const before = await bottom();
      expect(before).toBeLessThanOrEqual(800);
      await page.locator('input[name=expected]').nth(tries[0]!.right).check();
      expect(await bottom()).toBe(before);
    }
  });

  it('has a list that axe finds nothing in, light and dark', async () => {
    await page.setViewportSize(TELEPHONE);
    await open('');
    expect(await axeFaultsInBothThemes(page)).toEqual([]);
  });

  it('works where nothing may be kept', async () => {
    await page.addInitScript(
      'Object.defineProperty(self, "localStorage", { get() { throw new Error("denied"); } });',
    );
    await page.goto(`${server.url}lessons.html?`);
    await open('');
    expect(await page.locator('.shelf li').count()).toBe(18);
    await complete(LESSONS.find(({ name }) => name === 'connect')!, async () => {});
    await open('');
    expect(await page.locator('.shelf .passed').count()).toBe(1);
  });
});
