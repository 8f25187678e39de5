// A retained message of QoS 1 that was not acknowledged does not come again when its session is resumed [3.1.1/MQTT-4.4.0-1].
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1, { retain: true }));
await publisher.has('puback');
const first = await connect('subscriber', { clean: false });
await first.asks([['a', 1]]);
await until(() => payloads(first).length === 1);
await first.leaves(() => first.socket.destroy());
const again = await connect('subscriber', { clean: false });
await settle(300);
report(
  again.read[0].sessionPresent && payloads(again).length === 0,
  'the session is resumed, and the unacknowledged message is not sent again',
);
