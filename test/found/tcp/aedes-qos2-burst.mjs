// Three messages of QoS 2 under way together: one gets no PUBREL, or comes again after all three were completed [3.1.1/MQTT-4.3.3-1].
import { payloads, publish, report, settle, startAedes, until } from './wire.mjs';

const released = [];
const answer = ({ cmd, messageId }, client) => {
  if (cmd === 'publish') client.send({ cmd: 'pubrec', messageId });
  if (cmd === 'pubrel' && released.push(messageId) === 3)
    client.send(...released.map((each) => ({ cmd: 'pubcomp', messageId: each })));
};
const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false, on: answer });
await first.asks([['#', 2]]);
const publisher = await connect('publisher', {
  on: ({ cmd, messageId }, client) => cmd === 'pubrec' && client.send({ cmd: 'pubrel', messageId }),
});
publisher.send(publish('a', 2, 1), publish('b', 2, 2), publish('c', 2, 3));
await until(() => released.length === 3);
await settle();
await first.leaves();
const again = await connect('subscriber', { clean: false, on: answer });
const all = new Set(released).size === 3;
if (all) await again.has('publish');
report(
  !all || payloads(again).length > 0,
  `delivered ${payloads(first)}, PUBREL ${released}; after the reconnect again ${payloads(again) || 'nothing'}`,
);
