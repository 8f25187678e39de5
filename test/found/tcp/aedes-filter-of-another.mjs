// a/+ and then a/b: the store takes the second for a topic of the first, and queues for a/+ no more [3.1.1/MQTT-4.3.2-1].
import { openStore, payloads, publish, report, settle, startAedes } from './wire.mjs';

const store = await openStore();
const broker = await startAedes(store());
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a/+', 1]]);
subscriber.send({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'a/b', qos: 2 }] });
await subscriber.has('suback', 2);
await subscriber.leaves();
const publisher = await broker.connect('publisher');
publisher.send(publish('a/b', 1, 1), publish('a/c', 1, 2));
await publisher.has('puback', 2);
const again = await broker.connect('subscriber', { clean: false });
await settle(500);
report(!payloads(again).includes('a/c'), `a/b and a/c were acknowledged; what comes is ${payloads(again)}`);
