// A topic that is not UTF-8 is sent on as another one [3.1.1/MQTT-1.5.3-1].
import { report, startAedes } from './wire.mjs';

const { connect } = await startAedes();
const subscriber = await connect('subscriber');
await subscriber.asks([['#', 0]]);
const publisher = await connect('publisher');
publisher.socket.write(Buffer.from([0x30, 5, 0, 2, 0xc3, 0x28, 0x31])); // PUBLISH, topic c3 28, payload "1"
await subscriber.has('publish');
const [message] = subscriber.read.filter(({ cmd }) => cmd === 'publish');
report(
  !publisher.closed && message !== undefined,
  `the topic c3 28 was sent on as ${message && Buffer.from(message.topic).toString('hex')}`,
);
