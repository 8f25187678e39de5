import { scenario } from 'mqtt-amber';

/**
 * A client falls silent without a word: its network is gone, nobody sends FIN. The standard lets the broker close after one and
 * a half keep-alives; some brokers of the field wait longer.
 */
export default scenario(
  'Keep-alive and the half-open connection',
  {
    parameters: {
      keepAlive: { default: 10, range: [2, 600], unit: 's' },
    },
  },
  async (sim, p) => {
    const watch = async (name: string, factor: number) => {
      const hub = sim.broker(`${name}-hub`, { keepAliveFactor: factor });
      const device = sim.client(`${name}-device`, {
        keepAlive: `${p.keepAlive}s`,
        will: { topic: 'status', payload: 'offline', qos: 1 },
      });
      const guard = sim.client(`${name}-guard`);
      const wire = sim.link(device, hub, { latency: '5ms' });
      await guard.connect(hub);
      await guard.subscribe('status', { qos: 1 });
      await device.connect(hub);

      await sim.sleep(`${3 * p.keepAlive}s`);
      sim.always(guard.received.length === 0, `${name}: pings keep an idle connection alive`);

      const lastWord = device.lastSentAt;
      wire.partition();
      const will = await guard.next();
      return (will.at - lastWord) / 1e6 / p.keepAlive;
    };

    sim.note('As the standard says: closed after 1.5 keep-alives.');
    const standard = await watch('standard', 1.5);
    sim.always(standard >= 1.5 && standard < 1.6, 'closed after 1.5 keep-alives and not before');

    sim.note('A broker set to 2.5, as EMQX can be.');
    const patient = await watch('patient', 2.5);
    sim.always(patient >= 2.5 && patient < 2.6, 'closed after 2.5 keep-alives and not before');
  },
);
