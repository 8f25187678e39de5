// end(true) with a message under way: what became of that is never told, though the client has ended (callback of `publish`).
import { connack, report, settle, startScripted } from './wire.mjs';

const broker = await startScripted(4, (packet, send) => {
  if (packet.cmd === 'connect') send(connack());
});
const told = [];
const client = broker.connect();
client.once('connect', () => {
  client.publish('a', 'x', { qos: 1 }, () => told.push('published'));
  client.end(true, () => told.push('ended'));
});
await settle(2000);
report(`${told}` === 'ended', `after two seconds the application knows of ${told}`);
