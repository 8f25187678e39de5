import { type Link, type PacketMatcher, publish, scenario } from 'mqtt-amber';

/** A number stands for a long topic, as long as the connection lasts: after a reconnect the topic is said again. */
export default scenario('Topic aliases', async (sim) => {
  const topic = 'plant/north/hall/7/press/3/bearing/temperature';
  const hub = sim.broker('hub', { topicAliasMaximum: 5 });
  const sensor = sim.client('sensor', { topicAliases: 5, sessionExpiry: '1h' });
  const screen = sim.client('screen', { topicAliasMaximum: 5, sessionExpiry: '1h' });
  const uplink = sim.link(sensor, hub, { latency: '20ms' });
  const downlink = sim.link(screen, hub, { latency: '20ms' });

  /** What a node says on its wire: T for a topic, # for a number that stands for one. */
  const listen = (wire: Link, from: string) => {
    const said: string[] = [];
    const matches: PacketMatcher['matches'] = (packet) => {
      if (packet.type === 'publish') said.push(packet.topic === '' ? '#' : 'T');
      return true;
    };
    wire.on({ ...publish({ from, count: Infinity }), matches }, 'pass');
    return () => said.join('');
  };
  const sensorSaid = listen(uplink, 'sensor');
  const hubSaid = listen(downlink, 'hub');

  await screen.connect(hub);
  await screen.subscribe(topic, { qos: 1 });
  await sensor.connect(hub);
  const report = async (readings: number) => {
    for (let reading = 0; reading < readings; reading++) await sensor.publish(topic, '21.5', { qos: 1 });
    await sim.sleep('1s');
  };

  await report(4);
  sim.always(sensorSaid() === 'T###', 'the sensor says the topic once, and then its number');
  sim.always(hubSaid() === 'T###', 'so does the hub, with a number of its own');

  sim.note('The uplink is reset. The session lives on, the aliases do not.');
  uplink.reset();
  await sim.sleep('5s');
  await report(2);
  sim.always(sensorSaid() === 'T###T#', 'on the new connection the sensor begins again');
  sim.always(hubSaid() === 'T#####', 'the hub does not: its connection to the screen still stands');
  await sim.quiet();
  sim.always(
    [...screen.received].every((message) => message.topic === topic),
    'the application never sees a number',
  );
});
