import { scenario } from 'mqtt-amber';

/**
 * A raw node speaks MQTT byte by byte. Change one, and see what the broker makes of it: 0x10 is CONNECT, 0x0e says that 14
 * bytes follow, then come the name of the protocol, its level, flags, 60 s of keep-alive and the Client Identifier.
 */
export default scenario('CONNECT by hand', async (sim) => {
  const hub = sim.broker('hub');
  const raw = sim.peer('raw');

  const wire = await raw.dial(hub);
  const name = [...'MQTT'].map((letter) => letter.charCodeAt(0));
  wire.send(Uint8Array.of(0x10, 0x0e, 0x00, 0x04, ...name, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x02, 0x68, 0x69));

  const answer = await wire.packet();
  console.log('the broker says', answer);

  wire.send({ type: 'disconnect' });
  await wire.ended();
  sim.always(answer?.type === 'connack', 'the broker understood');
});
