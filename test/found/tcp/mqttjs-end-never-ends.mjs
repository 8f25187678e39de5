// end() waits for an acknowledgement on a connection that is lost: it never calls back, nor does the message (promise of `end`).
import { connack, report, settle, startScripted } from './wire.mjs';

const broker = await startScripted(4, (packet, send, socket) => {
  if (packet.cmd === 'connect') send(connack());
  if (packet.cmd === 'publish') socket.destroy();
});
const told = [];
const client = broker.connect();
client.on('close', () => told.push('close'));
client.once('connect', () => {
  client.publish('a', 'x', { qos: 1 }, () => told.push('published'));
  client.end(() => told.push('ended'));
});
await settle(2000);
report(
  told.includes('close') && !told.includes('ended'),
  `after two seconds the application knows of ${told}, on ${broker.connections} connection`,
);
