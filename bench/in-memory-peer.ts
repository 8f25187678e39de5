/** The peer of the end-to-end rows: aedes and MQTT.js, joined in memory, as most Node programs would test MQTT. */
import { duplexPair } from './duplex-pair.ts';

type Qos = 0 | 1 | 2;

/** Publishes `count` messages from one client to another through aedes and resolves when all have arrived. */
export async function throughAedes(qos: Qos, count: number): Promise<number> {
  const { Aedes } = await import('aedes');
  const { MqttClient } = await import('mqtt');
  const broker = await Aedes.createBroker();
  const join = (clientId: string) =>
    new MqttClient(
      () => {
        const [ours, theirs] = duplexPair();
        broker.handle(theirs);
        return ours as never;
      },
      { clientId, keepalive: 60, protocolVersion: 4, reconnectPeriod: 0 },
    );

  const publisher = join('publisher');
  const subscriber = join('subscriber');
  await Promise.all(
    [publisher, subscriber].map((client) => new Promise((done) => client.once('connect', done))),
  );
  await subscriber.subscribeAsync('bench/topic', { qos });

  const payload = Buffer.alloc(64, 0x61);
  let arrived = 0;
  const all = new Promise<void>((done) => {
    subscriber.on('message', () => {
      if (++arrived === count) done();
    });
  });
  // A burst of all messages at once makes the peer stall at QoS 2: as many are under way as our own window allows.
  for (let sent = 0; sent < count; ) {
    const window: Promise<unknown>[] = [];
    for (; window.length < 100 && sent < count; sent++)
      window.push(publisher.publishAsync('bench/topic', payload, { qos }));
    await Promise.all(window);
  }
  await all;
  await Promise.all([publisher.endAsync(true), subscriber.endAsync(true)]);
  await new Promise<void>((done) => broker.close(() => done()));
  return count;
}
