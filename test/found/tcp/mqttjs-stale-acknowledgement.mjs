// handleMessage takes its time: the PUBACK of a message of the last clean session goes out in the next [3.1.1/MQTT-3.1.2-6].
import { connack, publish, report, startScripted, until } from './wire.mjs';

let stale;
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack());
  if (packet.cmd === 'connect' && number === 1) {
    send(publish('a', 1, 7));
    setTimeout(() => socket.destroy(), 50);
  }
  if (packet.cmd === 'puback' && number === 2) stale = packet.messageId;
});
const client = broker.connect();
client.handleMessage = (_packet, done) => setTimeout(done, 200);
await until(() => stale);
report(stale === 7, `PUBLISH 7 came on connection 1, its PUBACK ${stale} was sent on connection 2`);
