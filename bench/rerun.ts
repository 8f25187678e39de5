/**
 * A story that runs in the page, from pressing the key to the picture of all of it: twenty clients and a minute of virtual time, with
 * everything recorded. Its peer is the same story on this machine's Node, without a page.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { startViewServer, type ViewServer } from '../src/cli/view-server.ts';
import { run } from '../src/runner/run.ts';
import { scenario } from '../src/scenario/scenario.ts';
import type { Simulation } from '../src/scenario/simulation.ts';
import { launchChromium } from '../test/viz/browser.ts';
import { median, type Pace, type Row } from './measure.ts';

const RUNS: Record<Pace, number> = { full: 9, smoke: 2 };
const viewer = fileURLToPath(new URL('../dist/viewer', import.meta.url));

/** Each client reports once a second, and all hear one of them. */
async function story(sim: Simulation): Promise<void> {
  const hub = sim.broker('hub');
  const clients = Array.from({ length: 20 }, (_, number) => sim.client(`c${number + 1}`));
  for (const client of clients) {
    sim.link(client, hub, { latency: '20ms', loss: 0.01 });
    await client.connect(hub);
    await client.subscribe('news/c1', { qos: 1 });
  }
  for (let second = 0; second < 60; second++) {
    for (const client of clients) void client.publish(`news/${client.name}`, `${second}`, { qos: 1 });
    await sim.sleep('1s');
  }
  await sim.quiet();
}

const SOURCE = `import { scenario } from 'mqtt-amber';
export default scenario('A minute of twenty', ${story});`;

/** Runs in the page: milliseconds from asking for the run to the whole of it, drawn. */
const MEASURE = `(async (request) => {
  const viewer = document.querySelector('amber-trace');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const shown = () => viewer.overview?.footer !== undefined && viewer.renderRoot.querySelector('.pane:not([aria-busy]) .diagram *') !== null;
  const before = viewer.trace;
  const begun = performance.now();
  const outcome = await viewer.runs.start(request);
  while (viewer.trace === before || !shown()) await frame();
  return { millis: performance.now() - begun, digest: outcome.result?.digest, events: viewer.overview.events };
})`;

interface Measured {
  millis: number;
  /** Of the processor, in all threads of the page. */
  cpuMillis: number;
  digest: string | undefined;
  events: number;
}

export async function rerunRows(pace: Pace): Promise<Row[]> {
  const told = scenario('A minute of twenty', story);
  const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const bare: number[] = [];
  let digest = '';
  for (let each = 0; each < RUNS[pace]; each++) {
    const begun = performance.now();
    ({ digest } = await run(told, { seed: '1', level: 'full', onEvent: () => {} }, surroundings));
    bare.push(performance.now() - begun);
  }
  const browser = await launchChromium();
  let server: ViewServer | undefined;
  try {
    server = await startViewServer(viewer, undefined, 0);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(server.url);
    const measured = await runsOf(page, RUNS[pace]);
    for (const each of measured)
      if (each.digest !== digest) throw new Error(`the page came to ${each.digest}, and Node to ${digest}`);
    // The first one loads the engine.
    const [first, ...again] = measured as [Measured, ...Measured[]];
    const value = median(again.map(({ millis }) => millis));
    const node = median(bare);
    return [
      {
        what: `run in the page, 20 clients and a minute (${first.events} events)`,
        value,
        unit: 'ms',
        peer: { name: 'Node, no trace', value: node, ratio: node / value },
        aim: { floor: 1_000, goal: 500 },
      },
      {
        what: 'the same, time of the processor in all threads',
        value: median(again.map(({ cpuMillis }) => cpuMillis)),
        unit: 'ms',
      },
      { what: 'the first of them, which loads the engine', value: first.millis, unit: 'ms' },
    ];
  } finally {
    await browser.close();
    await server?.close();
  }
}

async function runsOf(page: Page, runs: number): Promise<Measured[]> {
  const request = { story: { source: SOURCE, file: 'minute.js' }, seed: '1' };
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const spent = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * metrics.find(({ name }) => name === 'ProcessTime')!.value;
  };
  const measured: Measured[] = [];
  for (let each = 0; each < runs; each++) {
    const before = await spent();
    const run = (await page.evaluate(`${MEASURE}(${JSON.stringify(request)})`)) as Measured;
    measured.push({ ...run, cpuMillis: (await spent()) - before });
  }
  return measured;
}
