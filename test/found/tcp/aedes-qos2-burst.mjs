// Three messages of QoS 2 under way together, each handshake complete: after the reconnect the last one comes again [3.1.1/MQTT-4.3.3-1].
import { payloads, publish, report, settle, startAedes, subscribe, until } from './wire.mjs';

const completed = [];
const answer = ({ cmd, messageId }, client) => {
  if (cmd === 'publish') client.send({ cmd: 'pubrec', messageId });
  if (cmd === 'pubrel' && completed.push({ cmd: 'pubcomp', messageId }) === 3) client.send(...completed);
};
const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false, on: answer });
first.send(subscribe(['#', 2]));
await settle();
const publisher = await connect('publisher', {
  on: ({ cmd, messageId }, client) => cmd === 'pubrec' && client.send({ cmd: 'pubrel', messageId }),
});
publisher.send(publish('a', 2, 1), publish('b', 2, 2), publish('c', 2, 3));
await until(() => completed.length === 3);
await settle();
first.send({ cmd: 'disconnect' });
await settle();
const again = await connect('subscriber', { clean: false, on: answer });
await settle();
report(
  payloads(again).length > 0,
  `delivered ${payloads(first)}, all completed; after the reconnect again ${payloads(again)}`,
);
