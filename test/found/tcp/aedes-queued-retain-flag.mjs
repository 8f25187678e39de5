// What waited for a session has its RETAIN flag still, though an established subscription is why it comes [3.1.1/MQTT-3.3.1-9].
import { publish, report, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('away', { clean: false });
await away.asks([['a', 1]]);
await away.leaves();
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1, { retain: true }));
await publisher.has('puback');
const back = await connect('away', { clean: false });
await back.has('publish');
const message = back.read.find(({ cmd }) => cmd === 'publish');
report(message?.retain === true, `the queued message came with RETAIN ${Number(message?.retain)}`);
