// A session without subscriptions is said to be absent, and what it had not acknowledged is sent all the same [3.1.1/MQTT-3.2.2-2].
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false });
await first.asks([['a', 1]]);
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1));
await until(() => payloads(first).length === 1);
first.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] });
await settle();
await first.leaves(() => first.socket.destroy());
const again = await connect('subscriber', { clean: false });
await again.has('publish');
const { sessionPresent } = again.read[0];
report(
  !sessionPresent && payloads(again).length === 1,
  `session present ${Number(sessionPresent)}, and then comes ${payloads(again)} of that session`,
);
