// What a resumed session is sent again has DUP 0 [3.1.1/MQTT-3.3.1-1].
import { payloads, publish, report, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false });
await first.asks([['a', 1]]);
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1));
await until(() => payloads(first).length === 1);
await first.leaves(() => first.socket.destroy());
const again = await connect('subscriber', { clean: false });
await again.has('publish');
const message = again.read.find(({ cmd }) => cmd === 'publish');
report(
  message?.dup === false,
  `sent again with identifier ${message?.messageId} and DUP ${Number(message?.dup)}`,
);
