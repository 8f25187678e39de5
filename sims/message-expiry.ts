import { scenario } from 'mqtt-amber';

/** A message that is true for ten minutes must not arrive later; one that arrives says how long it is still true. */
export default scenario('Message expiry', async (sim) => {
  const hub = sim.broker('hub');
  const forecast = sim.client('forecast');
  const farm = sim.client('farm', { sessionExpiry: '1h', cleanStart: false });
  const road = sim.link(forecast, hub, { latency: '10ms' });
  await forecast.connect(hub);
  await farm.connect(hub);
  await farm.subscribe('weather/#', { qos: 1 });

  sim.note('The farm is away for five minutes.');
  await farm.disconnect();
  await forecast.publish('weather/wind', 'gusts', { qos: 1, messageExpiry: '3min' });
  await forecast.publish('weather/rain', 'soon', { qos: 1, messageExpiry: '10min' });
  await forecast.publish('weather/frost', 'tonight', { qos: 1, messageExpiry: '20min', retain: true });
  await sim.sleep('5min');
  await farm.connect(hub);
  await sim.sleep('1s');
  const left = [...farm.received].map(
    ({ topic, messageExpiryInterval }) => `${topic} ${messageExpiryInterval}`,
  );
  sim.always(
    left.join() === 'weather/rain 300,weather/frost 900',
    'what is too old is gone; the rest counts down while it waits',
  );

  sim.note('Half an hour later nothing retained is left for a visitor.');
  await sim.sleep('30min');
  const visitor = sim.client('visitor');
  await visitor.connect(hub);
  await visitor.subscribe('weather/#', { qos: 1 });
  await sim.sleep('1s');
  sim.always(visitor.received.length === 0, 'a retained message expires as well');

  sim.note('The forecast itself is cut off: a message may grow old before it is sent at all.');
  road.partition({ for: '2min' });
  road.reset();
  const hail = forecast.publish('weather/hail', 'now', { qos: 1, messageExpiry: '30s' });
  const fate = await hail.then(
    () => 'sent',
    ({ kind }) => kind,
  );
  sim.always(fate === 'expired', 'its publisher is told that it was never sent');
  await sim.quiet();
});
