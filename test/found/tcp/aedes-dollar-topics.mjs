// Filters that begin with a wildcard are given $-topics: what was queued, and what is retained [3.1.1/MQTT-4.7.2-1].
import { payloads, publish, report, settle, startAedes, subscribe } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('away', { clean: false });
away.send(subscribe(['#', 1]));
await settle();
away.send({ cmd: 'disconnect' });
await settle();
const publisher = await connect('publisher');
publisher.send(publish('$own/x', 1, 1), publish('$kept/x', 1, 2, { retain: true }));
await settle();
const back = await connect('away', { clean: false });
const fresh = await connect('fresh');
fresh.send(subscribe(['#', 1]));
await settle();
report(
  payloads(back).length + payloads(fresh).length > 0,
  `# of an absent session was given ${payloads(back)}, a new # ${payloads(fresh)}`,
);
