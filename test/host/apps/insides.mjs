// A node that has Node do things for it, behind whose doing is a question of who called; prints what came of it.
import { Readable } from 'node:stream';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const story = scenario('insides', { limit: '1min' }, async (sim) => {
  const app = sim.host('app', { cpu: { perEvent: '0us' } });
  await app.boot(() => {});
  const lengths = await app.do(async () => {
    const found = [];
    for await (const piece of new Blob(['x'.repeat(200_000)]).stream()) found.push(piece.length);
    const lines = Readable.from(['']);
    lines.pipe(process.stdout);
    await new Promise((resolve) => lines.on('end', resolve));
    await new Promise((resolve) => process.stdout.write('', resolve));
    process.emitWarning('a warning', { type: 'DeprecationWarning' });
    return found;
  });
  seen = [lengths.reduce((sum, length) => sum + length, 0), sim.now];
});
let seen;

const runs = [];
for (let run = 0; run < 2; run++) {
  const { verdict, error, digest } = await runScenario(story, { seed: 1 });
  runs.push({ verdict, why: error?.message, digest, seen });
}
console.log(JSON.stringify(runs));
