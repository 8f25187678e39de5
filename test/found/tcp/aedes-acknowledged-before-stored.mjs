// The process ends right after its first PUBACK: what it has acknowledged is not in its store [3.1.1/MQTT-4.3.2-2].
import { forkAedes, payloads, publish, report, settle, storeFolder, until } from './wire.mjs';

const folder = storeFolder();
const broker = await forkAedes(folder);
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 1]]);
await subscriber.leaves();
const publisher = await broker.connect('publisher', { on: ({ cmd }) => cmd === 'puback' && broker.kill() });
publisher.send(...Array.from({ length: 200 }, (_, i) => publish('a', 1, i + 1, { payload: `${i + 1}` })));
await until(() => publisher.closed);
const next = await forkAedes(folder);
const again = await next.connect('subscriber', { clean: false });
await settle(500);
const acknowledged = publisher.read.flatMap(({ cmd, messageId }) =>
  cmd === 'puback' ? [`${messageId}`] : [],
);
const lost = acknowledged.filter((payload) => !payloads(again).includes(payload));
report(lost.length > 0, `${acknowledged.length} were acknowledged, ${lost.length} of these never come`);
