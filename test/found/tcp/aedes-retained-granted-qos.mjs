// Granted QoS 0 for a wildcard, the retained message comes at QoS 1 [3.1.1/MQTT-3.8.4-6].
import { publish, report, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const publisher = await connect('publisher');
publisher.send(publish('a/b', 1, 1, { retain: true }));
await publisher.has('puback');
const subscriber = await connect('subscriber');
await subscriber.asks([['a/+', 0]]);
await subscriber.has('publish');
const [granted, message] = ['suback', 'publish'].map((wanted) =>
  subscriber.read.find(({ cmd }) => cmd === wanted),
);
report(message?.qos > granted.granted[0], `granted QoS ${granted.granted}, sent at QoS ${message?.qos}`);
