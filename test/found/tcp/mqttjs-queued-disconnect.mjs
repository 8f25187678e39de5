// end() without a connection, and reconnect() later: the DISCONNECT was queued, is sent on the new connection, and SUBSCRIBE after it [3.1.1/MQTT-3.14.4-2].
import { connack, report, settle, startScripted, until } from './wire.mjs';

const read = [];
const broker = await startScripted(4, ({ cmd, messageId }, send, socket, number) => {
  // The second connection is not accepted: the client has none when it is ended.
  if (cmd === 'connect' && number !== 2) send(connack());
  if (cmd === 'subscribe') send({ cmd: 'suback', messageId, granted: [0] });
  if (cmd === 'subscribe' && number === 1) setTimeout(() => socket.destroy(), 50);
  if (number > 2) read.push(cmd);
});
const client = broker.connect();
client.once('connect', () => client.subscribe('news'));
await until(() => broker.connections === 2);
await settle();
client.end(() => client.reconnect());
await until(() => read.length === 3);
const [, second, third] = read;
report(second === 'disconnect' && third === 'subscribe', `the next connection began with ${read}`);
