import { puback, scenario } from 'mqtt-amber';

/** A crew shares one subscription: each job goes to one of them, and when one leaves with jobs in hand the others get those. */
export default scenario('Shared subscriptions', async (sim) => {
  const hub = sim.broker('hub');
  const office = sim.client('office');
  await office.connect(hub);
  await office.publish('jobs/old', 'yesterday', { qos: 1, retain: true });

  const member = async (name: string) => {
    const client = sim.client(name, { reconnect: 'off' });
    const wire = sim.link(client, hub, { latency: '10ms' });
    await client.connect(hub);
    await client.subscribe('$share/crew/jobs/#', { qos: 1 });
    return { client, wire };
  };
  const crew = [await member('ann'), await member('bob'), await member('eve')] as const;
  const chief = sim.client('chief');
  await chief.connect(hub);
  await chief.subscribe('jobs/+', { qos: 1 });

  sim.note('Nine jobs for three.');
  for (let job = 1; job <= 9; job++) await office.publish(`jobs/${job}`, `${job}`, { qos: 1 });
  await sim.sleep('1s');
  const jobs = () => crew.map(({ client }) => client.received.length).join();
  sim.always(jobs() === '3,3,3', 'they take turns, and none is sent what was retained');
  sim.always(chief.received.length === 10, 'who does not share gets everything');

  sim.note('The wire breaks just as Eve says that she has a job, and she does not come back.');
  const [ann, bob, eve] = crew;
  eve.wire.on(puback({ from: 'eve' }), 'reset-before');
  for (let job = 10; job <= 12; job++) await office.publish(`jobs/${job}`, `${job}`, { qos: 1 });
  await sim.sleep('1s');
  sim.always(eve.client.received.length === 4 && !eve.client.connected, 'she got it, and is gone');
  sim.always(
    ann.client.received.length + bob.client.received.length === 9,
    'what she did not acknowledge goes to another: at least once, by somebody',
  );
  await sim.quiet();
});
