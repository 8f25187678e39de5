import { type Duration, scenario, type Wire } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

const HELLO = {
  type: 'connect',
  protocolVersion: 4,
  clientId: 'device',
  cleanStart: true,
  keepAlive: 0,
} as const;

/** One connection ends in the turn in which the next of its identifier says CONNECT: a third takes nothing over. */
export default scenario('Three connections of one client, to aedes', async (sim) => {
  await aedes(sim, 'hub');
  const device = sim.peer('device');
  const dial = async (): Promise<Wire> => {
    const wire = device.dial('hub');
    await wire.opened();
    return wire;
  };

  const first = await dial();
  first.send(HELLO);
  await first.packet();
  first.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'a', qos: 0 }] });
  await first.packet();

  // Which of the two comes first, and by how much, is left to the seed.
  const second = await dial();
  const soon = (): Duration => `${sim.now + Math.floor(sim.random() * 400)}us`;
  sim.at(soon(), () => first.close());
  sim.at(soon(), () => second.send(HELLO));
  await second.packet();

  const third = await dial();
  third.send(HELLO);
  await third.packet();
  await sim.quiet();
});
