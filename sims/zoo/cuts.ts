import { puback, pubcomp, publish, pubrec, pubrel, scenario } from 'mqtt-amber';

/** As few messages as possible, and a wire that is cut around every packet of their exchanges. */
export default scenario('The zoo: every exchange is cut somewhere', async (sim) => {
  const hub = sim.broker('hub');
  const lasting = {
    cleanStart: false,
    sessionExpiry: '1h',
    keepAlive: '20s',
    reconnect: { initial: '300ms', maximum: '1s' },
  } as const;
  const sensor = sim.client('sensor', lasting);
  const screen = sim.client('screen', lasting);
  const wires = [sensor, screen].map((client) => sim.link(client, hub, { latency: ['5ms', '40ms'] }));
  void screen.connect(hub);
  void sensor.connect(hub);
  void screen.subscribe('reading', { qos: 2 });

  let count = 0;
  const packets = [publish, puback, pubrec, pubrel, pubcomp];
  sim.every('2s', () => {
    const packet = packets[count % packets.length]!;
    const wire = wires[count % 2]!;
    wire.on(packet(), count % 3 === 0 ? 'reset-before' : 'reset-after');
    for (let copy = 0; copy < 4; copy++)
      void sensor.publish('reading', `${++count}`, { qos: copy % 2 === 0 ? 2 : 1 });
  });
  await sim.sleep('45s');
  await sim.quiet();
});
