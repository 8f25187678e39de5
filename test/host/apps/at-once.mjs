// Runs a story three times in one process whose node imports much at once, and prints what they came to.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const folder = mkdtempSync(join(tmpdir(), 'amber-at-once-'));
const packaged = join(folder, 'node_modules', 'packaged', 'index.mjs');
mkdirSync(join(packaged, '..'), { recursive: true });
writeFileSync(
  packaged,
  "await Promise.all([import('node:zlib'), import('node:http2')]); await import('node:url'); export const there = true;\n",
);

const story = scenario('at once', async (sim) => {
  sim.broker('broker');
  const client = sim.client('client');
  await client.connect('broker');
  const app = sim.host('app');
  await app.boot(new URL('./at-once.js', import.meta.url));
  seen = await app.do((of) => of.order(`${pathToFileURL(packaged)}`));
  order = await app.do((of) => of.ORDER);
  await client.publish('seen', seen.join(), { qos: 1 });
});
let seen;
let order;

const runs = [];
for (let run = 0; run < 3; run++) {
  const { verdict, error, digest, virtualMicros } = await runScenario(story, { seed: 1 });
  runs.push({ verdict, why: error?.message, digest, micros: virtualMicros, seen });
}
console.log(JSON.stringify({ runs, order }));
rmSync(folder, { recursive: true });
