// A takeover deletes the will of the new connection from the store: after a crash it is not published [3.1.1/MQTT-3.1.2-8].
import { forkAedes, payloads, report, settle, storeFolder } from './wire.mjs';

const published = [];
for (const takeover of [false, true]) {
  const folder = storeFolder();
  const broker = await forkAedes(folder);
  const will = (payload) => ({ clean: false, will: { topic: 'gone', payload, qos: 1 } });
  const listener = await broker.connect('listener', { clean: false });
  await listener.asks([['gone', 1]]);
  await listener.leaves();
  if (takeover) await broker.connect('device', will('old'));
  await broker.connect('device', will('new'));
  await settle(300);
  broker.kill();
  const next = await forkAedes(folder);
  const again = await next.connect('listener', { clean: false });
  await settle(1000);
  published.push(payloads(again).includes('new'));
}
const [alone, taken] = published.map((is) => (is ? 'published' : 'not published'));
report(published[0] && !published[1], `after a crash the will is ${alone}; with a takeover before, ${taken}`);
