// Filters that begin with a wildcard are given $-topics: what was queued, and what is retained [3.1.1/MQTT-4.7.2-1].
import { payloads, publish, report, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('away', { clean: false });
await away.asks([['#', 1]]);
await away.leaves();
const publisher = await connect('publisher');
publisher.send(publish('$own/x', 1, 1), publish('$kept/x', 1, 2, { retain: true }));
await publisher.has('puback');
const back = await connect('away', { clean: false });
const fresh = await connect('fresh');
await fresh.asks([['#', 1]]);
await fresh.has('publish');
report(
  payloads(back).length + payloads(fresh).length > 0,
  `# of an absent session was given ${payloads(back)}, a new # ${payloads(fresh)}`,
);
