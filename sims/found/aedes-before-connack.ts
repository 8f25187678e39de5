import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

/** A session returns while messages come: its subscriptions are back before its CONNACK is sent, and PUBLISH goes ahead of it. */
export default scenario('A PUBLISH before CONNACK, of aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub', { durable: true });
  const subscriber = sim.client('subscriber', { cleanStart: false, reconnect: 'off' });
  const publisher = sim.client('publisher');
  await subscriber.connect('hub');
  await subscriber.subscribe('a');
  await subscriber.disconnect();
  await publisher.connect('hub');
  sim.every('100us', () => publisher.publish('a', 'on'));
  await subscriber.connect('hub');
  await sim.sleep('100ms');
});
