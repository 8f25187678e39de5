import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';
import { ON_DISK } from './cast/promises.ts';

/** A crash after aedes has stored the identifier of a QoS 2 message and before the message: sent again, that is taken for a duplicate. */
export default scenario('A crash before PUBREC, of aedes', { protocol: '3.1.1' }, async (sim) => {
  const hub = await aedes(sim, 'hub', { durable: true }, ON_DISK);
  const subscriber = sim.client('subscriber', { cleanStart: false });
  const publisher = sim.client('publisher', { cleanStart: false, reconnect: { initial: '1s' } });
  await subscriber.connect('hub');
  await subscriber.subscribe('a', { qos: 2 });
  await subscriber.disconnect();
  await publisher.connect('hub');
  // A session without a subscription aedes would take for none.
  await publisher.subscribe('b');
  for (let i = 1; i <= 20; i++) void publisher.publish('a', `${i}`, { qos: 2 });
  await sim.sleep(`${Math.floor(sim.random() * 10_000)}us`);
  hub.crash({ for: '1s' });
  await sim.sleep('5s');
  await subscriber.connect('hub');
  await sim.quiet();
});
