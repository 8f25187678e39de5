// A session without subscriptions is said to be absent, and what it had not acknowledged is sent all the same [3.1.1/MQTT-3.2.2-2].
import { payloads, publish, report, settle, startAedes, subscribe, until } from './wire.mjs';

const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false });
first.send(subscribe(['a', 1]));
await settle();
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1));
await until(() => payloads(first).length === 1);
first.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] });
await settle();
first.socket.destroy();
await settle();
const again = await connect('subscriber', { clean: false });
await settle();
const { sessionPresent } = again.read[0];
report(
  !sessionPresent && payloads(again).length === 1,
  `session present ${Number(sessionPresent)}, and then comes ${payloads(again)} of that session`,
);
