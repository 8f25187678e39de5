// a/+ of a session that lasts, and a message of QoS 1 to "a/": the subscriber is thrown out, the message is lost [3.1.1/MQTT-4.3.2-1].
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const subscriber = await connect('subscriber', { clean: false });
await subscriber.asks([['a/+', 1]]);
const publisher = await connect('publisher');
publisher.send(publish('a/', 1, 1));
await until(() => subscriber.closed);
const again = await connect('subscriber', { clean: false });
await settle();
report(
  subscriber.closed && payloads(again).length === 0,
  'the broker closed the connection of who subscribed; the message did not come, before or after',
);
