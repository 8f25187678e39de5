// Keep alive 1 s, and a message of QoS 0 every 200 ms: the subscriber sends no PINGREQ at all [3.1.1/MQTT-3.1.2-23]. mqtt 5.5.5.
import { connack, publish, report, settle, startScripted } from './wire.mjs';

let pings = 0;
const broker = await startScripted(4, (packet, send) => {
  if (packet.cmd === 'connect') {
    send(connack());
    setInterval(send, 200, publish('a', 0));
  }
  if (packet.cmd !== 'pingreq') return;
  pings++;
  send({ cmd: 'pingresp' });
});
broker.connect({ keepalive: 1 });
await settle(2500);
report(pings === 0, `PINGREQ in two and a half seconds: ${pings}`);
