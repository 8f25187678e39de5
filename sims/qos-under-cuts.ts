import { puback, pubcomp, publish, pubrec, pubrel, scenario } from 'mqtt-amber';

/**
 * The wire is cut once, at a chosen step of the handshake, for each QoS. QoS 0 may lose the message, QoS 1 may repeat
 * it, QoS 2 does neither.
 */
export default scenario('QoS 0, 1 and 2 under a cut at every step', async (sim) => {
  const steps = {
    0: { PUBLISH: publish() },
    1: { PUBLISH: publish(), PUBACK: puback() },
    2: { PUBLISH: publish(), PUBREC: pubrec(), PUBREL: pubrel(), PUBCOMP: pubcomp() },
  };
  const hub = sim.broker('hub');
  const screen = sim.client('screen');
  await screen.connect(hub);
  await screen.subscribe('#', { qos: 2 });

  for (const qos of [0, 1, 2] as const) {
    for (const [step, packet] of Object.entries(steps[qos])) {
      for (const when of ['before', 'after'] as const) {
        const name = `qos${qos}-${when}-${step}`;
        sim.note(`QoS ${qos}: the connection is reset ${when} ${step}.`);
        const sensor = sim.client(name, { cleanStart: false, sessionExpiry: '1h' });
        const wire = sim.link(sensor, hub, { latency: '10ms' });
        await sensor.connect(hub);
        wire.on(packet, when === 'before' ? 'reset-before' : 'reset-after');
        sensor.publish(name, 'once', { qos });
        await sim.sleep('30s');
      }
    }
  }
  await sim.quiet();

  const copies = (name: string) => [...screen.received].filter(({ topic }) => topic === name).length;
  sim.always(copies('qos0-before-PUBLISH') === 0, 'QoS 0: what was cut off is gone');
  sim.always(copies('qos1-before-PUBACK') === 2, 'QoS 1: a lost PUBACK brings a second copy');
  for (const step of Object.keys(steps[2])) {
    for (const when of ['before', 'after']) {
      sim.always(copies(`qos2-${when}-${step}`) === 1, `QoS 2: exactly one copy, cut ${when} ${step}`);
    }
  }
});
