// A session returns while messages come, to a broker with a store on disk: PUBLISH is sent before CONNACK [3.1.1/MQTT-3.2.0-1].
import { openStore, publish, report, settle, startAedes } from './wire.mjs';

const store = await openStore();
const broker = await startAedes(store());
const subscriber = await broker.connect('subscriber', { clean: false });
await subscriber.asks([['a', 0]]);
await subscriber.leaves();
const publisher = await broker.connect('publisher');
setInterval(() => publisher.send(...Array.from({ length: 20 }, () => publish('a', 0))), 1);
let early = 0;
for (let time = 0; time < 50; time++) {
  const { read, socket } = await broker.connect('subscriber', { clean: false });
  if (read[0]?.cmd === 'publish') early++;
  socket.destroy();
  await settle(20);
}
report(early > 0, `of 50 connections ${early} were sent PUBLISH first`);
