// end() while a message is handled: the PUBACK follows the DISCONNECT, after which nothing may follow [3.1.1/MQTT-3.14.4-2].
import { connack, publish, report, startScripted, until } from './wire.mjs';

const read = [];
const broker = await startScripted(4, (packet, send) => {
  read.push(packet.cmd);
  if (packet.cmd === 'connect') send(connack(), publish('a', 1, 7));
});
const client = broker.connect();
client.on('message', () => client.end());
await until(() => read.at(-2) === 'disconnect');
report(read.includes('disconnect') && read.at(-1) !== 'disconnect', `the broker read ${read}`);
