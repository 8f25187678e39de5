/** A process with a broker of aedes on a store of the package `classic-level`; it tells its port, and the scripts end it. */
import net from 'node:net';
import persistence from 'aedes-persistence-level';
import { ClassicLevel } from 'classic-level';

const [, , folder, dies] = process.argv;
const { Aedes } = await import(process.env.AEDES ?? 'aedes');
const store = persistence(new ClassicLevel(folder));
if (dies !== '') store[dies] = () => process.kill(process.pid, 'SIGKILL');
const broker = await Aedes.createBroker({ persistence: store, heartbeatInterval: 100 });
const server = net
  .createServer(broker.handle)
  .listen(0, '127.0.0.1', () => process.send(server.address().port));
