/** Small conversations between two sockets, held once over the real loopback and once over the virtual network: each side keeps a log of what it was told. */
import net from 'node:net';
import type { Process } from '../../src/sim/process-node.ts';
import { ProcessGround, watched } from './process-ground.ts';

/** What a side of a talk can do besides using its socket. */
export interface Side {
  note(text: string): void;
  /** Calls back after so many milliseconds. */
  later(millis: number, callback: () => void): void;
}

export interface Talk {
  title: string;
  server?: net.ServerOpts;
  client?: net.SocketConstructorOpts;
  /** Nobody listens. */
  isRefused?: boolean;
  serve(socket: net.Socket, side: Side): void;
  dial(socket: net.Socket, side: Side): void;
}

/** What each side was told, in order; every connection that was served has a log of its own, for they do not wait for each other. */
export interface Logs {
  served: string[];
  client: string[];
}

const PORT = 1883;
/** Long enough for every talk, on a busy machine too. */
const REST_MILLIS = 50;
/** On the real loopback everything is so many times slower: what one side does 40 ms before the other comes first on a busy machine too. */
const SLOWNESS = 4;

function noting(log: string[], later: Side['later']): Side {
  return { note: (text) => void log.push(text), later };
}

export async function onLoopback(talk: Talk): Promise<Logs> {
  const logs: Logs = { served: [], client: [] };
  const later = (millis: number, callback: () => void): void => void setTimeout(callback, SLOWNESS * millis);
  const isClosed: Promise<void>[] = [];
  const closing = (socket: net.Socket): void => {
    isClosed.push(new Promise((resolve) => void socket.once('close', () => resolve())));
  };
  let served = 0;
  const server = net.createServer(talk.server ?? {}, (socket) => {
    closing(socket);
    watched(socket, logs.served, `${++served}`);
    talk.serve(socket, noting(logs.served, later));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  if (talk.isRefused === true) await new Promise((resolve) => void server.close(resolve));
  const socket = new net.Socket(talk.client);
  closing(socket);
  watched(socket, logs.client, 'client');
  socket.connect(port, '127.0.0.1');
  talk.dial(socket, noting(logs.client, later));
  for (let waited = 0; waited < isClosed.length; waited = isClosed.length) {
    await Promise.all(isClosed);
    await new Promise((resolve) => void setTimeout(resolve, REST_MILLIS));
  }
  if (talk.isRefused !== true) await new Promise((resolve) => void server.close(resolve));
  return {
    served: logs.served.sort(byConnection),
    client: logs.client.map((line) => line.replace(`127.0.0.1:${port}`, 'hub')),
  };
}

export async function onVirtualNetwork(talk: Talk): Promise<Logs> {
  const ground = new ProcessGround();
  const logs: Logs = { served: [], client: [] };
  const after =
    (process: Process): Side['later'] =>
    (millis, callback) =>
      void process.loop.after(millis * 1_000, callback);
  let served = 0;
  const hub = ground.host('hub', (process) => {
    if (talk.isRefused === true) return;
    net
      .createServer(talk.server ?? {}, (socket) => {
        watched(socket, logs.served, `${++served}`);
        talk.serve(socket, noting(logs.served, after(process)));
      })
      .listen(PORT);
  });
  ground.host('sensor', (process) => {
    const socket = new net.Socket(talk.client);
    watched(socket, logs.client, 'client');
    socket.connect(PORT, 'hub');
    talk.dial(socket, noting(logs.client, after(process)));
  });
  await ground.run(60_000_000);
  const address = hub.process!.addressOf('hub');
  return {
    served: logs.served.sort(byConnection),
    client: logs.client.map((line) => line.replace(`${address}:${PORT}`, 'hub')),
  };
}

function byConnection(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || 0;
}
