// A session returns and is sent its queue; a message that is published then goes ahead of the rest of it [3.1.1/MQTT-4.6.0-6].
import { payloads, publish, report, settle, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const away = await connect('subscriber', { clean: false });
await away.asks([['a', 1]]);
await away.leaves();
const publisher = await connect('publisher');
publisher.send(...Array.from({ length: 10 }, (_, i) => publish('a', 1, i + 1, { payload: `${i + 1}` })));
await settle();
const live = publish('a', 1, 11, { payload: '11' });
const back = await connect('subscriber', {
  clean: false,
  on: ({ cmd }) => cmd === 'connack' && publisher.send(live),
});
await back.has('publish', 11);
const got = payloads(back);
report(
  got.indexOf('11') >= 0 && got.indexOf('11') < got.indexOf('10'),
  `published 1 to 11, delivered ${got}`,
);
