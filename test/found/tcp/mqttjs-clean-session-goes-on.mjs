// Clean session: the PUBREL of the last session is sent in the new one, which has to know nothing of it [3.1.1/MQTT-3.1.2-6].
import { connack, report, startScripted, until } from './wire.mjs';

let release;
const broker = await startScripted(4, ({ cmd, messageId }, send, socket, number) => {
  if (cmd === 'connect') send(connack());
  if (cmd === 'publish' && number === 1) send({ cmd: 'pubrec', messageId });
  if (cmd === 'pubrel' && number === 1) socket.destroy();
  if (number === 2 && cmd !== 'connect') release = cmd;
});
const client = broker.connect({ clean: true });
client.once('connect', () => client.publish('a', 'x', { qos: 2 }));
await until(() => release);
report(release === 'pubrel', `session present was 0, and the client went on with ${release}`);
