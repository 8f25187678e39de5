// One filter of two is refused: after a reconnect the other, which was granted, is not asked for again (option `resubscribe`).
import { connack, report, settle, startScripted, until } from './wire.mjs';

const asked = [];
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack());
  if (packet.cmd !== 'subscribe') return;
  asked.push(number);
  const granted = packet.subscriptions.map(({ topic }) => (topic === 'secret' ? 128 : 0));
  send({ cmd: 'suback', messageId: packet.messageId, granted });
  if (number === 1) setTimeout(() => socket.destroy(), 50);
});
const client = broker.connect();
client.once('connect', () => client.subscribe(['open', 'secret']));
await until(() => broker.connections === 2);
await settle(500);
report(
  broker.connections > 1 && !asked.includes(2),
  `${broker.connections} connections, SUBSCRIBE on number ${asked}`,
);
