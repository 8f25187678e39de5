// QoS 2 with RETAIN and QoS 2 without, in one read: the second overtakes the first, which is then taken for a duplicate [3.1.1/MQTT-4.3.3-1].
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const subscriber = await connect('subscriber');
await subscriber.asks([['#', 2]]);
const publisher = await connect('publisher', {
  on: ({ cmd, messageId }, client) => cmd === 'pubrec' && client.send({ cmd: 'pubrel', messageId }),
});
publisher.send(publish('kept', 2, 1, { retain: true }), publish('plain', 2, 2));
await until(() => publisher.read.filter(({ cmd }) => cmd === 'pubcomp').length === 2);
await settle();
report(
  !payloads(subscriber).includes('kept'),
  `kept and plain were published and completed, delivered was ${payloads(subscriber)}`,
);
