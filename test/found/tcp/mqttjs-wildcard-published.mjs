// A wildcard in the topic of a message is sent, and sent again after each close that it deserves [3.1.1/MQTT-3.3.2-2].
import { connack, report, startScripted, until } from './wire.mjs';

const topics = [];
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack({ sessionPresent: number > 1 }));
  if (packet.cmd !== 'publish') return;
  topics.push(packet.topic);
  socket.destroy();
});
const client = broker.connect({ clean: false });
client.once('connect', () => client.publish('a/#', 'x', { qos: 1 }));
await until(() => topics.length === 5);
report(topics.length === 5, `topics of PUBLISH: ${topics}, on ${broker.connections} connections`);
