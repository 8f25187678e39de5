/**
 * Lamps and a dashboard as they ship, on a bad network: whatever was lost, cut or crashed, in the end every lamp shows what was
 * wished for last, and the dashboard knows it.
 */
import { scenario } from 'mqtt-amber';
import type * as Dashboard from '../src/dashboard.ts';

const WISHES = 10;

export default scenario(
  'lamps follow their twins',
  {
    parameters: {
      lamps: { default: 3, range: [1, 20] },
      loss: { default: 0.05, range: [0, 0.5] },
    },
  },
  async (sim, { lamps, loss }) => {
    const hub = sim.broker('hub', { durability: 'sync' });
    const env = { BROKER_URL: 'mqtt://hub' };

    const desk = sim.host('desk', { env });
    sim.link(desk, hub, { latency: '5ms' });
    await desk.boot(new URL('../src/dashboard.ts', import.meta.url));

    const ids = Array.from({ length: lamps }, (_, at) => `lamp-${at + 1}`);
    for (const id of ids) {
      const lamp = sim.host(id, { env: { ...env, DEVICE_ID: id }, clock: { drift: 50e-6 } });
      const uplink = sim.link(lamp, hub, { latency: ['20ms', '80ms'], loss });
      await lamp.boot(new URL('../src/device.ts', import.meta.url));
      sim.every('17s', () => uplink.partition({ for: '4s' }));
      sim.every('41s', () => lamp.crash({ for: '2s' }));
    }
    sim.every('53s', () => hub.crash({ for: '1s' }));

    for (let wish = 1; wish <= WISHES; wish++) {
      for (const id of ids) {
        const brightness = Math.floor(sim.random() * 101);
        await desk.do((dashboard: typeof Dashboard) =>
          dashboard.wish(id, { on: wish % 2 === 1, brightness }),
        );
      }
      await sim.sleep('6s');
    }

    await sim.quiet();
    for (const id of ids) {
      const follows = await desk.do((dashboard: typeof Dashboard) => dashboard.inStep(id));
      sim.always(follows, 'every lamp shows what was wished for last, and the dashboard knows it');
    }
  },
);
