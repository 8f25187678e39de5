// Each connection counts its identifiers from a random one, also through those still under way from the last [3.1.1/MQTT-2.3.1-4].
import { publish, report, settle, startAedes } from './wire.mjs';

Math.random = () => 0.5; // what chance may give: both connections begin at the same identifier
const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false });
await first.asks([['a', 1]]);
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1, { payload: 'one' }));
await publisher.has('puback');
await first.leaves(() => first.socket.destroy());
const again = await connect('subscriber', { clean: false });
await settle();
publisher.send(publish('a', 1, 2, { payload: 'two' }));
await again.has('publish', 2);
const sent = again.read
  .filter(({ cmd }) => cmd === 'publish')
  .map(({ payload, messageId }) => `${payload} with identifier ${messageId}`);
const identifiers = again.read.filter(({ cmd }) => cmd === 'publish').map(({ messageId }) => messageId);
report(new Set(identifiers).size < identifiers.length, `unacknowledged both: ${sent.join(', ')}`);
