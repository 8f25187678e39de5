// Two filters that both match, a session that returns while messages come: what had waited is thrown away [3.1.1/MQTT-4.3.2-1].
import { publish, report, settle, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('subscriber', { clean: false });
await away.asks([
  ['a/#', 1],
  ['a/b', 1],
]);
await away.leaves();
const publisher = await connect('publisher');
const numbered = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => publish('a/b', 1, from + i, { payload: `${from + i}` }));
publisher.send(...numbered(1, 10));
await settle();
const got = new Set();
const on = ({ cmd, messageId, payload }, client) => {
  if (cmd === 'connack') publisher.send(...numbered(11, 20));
  if (cmd !== 'publish') return;
  got.add(`${payload}`);
  client.send({ cmd: 'puback', messageId });
};
const back = await connect('subscriber', { clean: false, on });
await until(() => back.closed);
await connect('subscriber', { clean: false, on });
await settle(300);
const lost = numbered(1, 10)
  .map(({ payload }) => payload)
  .filter((payload) => !got.has(payload));
report(lost.length > 0, `acknowledged to their publisher, never delivered, over two connections: ${lost}`);
