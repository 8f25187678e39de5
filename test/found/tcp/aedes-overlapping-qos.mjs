// a/b at QoS 0 and a/# at QoS 2: a message of QoS 1 comes at QoS 0 only, not at the highest that was granted [3.1.1/MQTT-3.3.5-1].
import { publish, report, settle, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const subscriber = await connect('subscriber');
await subscriber.asks([
  ['a/b', 0],
  ['a/#', 2],
]);
const publisher = await connect('publisher');
publisher.send(publish('a/b', 1, 1));
await subscriber.has('publish');
await settle();
const copies = subscriber.read.filter(({ cmd }) => cmd === 'publish');
report(
  copies.length > 0 && copies.every(({ qos }) => qos === 0),
  `copies at QoS ${copies.map(({ qos }) => qos)}`,
);
