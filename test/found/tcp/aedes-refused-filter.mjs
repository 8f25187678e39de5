// A filter that was refused with 0x80 beside one that was granted: its messages are queued, and delivered [3.1.1/MQTT-3.3.2-3].
import { payloads, publish, report, settle, startAedes, subscribe } from './wire.mjs';

const { connect } = await startAedes({
  authorizeSubscribe: (_client, subscription, done) =>
    done(null, subscription.topic === 'secret' ? null : subscription),
});
const first = await connect('subscriber', { clean: false });
first.send(subscribe(['open', 1], ['secret', 1]));
await settle();
first.send({ cmd: 'disconnect' });
await settle();
const publisher = await connect('publisher');
publisher.send(publish('secret', 1, 1));
await settle();
const again = await connect('subscriber', { clean: false });
await settle();
report(
  payloads(again).includes('secret'),
  `SUBACK was ${first.read[1].granted}, and yet comes ${payloads(again)}`,
);
