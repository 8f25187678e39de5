// Two filters that both match, and a QoS 2 message for a session that is away: it is thrown out whenever it returns [3.1.1/MQTT-4.3.3-1].
import { publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('subscriber', { clean: false });
await away.asks([
  ['a/#', 2],
  ['a/b', 2],
]);
await away.leaves();
const publisher = await connect('publisher');
publisher.send(publish('a/b', 2, 1));
await until(() => publisher.read.some(({ cmd }) => cmd === 'pubrec'));
publisher.send({ cmd: 'pubrel', messageId: 1 });
await settle();
const on = ({ cmd, messageId }, client) => {
  const place = client.read.filter((packet) => packet.cmd === 'publish').length;
  if (cmd === 'publish') setTimeout(client.send, 20 * place, { cmd: 'pubrec', messageId });
  if (cmd === 'pubrel') client.send({ cmd: 'pubcomp', messageId });
};
let closed = 0;
for (let time = 1; time <= 5; time++) {
  const back = await connect('subscriber', { clean: false, on });
  await settle(300);
  if (back.closed) closed++;
  else await back.leaves();
}
report(closed === 5, `of five connections of that session the broker closed ${closed}`);
