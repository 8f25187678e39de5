// What is sent again after a reconnect has DUP 0 [3.1.1/MQTT-3.3.1-1].
import { connack, report, startScripted, until } from './wire.mjs';

const sent = [];
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack({ sessionPresent: number > 1 }));
  if (packet.cmd !== 'publish') return;
  sent.push(packet);
  socket.destroy();
});
const client = broker.connect({ clean: false });
client.once('connect', () => client.publish('a', 'x', { qos: 1 }));
await until(() => sent.length === 2);
const [first, again] = sent;
report(
  again?.messageId === first.messageId && !again.dup,
  `identifier ${again?.messageId} was sent a second time with DUP ${Number(again?.dup)}`,
);
