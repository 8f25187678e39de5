// The broker has lost the session of a client with clean false: the client does not subscribe again (option `resubscribe`). Until mqtt 5.0.0.
import { connack, report, startScripted, until } from './wire.mjs';

const asked = [];
const broker = await startScripted(4, ({ cmd, messageId }, send, socket, number) => {
  if (cmd === 'connect') send(connack());
  if (cmd !== 'subscribe') return;
  asked.push(number);
  send({ cmd: 'suback', messageId, granted: [1] });
  if (number === 1) setTimeout(() => socket.destroy(), 50);
});
const client = broker.connect({ clean: false });
client.once('connect', () => client.subscribe('a', { qos: 1 }));
await until(() => asked.includes(2));
report(
  broker.connections > 1 && !asked.includes(2),
  `session present was 0; SUBSCRIBE on connection ${asked}`,
);
