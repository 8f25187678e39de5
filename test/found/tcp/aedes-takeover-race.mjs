// One connection ends in the same turn in which the next of its identifier says CONNECT: a third takes nothing over [3.1.1/MQTT-3.1.4-2].
import net from 'node:net';
import packets from 'mqtt-packet';
import { report, settle, startAedes } from './wire.mjs';

const { connect, port } = await startAedes();
const first = await connect('device');
await first.asks([['a', 0]]);
const second = net.connect(port, '127.0.0.1');
const end = new AbortController();
second.on('close', () => end.abort());
await settle();
first.socket.end();
second.write(
  packets.generate({ cmd: 'connect', protocolVersion: 4, keepalive: 0, clientId: 'device', clean: true }),
);
await settle();
const third = await connect('device');
await settle(300);
report(
  !end.signal.aborted && !third.closed,
  'the second and the third connection of one client identifier are both open',
);
