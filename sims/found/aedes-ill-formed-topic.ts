import { scenario } from 'mqtt-amber';
import { aedes } from 'mqtt-amber/aedes';

/** A topic that is not UTF-8 is sent on as another one. */
export default scenario('A topic that is no text, through aedes', { protocol: '3.1.1' }, async (sim) => {
  await aedes(sim, 'hub');
  const subscriber = sim.client('subscriber');
  await subscriber.connect('hub');
  await subscriber.subscribe('#');
  const wire = sim.peer('peer').dial('hub');
  await wire.opened();
  wire.send({ type: 'connect', protocolVersion: 4, clientId: 'peer', cleanStart: true, keepAlive: 0 });
  await wire.packet();
  // PUBLISH at QoS 0: a topic of the bytes c3 28, and the payload 1.
  wire.send(Uint8Array.of(0x30, 5, 0, 2, 0xc3, 0x28, 0x31));
  await sim.sleep('2min');
});
