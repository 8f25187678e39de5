// A PUBREL that is sent again because its PUBCOMP was lost is answered by a close [3.1.1/MQTT-4.3.3-2]. Until aedes 0.51.3.
import { publish, report, startAedes, until } from './wire.mjs';

const { connect } = await startAedes();
const first = await connect('publisher', { clean: false });
first.send(publish('a', 2, 7));
await until(() => first.read.some(({ cmd }) => cmd === 'pubrec'));
first.send({ cmd: 'pubrel', messageId: 7 });
await until(() => first.read.some(({ cmd }) => cmd === 'pubcomp'));
await first.leaves(() => first.socket.destroy());
const again = await connect('publisher', { clean: false });
again.send({ cmd: 'pubrel', messageId: 7 });
await until(() => again.closed || again.read.some(({ cmd }) => cmd === 'pubcomp'));
report(again.closed, `the second PUBREL was answered by ${again.closed ? 'a close' : 'PUBCOMP'}`);
