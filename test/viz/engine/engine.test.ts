/** The engine in a real page: the same runs as on the command line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startViewServer, type ViewServer } from '../../../src/cli/view-server.ts';
import { runHosted } from '../../../src/host/run-hosted.ts';
import { nodeFault } from '../../../viz/engine/added-fault.ts';
import type { RunRequest, StoryCard } from '../../../viz/engine/messages.ts';
import { repository } from '../../programs.ts';
import { Viewing } from '../viewing.ts';
import { SIM_NAMES, simNamed } from './sims.ts';

/** Runs in the page: what a run came to, read by nobody. */
const RUN = `async (request) => {
  const engine = await document.querySelector('amber-trace').runs.engine();
  const run = engine.run(request);
  const { result, problem } = await run.ended;
  const { digest, verdict } = result ?? {};
  return { digest, verdict, problem, trace: await run.recorded.from.text() };
}`;

interface PageRun {
  digest?: string;
  verdict?: string;
  problem?: { kind: string; title: string; cause: string };
  trace: string;
}

const viewing = new Viewing();
let server: ViewServer;
let page: Page;

function runInPage(request: RunRequest): Promise<PageRun> {
  return page.evaluate(`(${RUN})(${JSON.stringify(request)})`) as Promise<PageRun>;
}

beforeAll(async () => {
  await viewing.start();
  server = await startViewServer(inject('viewer'), undefined, 0);
  page = await viewing.visit(server.url);
  await page.locator('.state').waitFor();
});

afterAll(async () => {
  await server?.close();
  await viewing.end();
});

describe('the engine in Chromium', () => {
  it('lists the stories of sims/, each under the name of its file', async () => {
    const stories = (await page.evaluate(
      "document.querySelector('amber-trace').runs.engine().then((engine) => engine.stories())",
    )) as readonly StoryCard[];
    expect(stories.map(({ story }) => story)).toEqual(SIM_NAMES);
    expect(stories.find(({ story }) => story === 'keep-alive')).toEqual({
      story: 'keep-alive',
      name: 'Keep-alive and the half-open connection',
      parameters: { keepAlive: { default: 10, range: [2, 600], unit: 's' } },
    });
  });

  it('comes to the digest of the command line for every story that the viewer brings', async () => {
    const seed = '7';
    for (const story of SIM_NAMES) {
      // A thousand clients are for those who have the time.
      const parameters = story === 'reconnect-storm' ? { clients: 20 } : {};
      const { digest, verdict } = await runInPage({ story, seed, parameters, level: 'packets' });
      const hosted = await runHosted(simNamed(story), { seed, parameters, level: 'digest' });
      expect({ story, digest, verdict }).toEqual({
        story,
        digest: hosted.digest,
        verdict: hosted.verdict,
      });
    }
  });

  describe('writes the very trace that amber run writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'amber-engine-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    async function compared(words: readonly string[], request: RunRequest): Promise<string> {
      const path = join(folder, `${request.story}.amber.jsonl.gz`);
      const args = ['bin/amber.js', 'run', `sims/${request.story}.ts`, '--trace', path, ...words];
      await new Promise((resolve) => execFile(process.execPath, args, { cwd: repository }, resolve));
      const { trace } = await runInPage(request);
      expect(trace).toBe(gunzipSync(readFileSync(path)).toString());
      return trace;
    }

    it('with a fault added as well', async () => {
      const fault = nodeFault('pause', 'standard-hub', 7_000_001, 100_000);
      const words = ['--seed', '3', '--param', 'keepAlive=5', '--fault', JSON.stringify(fault)];
      const parameters = { keepAlive: '5' };
      const trace = await compared(words, { story: 'keep-alive', seed: '3', parameters, faults: [fault] });
      expect(trace).toContain('"fault":"standard-hub/pause@7000001"');
    });

    it('with the line of an assertion that failed, and obituaries at its end', async () => {
      const trace = await compared(['--mutant', 'qos2-forgotten', '--profile', 'calm'], {
        story: 'qos2-cut',
        mutant: 'qos2-forgotten',
        profile: 'calm',
      });
      expect(trace).toMatch(/"k":"assert".*"holds":false.*"place":"qos2-cut\.ts:\d+"/);
      expect(trace).toContain('"k":"obituary"');
    });
  });

  it('runs a story that somebody has written, and names the line of what is wrong with it', async () => {
    const written = (script: string): RunRequest => ({
      story: {
        file: 'mine.js',
        source: `import { scenario } from 'mqtt-amber';\nexport default scenario('Mine', async (sim) => {\n${script}\n});`,
      },
      limits: { silentMillis: 1_500 },
    });
    const passed = await runInPage(
      written("const hub = sim.broker('hub');\nawait sim.client('lamp').connect(hub);\nawait sim.quiet();"),
    );
    expect(passed).toMatchObject({ verdict: 'passed' });
    const untrue = await runInPage(written('sim.always(false, "the sky is green");'));
    expect(untrue.trace).toContain('"text":"the sky is green","place":"mine.js:3"');
    const failed = await runInPage(written('await sim.sleep("1s");\nnothing.here();'));
    expect(failed.problem).toMatchObject({
      kind: 'script',
      cause: 'nothing is not defined (mine.js:4:1).',
    });
    const other = await runInPage({ story: { file: 'mine.js', source: "import 'lodash';" } });
    expect(other.problem).toMatchObject({
      kind: 'refused',
      cause: "mine.js: it imports 'lodash'; in the page a story can import 'mqtt-amber' alone.",
    });
    const endless = await runInPage(written('for (;;);'));
    expect(endless.problem).toMatchObject({
      kind: 'stuck',
      cause: 'Nothing moved for 1.5 s: the script loops without awaiting anything.',
    });
    expect(viewing.complaints).toEqual([]);
  });

  it('shows a run as it goes, with the digest at its end', async () => {
    await page.evaluate(
      "document.querySelector('amber-trace').runs.start({ story: 'flapping-uplink', seed: '7' })",
    );
    await page.locator('.verdict.passed').waitFor();
    const { digest } = await runHosted(simNamed('flapping-uplink'), { seed: '7', level: 'digest' });
    expect(await page.locator('.digest').textContent()).toBe(digest);
    expect(viewing.complaints).toEqual([]);
  });
});
