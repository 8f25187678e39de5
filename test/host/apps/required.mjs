// Runs the same application in CommonJS on nodes and lives, and prints what each life of it has counted.
import { createRequire } from 'node:module';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const require = createRequire(import.meta.url);
const isProgram = process.argv[2] === '--print';
const outside = require('./meter.cjs');
outside.report();

/** @param {(node: import('mqtt-amber').HostedNode) => unknown} boot */
async function countsOf(boot) {
  const seen = [];
  const shared = new Set([outside.WebSocket]);
  const story = scenario('required', async (sim) => {
    const [one, two] = [sim.host('one'), sim.host('two')];
    const look = (node) =>
      node.do((meter) => {
        shared.add(meter.WebSocket);
        return `${meter.report()} ${meter.late()}`;
      });
    await boot(one);
    await boot(two);
    seen.push(await look(one), await look(one), await look(two), await look(one));
    one.crash({ for: '1s' });
    await sim.sleep('2s');
    seen.push(await look(one), await look(two));
  });
  const { verdict, error } = await runScenario(story, { seed: 1 });
  // What is loaded after a run is of none of its lives; a test runner loads it in its own way.
  const again = isProgram ? (await import('./meter.cjs')).default : outside;
  return {
    ...{ verdict, error: error?.message, seen, packages: shared.size },
    ...{ isOfNoLife: again === outside, outside: outside.report() },
  };
}

const file = (name) => (node) => node.boot(new URL(name, import.meta.url));
const ways = {
  file: file('./meter.cjs'),
  imported: file('./gateway.js'),
  required: (node) => node.boot(() => require('./meter.cjs')),
};

export async function all() {
  const counts = {};
  for (const [way, boot] of Object.entries(ways)) counts[way] = await countsOf(boot);
  return counts;
}

if (isProgram) console.log(JSON.stringify(await all()));
