// A half-open connection, then one without CONNACK, then all is well: the check of the first still runs, and ends each that follows. Until mqtt 5.3.4.
import { connack, report, settle, startScripted } from './wire.mjs';

const broker = await startScripted(4, (packet, send, _socket, number) => {
  if (packet.cmd === 'connect' && number !== 2) send(connack());
  if (packet.cmd === 'pingreq' && number > 1) send({ cmd: 'pingresp' });
});
broker.connect({ keepalive: 1, connectTimeout: 1000 });
await settle(8000);
report(broker.connections > 3, `connections in eight seconds: ${broker.connections}, the third was healthy`);
