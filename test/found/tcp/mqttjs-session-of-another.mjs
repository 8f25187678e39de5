// A process without any state is told that its session is present, and goes on [5.0/MQTT-3.2.2-4].
import { connack, report, settle, startScripted, until } from './wire.mjs';

let closed = false;
const broker = await startScripted(5, (packet, send, socket) => {
  socket.on('close', () => {
    closed = true;
  });
  if (packet.cmd === 'connect') send(connack({ sessionPresent: true }));
});
const client = broker.connect({ clean: false, properties: { sessionExpiryInterval: 3600 } });
await until(() => client.connected);
await settle();
report(client.connected && !closed, 'Session Present 1, no state of its own, and the connection stays');
