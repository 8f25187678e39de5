/** A broker of aedes behind a server of Node, in the process whose code runs. */
import http from 'node:http';
import net from 'node:net';
import type { Aedes, AedesOptions } from 'aedes';
import type * as Ws from 'ws';
import type { HostedStore } from '../scenario/hosting.ts';
import { MQTT_PORT } from '../sim/machine-node.ts';
import type { Needed } from './mounted.ts';

type Broker = (new (
  options: AedesOptions,
) => Aedes) & {
  /** Since 1.0 it gives a promise. */
  createBroker?(options: AedesOptions): Aedes | Promise<Aedes>;
};

/** What the package aedes-persistence-level exports, and the store of a disk that it is given. */
export interface Persistence {
  default: (store: HostedStore) => unknown;
}

export const STORE = 'aedes';

/** What a store on the disk of a node is made of comes with the second. */
export const STORED_BY: readonly Needed[] = [
  { name: 'aedes-persistence-level', usual: () => import('aedes-persistence-level' as string) },
  { name: 'abstract-level', usual: () => import('abstract-level') },
];

/**
 * @param library what the package exports.
 * @returns once it listens.
 */
export async function serveAedes(
  library: Readonly<Record<string, unknown>>,
  options: AedesOptions,
): Promise<Aedes> {
  // Before 1.0 it was all that the package exported.
  const Broker = (library.Aedes ?? library.default) as Broker;
  const broker = await (Broker.createBroker?.(options) ?? new Broker(options));
  await new Promise<void>((listening) => {
    net.createServer((connection) => broker.handle(connection)).listen(MQTT_PORT, listening);
  });
  return broker;
}

/**
 * Lets a broker take MQTT over WebSocket.
 * @param library what the package ws exports.
 * @returns once it listens.
 */
export async function serveWebSockets(
  broker: Aedes,
  library: Readonly<Record<string, unknown>>,
  port: number,
): Promise<void> {
  const { WebSocketServer, createWebSocketStream } = library as unknown as typeof Ws;
  const server = http.createServer();
  new WebSocketServer({ server }).on('connection', (socket, request) => {
    broker.handle(createWebSocketStream(socket), request);
  });
  await new Promise<void>((listening) => {
    server.listen(port, listening);
  });
}
