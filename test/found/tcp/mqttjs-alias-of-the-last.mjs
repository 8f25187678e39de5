// A stored message is sent with a topic alias, the connection is lost, and on the next it is sent with that alias and no topic [5.0/MQTT-3.3.2-7].
import { connack, report, startScripted, until } from './wire.mjs';

const sent = [];
const broker = await startScripted(5, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack({ properties: { topicAliasMaximum: 10 } }));
  if (packet.cmd !== 'publish') return;
  const { topic, messageId, properties } = packet;
  sent.push(`"${topic}" with alias ${properties?.topicAlias} on connection ${number}`);
  if (number === 1 && sent.length === 1) send({ cmd: 'puback', messageId });
  else socket.destroy();
});
const client = broker.connect({ autoAssignTopicAlias: true });
client.publish('state', 'on', { qos: 1 });
client.publish('state', 'off', { qos: 1 });
await until(() => sent.length === 4);
report(sent[2]?.startsWith('"" with alias 1 on connection 2'), `topics: ${sent.join(', ')}`);
