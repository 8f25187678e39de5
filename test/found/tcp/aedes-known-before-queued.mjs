// The process ends between storing a QoS 2 identifier and queueing the message: sent again, it is completed and never delivered [3.1.1/MQTT-4.3.3-2].
import { forkAedes, payloads, publish, report, settle, storeFolder, until } from './wire.mjs';

const folder = storeFolder();
const broker = await forkAedes(folder, { dies: 'outgoingEnqueueCombi' });
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 2]]);
await subscriber.leaves();
const publisher = await broker.connect('publisher', { clean: false });
publisher.send(publish('a', 2, 7));
await until(() => publisher.closed);
const next = await forkAedes(folder);
const release = ({ cmd }, client) => cmd === 'pubrec' && client.send({ cmd: 'pubrel', messageId: 7 });
const again = await next.connect('publisher', { clean: false, on: release });
again.send(publish('a', 2, 7, { dup: true }));
await again.has('pubcomp');
const back = await next.connect('subscriber', { clean: false });
await settle(500);
const completed = again.read.some(({ cmd }) => cmd === 'pubcomp');
report(
  completed && payloads(back).length === 0,
  `completed: ${completed}; delivered: ${payloads(back).length}`,
);
