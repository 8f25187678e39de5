import { scenario } from 'mqtt-amber';

/** A retained message waits at the broker for whoever comes later, until it is replaced, cleared, or too old. */
export default scenario('Retained messages', async (sim) => {
  const hub = sim.broker('hub', { retainedExpiry: '1h' });
  const thermostat = sim.client('thermostat');
  await thermostat.connect(hub);

  const visitor = async (name: string) => {
    const client = sim.client(name);
    await client.connect(hub);
    await client.subscribe('room/target', { qos: 1 });
    await sim.sleep('1s');
    return client;
  };

  await thermostat.publish('room/target', '20', { qos: 1, retain: true });
  await thermostat.publish('room/target', '21', { qos: 1, retain: true });
  sim.note('A late subscriber gets the last one at once, marked as retained.');
  const late = await visitor('late');
  sim.always(
    late.received.at(0)?.text === '21' && late.received.at(0)?.retain === true,
    'the late get the last value',
  );

  sim.note('Who is there already gets it as any other message.');
  await thermostat.publish('room/target', '22', { qos: 1, retain: true });
  await sim.sleep('1s');
  sim.always(late.received.at(1)?.retain === false, 'an established subscription gets it without the flag');

  sim.note('An empty payload clears it.');
  await thermostat.publish('room/target', '', { qos: 1, retain: true });
  const tooLate = await visitor('too-late');
  sim.always(tooLate.received.length === 0, 'cleared: nothing to send');

  sim.note('Nobody renews it for an hour.');
  await thermostat.publish('room/target', '23', { qos: 1, retain: true });
  await sim.sleep('61min');
  const muchLater = await visitor('much-later');
  sim.always(muchLater.received.length === 0, 'expired: nothing to send');
  await sim.quiet();
});
