// Keep alive 1 s, and a PUBACK that takes 0.9 s: silence of 1.9 s, where a server closes after 1.5 [3.1.1/MQTT-3.1.2-23]. Since mqtt 5.5.5.
import { connack, report, startScripted, until } from './wire.mjs';

const at = [];
const broker = await startScripted(4, ({ cmd, messageId }, send) => {
  at.push(performance.now());
  if (cmd === 'connect') send(connack());
  if (cmd === 'publish') setTimeout(send, 900, { cmd: 'puback', messageId });
});
const client = broker.connect({ keepalive: 1 });
client.once('connect', () => client.publish('a', 'x', { qos: 1 }));
await until(() => at.length === 3);
const silence = Math.round(at[2] - at[1]);
report(silence > 1500, `from PUBLISH to PINGREQ ${silence} ms`);
