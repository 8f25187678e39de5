import { scenario } from 'mqtt-amber';
import { LASTING } from './cast/manners.ts';

/** One message at QoS 2, from one session that lasts to another. */
export default scenario('Exhausted: a message at QoS 2', async (sim) => {
  const hub = sim.broker('hub', { connectTimeout: '3s' });
  const sensor = sim.client('sensor', LASTING);
  const screen = sim.client('screen', LASTING);
  for (const client of [screen, sensor]) {
    sim.link(client, hub, { latency: '5ms' });
    void client.connect(hub);
  }
  let subscribed = false;
  let due = false;
  screen.subscribe('reading', { qos: 2 }).then(
    () => {
      subscribed = true;
    },
    () => {},
  );
  sim.at('50ms', () => {
    const isDue = subscribed;
    sensor.publish('reading', 'once', { qos: 2 }).then(
      () => {
        due = isDue;
      },
      () => {},
    );
  });
  await sim.sleep('10s');
  await sim.quiet();
  // A process that dies in between has handed the message over, and does not know.
  sim.always(screen.received.length <= 1 + screen.restarts, 'it never comes twice to one process');
  sim.always(!due || screen.received.length > 0, 'once it was accepted for a subscription, it comes');
});
