// What was queued before a restart comes after what was queued since, as the random names of brokers sort [3.1.1/MQTT-4.6.0-6]. The script gives both a name.
import { openStore, payloads, publish, report, startAedes } from './wire.mjs';

const store = await openStore();
const broker = await startAedes(store({ id: 'zoe' }));
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 1]]);
await subscriber.leaves();
const publisher = await broker.connect('publisher');
publisher.send(publish('a', 1, 1, { payload: 'before' }));
await publisher.has('puback');
await publisher.leaves();
const next = await startAedes(store({ id: 'amy' }));
const later = await next.connect('publisher');
later.send(publish('a', 1, 2, { payload: 'after' }));
await later.has('puback');
await later.leaves();
const again = await next.connect('subscriber', { clean: false });
await again.has('publish', 2);
report(
  `${payloads(again)}` === 'after,before',
  `published before, after; the subscriber is sent ${payloads(again)}`,
);
