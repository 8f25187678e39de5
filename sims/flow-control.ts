import { scenario } from 'mqtt-amber';

/** A slow consumer says how many messages it takes at once; the broker keeps the rest, and the fast one next door never waits. */
export default scenario('Receive maximum and a slow consumer', async (sim) => {
  const hub = sim.broker('hub', { receiveMaximum: 4 });
  const sensor = sim.client('sensor', { inflightLimit: 100 });
  const fast = sim.client('fast');
  const slow = sim.client('slow', { receiveMaximum: 2 });
  sim.link(sensor, hub, { latency: '50ms' });
  sim.link(slow, hub, { latency: '500ms' });

  for (const client of [fast, slow]) {
    await client.connect(hub);
    await client.subscribe('reading', { qos: 1 });
  }
  const { properties } = await sensor.connect(hub);
  sim.always(properties.receiveMaximum === 4, 'the hub takes four messages before it has acknowledged any');

  sim.note('Twenty readings at once.');
  for (let reading = 1; reading <= 20; reading++) sensor.publish('reading', `${reading}`, { qos: 1 });
  await sim.sleep('25ms');
  sim.always(sensor.inflight === 4 && sensor.queued === 16, 'the sensor sends four and waits');

  await sim.sleep('2s');
  sim.always(fast.received.length === 20, 'two seconds later the fast one has them all');
  sim.always(slow.received.length === 4, 'the slow one has two for each second it takes to acknowledge');

  await sim.quiet();
  const inOrder = [...slow.received].every(({ text }, place) => text === `${place + 1}`);
  sim.always(slow.received.length === 20 && inOrder, 'in the end it has them all, in order');
});
