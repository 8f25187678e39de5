// end(true) and reconnect() before there is an answer: it dials twice, and its two connections of one identifier take each other over for ever.
import { connack, report, settle, startScripted, until } from './wire.mjs';

let standing;
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd !== 'connect') return;
  // A second connection of a client ends the first [3.1.1/MQTT-3.1.4-2].
  standing?.destroy();
  standing = socket;
  if (number > 1) setTimeout(send, 300, connack());
});
const client = broker.connect({ reconnectPeriod: 100 });
await until(() => standing);
client.end(true, () => client.reconnect());
await settle(3000);
report(broker.connections > 5, `connections in three seconds: ${broker.connections}`);
