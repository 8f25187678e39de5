/** Stories whose nodes publish what they see behind imports: whatever of the host is in it, the digest has too. */
import { scenario } from 'mqtt-amber';
import { mqttjs } from 'mqtt-amber/mqttjs';

/** Stacks, behind imports of what was there before and of what was not. */
export const behindImports = scenario('stacks behind imports', async (sim) => {
  sim.broker('broker');
  const app = await mqttjs(sim, 'app', 'mqtt://broker', { clientId: 'app' });
  await app.do((client) => {
    const imports = [
      () => import('node:zlib'),
      () => import('aedes'),
      () => import('./late-part.ts'),
      () => import('ws'),
    ];
    let times = 0;
    setInterval(async () => {
      await imports[times++ % imports.length]!();
      client.publish('stack', new Error(`behind ${times}`).stack ?? '');
    }, 100);
  });
  await sim.sleep('2s');
});

/** Stacks of imports that fail. */
export const ofFailures = scenario('stacks of imports that fail', async (sim) => {
  sim.broker('broker');
  const app = await mqttjs(sim, 'app', 'mqtt://broker', { clientId: 'app' });
  await app.do((client) => {
    setInterval(async () => {
      for (const name of ['./none.ts', 'no-such-package', 'node:none'])
        await import(name).catch((error: Error) => client.publish('stack', error.stack ?? ''));
    }, 100);
  });
  await sim.sleep('1s');
});

/** The order in which several imports go on that are asked for at once: that in which they are asked for. */
export const order = ['aedes', 'node:zlib', './late-part.ts', 'ws', './none.ts', 'aedes', 'node:http'];
export const atOnce = scenario('imports at once', async (sim) => {
  sim.broker('broker');
  const app = await mqttjs(sim, 'app', 'mqtt://broker', { clientId: 'app' });
  await app.do(async (client) => {
    const seen: string[] = [];
    const goOn = async (name: string): Promise<void> => {
      await import(name).catch(() => {});
      seen.push(name);
    };
    await Promise.all(order.map(goOn));
    client.publish('order', seen.join());
    sim.always(seen.join() === order.join(), 'they go on in the order of the calls');
  });
  await sim.sleep('1s');
});
