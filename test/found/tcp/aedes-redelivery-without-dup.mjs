// What a resumed session is sent again has DUP 0 [3.1.1/MQTT-3.3.1-1].
import { payloads, publish, report, settle, startAedes, subscribe, until } from './wire.mjs';

const { connect } = await startAedes();
const first = await connect('subscriber', { clean: false });
first.send(subscribe(['a', 1]));
await settle();
const publisher = await connect('publisher');
publisher.send(publish('a', 1, 1));
await until(() => payloads(first).length === 1);
first.socket.destroy();
await settle();
const again = await connect('subscriber', { clean: false });
await settle();
const message = again.read.find(({ cmd }) => cmd === 'publish');
report(
  message?.dup === false,
  `sent again with identifier ${message?.messageId} and DUP ${Number(message?.dup)}`,
);
