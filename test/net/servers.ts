/** Brokers to talk to: our own, mosquitto and aedes, over TCP and WebSocket, on free ports, until the test ends. */
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { program } from '../programs.ts';
import { startMosquitto } from './mosquitto.ts';
import { broker } from './stage.ts';

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
          const { ports, end } = await startMosquitto(mosquitto, 2, ([tcp, ws]) => [
            `listener ${tcp} 127.0.0.1`,
            `listener ${ws} 127.0.0.1`,
            'protocol websockets',
            'allow_anonymous true',
          ]);
          onTestFinished(end);
          return { tcp: `mqtt://127.0.0.1:${ports[0]}`, ws: `ws://127.0.0.1:${ports[1]}` };
        },
};
