import { scenario } from 'mqtt-amber';

/** The smallest story: somebody listens, somebody speaks. */
export default scenario('One message', async (sim) => {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp');
  const button = sim.client('button');

  await lamp.connect(hub);
  await lamp.subscribe('hall/lamp');

  await button.connect(hub);
  await button.publish('hall/lamp', 'on');
  await sim.quiet();

  sim.always(lamp.received.length === 1, 'the lamp was told');
});
