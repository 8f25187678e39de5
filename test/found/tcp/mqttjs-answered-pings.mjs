// reschedulePings false: the connection is dropped for want of an answer, though every PINGREQ has one. mqtt 5.6.0 to 5.8.0.
import { connack, report, settle, startScripted } from './wire.mjs';

let pings = 0;
const broker = await startScripted(4, (packet, send) => {
  if (packet.cmd === 'connect') send(connack());
  if (packet.cmd !== 'pingreq') return;
  pings++;
  send({ cmd: 'pingresp' });
});
broker.connect({ keepalive: 1, reschedulePings: false });
await settle(3500);
report(broker.connections > 1, `${pings} pings, all answered at once, and ${broker.connections} connections`);
