// A topic of more than a hundred levels ends the process of the broker. Until aedes 1.1.0.
import { publish, report, settle, startAedes } from './wire.mjs';

process.on('uncaughtException', (error) =>
  report(true, `the process of the broker dies of "${error.message}"`),
);
const { connect } = await startAedes();
const publisher = await connect('publisher');
publisher.send(publish('a/'.repeat(101), 0));
await settle();
report(false, 'the broker lives');
