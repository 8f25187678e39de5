// What is published while a client sends its store again is given up when that connection ends as well; README: only if the client disconnects.
import { connack, report, settle, startScripted, until } from './wire.mjs';

const read = [];
let told;
const broker = await startScripted(4, (packet, send, socket, number) => {
  if (packet.cmd === 'connect') send(connack({ sessionPresent: number > 1 }));
  if (packet.cmd !== 'publish') return;
  if (number === 1) socket.destroy();
  else if (number === 2) {
    client.publish('a', 'second', { qos: 1 }, (error) => {
      told = error?.message ?? 'published';
    });
    setTimeout(() => socket.destroy(), 50);
  } else {
    read.push(`${packet.payload}`);
    send({ cmd: 'puback', messageId: packet.messageId });
  }
});
const client = broker.connect({ clean: false });
client.once('connect', () => client.publish('a', 'first', { qos: 1 }));
await until(() => read.length > 0);
await settle(500);
report(
  told === 'Connection closed',
  `sent on the third connection: ${read}; the application is told "${told}" of the second`,
);
