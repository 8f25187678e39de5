import { scenario } from 'mqtt-amber';

/**
 * Payments at QoS 2 over a bad line. By default chance cuts the connection, as the seed says; or it is cut once, at one packet. The
 * hub of this lesson has a bug.
 */
export default scenario(
  'Lesson 18: a failing seed',
  {
    parameters: {
      cut: {
        default: 'by-chance',
        values: ['by-chance', 'PUBLISH', 'PUBREC', 'PUBREL', 'PUBCOMP'],
        description: 'when the connection is cut',
      },
    },
  },
  async (sim, { cut }) => {
    const lasting = { cleanStart: false, sessionExpiry: '1h' } as const;
    const hub = sim.broker('hub');
    const till = sim.client('till', lasting);
    const bank = sim.client('bank', lasting);
    const network = sim.link(till, hub, { latency: '20ms' });
    sim.link(bank, hub, { latency: '5ms' });
    await bank.connect(hub);
    await bank.subscribe('payment', { qos: 2 });
    await till.connect(hub);

    if (cut === 'by-chance') {
      for (let payment = 1; payment <= 5; payment++) {
        till.publish('payment', `${payment} euro`, { qos: 2 });
        if (sim.random('whether') < 0.5) {
          await sim.sleep(`${Math.floor(sim.random('when') * 90)}ms`);
          network.reset();
        }
        await sim.sleep('4s');
      }
    } else {
      const published = till.publish('payment', '1 euro', { qos: 2 });
      // Each way takes 20 ms, and each store a little: a packet is cut off in the middle of its own way.
      const moments = { PUBLISH: '11ms', PUBREC: '32ms', PUBREL: '52ms', PUBCOMP: '73ms' } as const;
      await sim.sleep(moments[cut]);
      network.reset();
      await published;
    }
    await sim.quiet();
  },
);
