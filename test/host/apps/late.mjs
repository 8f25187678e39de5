// Runs stories whose code imports when it has booted, in one process, and prints what they came to.
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/host';

const LATE = new URL('./late.js', import.meta.url);

async function told(script) {
  const seen = [];
  const { verdict, error, virtualMicros, digest } = await runScenario(
    scenario('late', (sim) => script(sim, seen)),
    { seed: 1 },
  );
  return {
    verdict,
    micros: virtualMicros,
    digest,
    seen,
    ...(error === undefined ? {} : { why: error.message, site: error.site }),
  };
}

/** Three nodes import a part of their own at once, while a fourth boots; and what they see of themselves is published. */
const nodes = (sim, seen) =>
  (async () => {
    const client = sim.client('client');
    sim.broker('broker');
    await client.connect('broker');
    const apps = ['one', 'two', 'three'].map((name) => sim.host(name));
    for (const app of apps) await app.boot(LATE);
    const counts = apps.map((app) => app.do((late) => late.count()));
    await sim.sleep('100ms');
    const booted = sim.host('four').boot(LATE);
    seen.push(...(await Promise.all(counts)));
    seen.push(await apps[0].do((late) => late.count()));
    apps[0].crash({ for: '1s' });
    await sim.sleep('2s');
    seen.push(await apps[0].do((late) => late.count()));
    const { address, found, stack } = await booted;
    for (const each of [address, found, stack()]) await client.publish('seen', each, { qos: 1 });
    seen.push(...[address, found, stack()].map((each) => each.replaceAll(new URL('.', LATE).href, '')));
  })();

const stacks = async (sim, seen) => {
  const app = sim.host('app');
  await app.boot(LATE);
  seen.push(...(await app.do((late) => late.stacks())));
};

/** Nobody catches that a part is not there. */
const lost = async (sim) => {
  const app = sim.host('app');
  await app.boot(LATE);
  await app.do((late) => void late.lost());
  await sim.sleep('1s');
};

const caught = async (sim) => {
  await sim.sleep('100ms');
  await import('node:zlib').catch(() => {});
  await sim.sleep('1s');
};
const uncaught = async (sim) => {
  setTimeout(() => import('node:zlib'), 100);
  await sim.sleep('1s');
};

const all = {};
for (const [name, script] of Object.entries({ caught, uncaught, nodes, stacks, lost })) {
  all[name] = [await told(script), await told(script), await told(script)];
}
console.log(JSON.stringify(all));
