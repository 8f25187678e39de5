// The server takes two unacknowledged messages at a time; the client sends ten [5.0/MQTT-3.3.4-7].
import { connack, report, startScripted, until } from './wire.mjs';

let unacknowledged = 0;
const broker = await startScripted(5, (packet, send) => {
  if (packet.cmd === 'connect') send(connack({ properties: { receiveMaximum: 2 } }));
  if (packet.cmd === 'publish') unacknowledged++;
});
const client = broker.connect();
client.once('connect', () => {
  for (let i = 0; i < 10; i++) client.publish('a', 'x', { qos: 1 });
});
await until(() => unacknowledged === 10);
report(unacknowledged > 2, `Receive Maximum 2, unacknowledged ${unacknowledged}`);
