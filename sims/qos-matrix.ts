import { scenario } from 'mqtt-amber';

/** A message arrives at the lower of the two: the QoS it was published with, and the QoS its subscriber was granted. */
export default scenario('The matrix of published and granted QoS', async (sim) => {
  const levels = [0, 1, 2] as const;
  const hub = sim.broker('hub');
  const source = sim.client('source');
  await source.connect(hub);

  const readers = [];
  for (const granted of levels) {
    const reader = sim.client(`granted-${granted}`);
    await reader.connect(hub);
    await reader.subscribe('matrix/+', { qos: granted });
    readers.push(reader);
  }
  for (const published of levels) await source.publish(`matrix/${published}`, 'x', { qos: published });
  await sim.quiet();

  for (const granted of levels) {
    for (const published of levels) {
      const cell = [...readers[granted]!.received].filter(({ topic }) => topic === `matrix/${published}`);
      const expected = Math.min(published, granted);
      sim.always(
        cell.length === 1 && cell[0]!.qos === expected,
        `published at ${published}, granted ${granted}: arrives at ${expected}`,
      );
    }
  }
});
