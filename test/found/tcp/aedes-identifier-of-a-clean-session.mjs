// A QoS 2 identifier outlives the clean session that ended before PUBREL: the next one's message is swallowed [3.1.1/MQTT-3.1.2-6]. aedes 1.0 and 1.1.
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const subscriber = await connect('subscriber');
await subscriber.asks([['#', 2]]);
const first = await connect('publisher');
first.send(publish('one', 2, 7));
await until(() => first.read.some(({ cmd }) => cmd === 'pubrec'));
await first.leaves(() => first.socket.destroy());
const next = await connect('publisher', {
  on: ({ cmd }, client) => cmd === 'pubrec' && client.send({ cmd: 'pubrel', messageId: 7 }),
});
next.send(publish('two', 2, 7));
await until(() => next.read.some(({ cmd }) => cmd === 'pubcomp'));
await settle();
report(
  !payloads(subscriber).includes('two'),
  `the second message was completed; delivered was ${payloads(subscriber)}`,
);
