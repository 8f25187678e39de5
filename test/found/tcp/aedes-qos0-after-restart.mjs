// A subscription of QoS 0, found in the store at a restart, is given queued messages at their own QoS [3.1.1/MQTT-3.8.4-6].
import { openStore, publish, report, settle, startAedes } from './wire.mjs';

const store = await openStore();
const broker = await startAedes(store());
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 0]]);
await subscriber.leaves();
const next = await startAedes(store());
const publisher = await next.connect('publisher');
publisher.send(publish('a', 1, 1));
await publisher.has('puback');
await settle();
const again = await next.connect('subscriber', { clean: false });
await again.has('publish');
const [message] = again.read.filter(({ cmd }) => cmd === 'publish');
report(message?.qos === 1, `granted was QoS 0, the message comes at QoS ${message?.qos}`);
