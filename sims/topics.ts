import { scenario } from 'mqtt-amber';

/** Which filter gets which topic: `+` is one level, `#` is the rest, and neither reaches the topics of the broker. */
export default scenario('Topics, wildcards and $SYS', async (sim) => {
  const hub = sim.broker('hub');
  const house = sim.client('house');
  await house.connect(hub);

  const filters = {
    exact: 'home/kitchen/temperature',
    'one-level': 'home/+/temperature',
    'any-below': 'home/#',
    everything: '#',
    'two-levels': '+/+',
    system: '$SYS/broker/clients/connected',
  };
  const readers = Object.entries(filters).map(([name, filter]) => ({ client: sim.client(name), filter }));
  for (const { client, filter } of readers) {
    await client.connect(hub);
    await client.subscribe(filter, { qos: 1 });
  }

  sim.note('Four topics are published, one message each.');
  for (const topic of ['home/kitchen/temperature', 'home/kitchen/light', 'home', '/home']) {
    await house.publish(topic, topic, { qos: 1 });
  }
  await sim.sleep('11s');
  await sim.quiet();

  const heard = (name: string) =>
    [...sim.client(name).received]
      .map((message) => message.topic)
      .filter((topic) => !topic.startsWith('$SYS/'));
  sim.always(heard('exact').join() === 'home/kitchen/temperature', 'an exact filter matches itself');
  sim.always(heard('one-level').join() === 'home/kitchen/temperature', '+ stands for one level');
  sim.always(heard('any-below').length === 3, 'home/# matches home itself and all below');
  sim.always(heard('two-levels').join() === '/home', '/home has two levels, the first of them empty');
  sim.always(heard('everything').length === 4, '# matches every topic of the house');
  sim.always(
    [...sim.client('everything').received].every(({ topic }) => !topic.startsWith('$')),
    '# at the start does not match $SYS',
  );
  sim.always(sim.client('system').received.length > 0, 'the broker tells its numbers to who asks by name');
});
