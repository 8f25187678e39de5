// A subscription of QoS 0, found in the store at a restart, is given queued messages at their own QoS [3.1.1/MQTT-3.8.4-6].
import { forkAedes, publish, report, settle, storeFolder } from './wire.mjs';

const folder = storeFolder();
const broker = await forkAedes(folder);
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 0]]);
await subscriber.leaves();
broker.kill();
const next = await forkAedes(folder);
const publisher = await next.connect('publisher');
publisher.send(publish('a', 1, 1));
await publisher.has('puback');
await settle();
const again = await next.connect('subscriber', { clean: false });
await again.has('publish');
const [message] = again.read.filter(({ cmd }) => cmd === 'publish');
report(message?.qos === 1, `granted was QoS 0, the message comes at QoS ${message?.qos}`);
