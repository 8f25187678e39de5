// Readings of QoS 0 that come while a message of QoS 1 is sent from the store go ahead of those that waited for a connection (order of calls).
import { connack, payloads, report, startScripted, until } from './wire.mjs';

const read = [];
const broker = await startScripted(4, (packet, send) => {
  const { cmd, messageId, qos } = packet;
  if (cmd === 'connect') setTimeout(send, 300, connack());
  if (cmd === 'publish' && qos === 0) read.push(packet);
  if (cmd === 'publish' && qos === 1) setTimeout(send, 300, { cmd: 'puback', messageId });
});
const client = broker.connect();
client.publish('state', 'on', { qos: 1 });
let reading = 0;
setInterval(() => client.publish('reading', `${++reading}`), 50);
await until(() => read.length > 10);
const order = payloads({ read }).map(Number);
const overtaken = order.some((number, at) => number < (order[at - 1] ?? 0));
report(overtaken, `published in order, and sent ${order}`);
