/** Brokers to talk to: our own, mosquitto and aedes, over TCP and WebSocket, on free ports, until the test ends. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { program } from '../programs.ts';
import { broker, Child, directory } from './stage.ts';

const mosquitto = program('mosquitto');

/** The addresses of a server that ends with the test. */
export type Start = () => Promise<{ tcp: string; ws: string }>;

export const servers: Record<string, Start | undefined> = {
  amber: async () => {
    const server = await broker();
    return { tcp: `mqtt://127.0.0.1:${server.address.port}`, ws: `ws://127.0.0.1:${server.ws!.port}/mqtt` };
  },
  aedes: async () => {
    const aedes = await Aedes.createBroker();
    const tcp = createTcpServer(aedes.handle);
    const http = createServer();
    new WebSocketServer({ server: http }).on('connection', (socket) =>
      aedes.handle(createWebSocketStream(socket) as never),
    );
    const port = async (server: typeof tcp | typeof http) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    onTestFinished(() => {
      tcp.close();
      http.close();
      return new Promise<void>((resolve) => aedes.close(() => resolve()));
    });
    return { tcp: `mqtt://127.0.0.1:${await port(tcp)}`, ws: `ws://127.0.0.1:${await port(http)}` };
  },
  mosquitto:
    mosquitto === undefined
      ? undefined
      : async () => {
          // It says which port it listens on only when it was told which, so free ones are looked for first.
          const [tcp, ws] = [await freePort(), await freePort()];
          const path = join(directory(), 'mosquitto.conf');
          writeFileSync(
            path,
            `listener ${tcp} 127.0.0.1\nlistener ${ws} 127.0.0.1\nprotocol websockets\nallow_anonymous true\n`,
          );
          const child = new Child(mosquitto, ['-v', '-c', path]);
          await child.prints(/running/);
          return { tcp: `mqtt://127.0.0.1:${tcp}`, ws: `ws://127.0.0.1:${ws}` };
        },
};

export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
