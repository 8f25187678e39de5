// A broker with a fixed name counts from 0 again when it is restarted: what it queues is written over what was queued [3.1.1/MQTT-4.3.2-1].
import { openStore, payloads, publish, report, settle, startAedes } from './wire.mjs';

const store = await openStore();
const numbers = (first) =>
  Array.from({ length: 20 }, (_, i) => publish('a', 1, i + 1, { payload: `${first + i}` }));
const broker = await startAedes(store({ id: 'my-broker' }));
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 1]]);
await subscriber.leaves();
const publisher = await broker.connect('publisher');
publisher.send(...numbers(1));
await publisher.has('puback', 20);
await publisher.leaves();
const next = await startAedes(store({ id: 'my-broker' }));
const later = await next.connect('publisher');
later.send(...numbers(21));
await later.has('puback', 20);
await later.leaves();
const again = await next.connect('subscriber', { clean: false });
await settle(500);
const came = new Set(payloads(again)).size;
report(came < 40, `40 were acknowledged, 20 before and 20 after a restart; ${came} of them come`);
