/** The peer of `amber serve`: aedes with its defaults, in a process of its own. */
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
const server = createServer({ noDelay: true }, broker.handle);
server.listen(0, '127.0.0.1', () => console.log(`mqtt://127.0.0.1:${server.address().port}`));
