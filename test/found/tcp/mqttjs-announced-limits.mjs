// What a server announces that it does not take: packets over 100 bytes, QoS above 0, RETAIN [5.0/MQTT-3.2.2-15] [5.0/MQTT-3.2.2-11] [5.0/MQTT-3.2.2-14].
import { connack, report, startScripted, until } from './wire.mjs';

let message;
const broker = await startScripted(5, (packet, send) => {
  if (packet.cmd === 'connect')
    send(connack({ properties: { maximumPacketSize: 100, maximumQoS: 0, retainAvailable: false } }));
  if (packet.cmd === 'publish') message = packet;
});
const client = broker.connect();
client.once('connect', () => client.publish('a', 'x'.repeat(1000), { qos: 1, retain: true }));
await until(() => message);
report(
  message !== undefined,
  `it was sent ${message?.payload.length} bytes at QoS ${message?.qos} with RETAIN ${Number(message?.retain)}`,
);
