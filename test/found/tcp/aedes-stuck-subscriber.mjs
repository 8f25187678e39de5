// A subscriber reads no more, and nobody else is sent anything (a broker serves all who read). Until aedes 0.51.3; since then there is `drainTimeout`.
import { payloads, publish, report, settle, startAedes } from './wire.mjs';

const { connect } = await startAedes({ drainTimeout: 500 });
const stuck = await connect('stuck');
await stuck.asks([['bulk', 0]]);
stuck.socket.pause();
const healthy = await connect('healthy');
await healthy.asks([['news', 0]]);
const publisher = await connect('publisher');
const bulk = { payload: Buffer.alloc(100_000) };
for (let i = 0; i < 300; i++) {
  publisher.send(publish('bulk', 0, undefined, bulk));
  await settle(2);
}
publisher.send(publish('news', 0));
await healthy.has('publish');
const came = payloads(healthy).length;
report(came === 0, `in five seconds a healthy subscriber is sent ${came} of one message`);
