// A retained message at QoS 2 for a session that lasts: the broker closes the connection on its PUBREC [3.1.1/MQTT-4.3.3-1].
import { publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const publisher = await connect('publisher');
publisher.send(publish('a', 2, 1, { retain: true }), { cmd: 'pubrel', messageId: 1 });
await settle();
const subscriber = await connect('subscriber', {
  clean: false,
  on: ({ cmd, messageId }, client) => cmd === 'publish' && client.send({ cmd: 'pubrec', messageId }),
});
await subscriber.asks([['a', 2]]);
await until(() => subscriber.closed || subscriber.read.some(({ cmd }) => cmd === 'pubrel'));
report(
  subscriber.closed,
  `the subscriber read ${subscriber.read.map(({ cmd }) => cmd)}, answered PUBREC, and was thrown out`,
);
