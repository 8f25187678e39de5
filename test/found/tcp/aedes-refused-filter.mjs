// A filter that was refused with 0x80 beside one that was granted: its messages are queued, and delivered [3.1.1/MQTT-3.3.2-3].
import { payloads, publish, report, startAedes } from './wire.mjs';

const { connect } = await startAedes({
  authorizeSubscribe: (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription),
});
const first = await connect('subscriber', { clean: false });
await first.asks([
  ['open', 1],
  ['secret', 1],
]);
await first.leaves();
const publisher = await connect('publisher');
publisher.send(publish('secret', 1, 1));
await publisher.has('puback');
const again = await connect('subscriber', { clean: false });
await again.has('publish');
report(
  payloads(again).includes('secret'),
  `SUBACK was ${first.read[1].granted}, and yet comes ${payloads(again)}`,
);
