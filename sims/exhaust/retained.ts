import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** A retained message is replaced and cleared; somebody comes after each. */
export default scenario('Exhausted: a retained message', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const thermostat = sim.client('thermostat', LASTING);
  const early = sim.client('early', LASTING);
  const late = sim.client('late', LASTING);
  for (const client of [thermostat, early, late]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  const set = (value: string) => void thermostat.publish('room/target', value, { qos: 1, retain: true });
  sim.at('50ms', () => set('20'));
  sim.at('100ms', () => set('21'));
  sim.at('150ms', () => void early.subscribe('room/target', { qos: 1 }));
  sim.at('200ms', () => set(''));
  sim.at('250ms', () => void late.subscribe('room/target', { qos: 1 }));
  await sim.sleep('10s');
  await sim.quiet();
});
