/** Our client against our own server, mosquitto and aedes, over TCP and WebSocket. */

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import {
  type ConnectOptions,
  connect,
  connectAsync,
  DirectoryStore,
  type MqttClient,
} from '../../src/net/index.ts';
import { program } from '../programs.ts';
import { broker, Child, directory, heard, Raw } from './stage.ts';

const mosquitto = program('mosquitto');

/** The addresses of a server that ends with the test. */
type Start = () => Promise<{ tcp: string; ws: string }>;

const servers: Record<string, Start | undefined> = {
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

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const dial = (address: string, options: ConnectOptions = {}) => {
  const client = connect(address, { reconnectPeriod: 0, ...options });
  onTestFinished(() => client.end(true));
  const seen: string[] = [];
  client.on('message', (topic, payload, { qos, retain }) => {
    seen.push(`${topic} ${payload} ${qos}${retain ? ' retained' : ''}`);
  });
  return { client, seen };
};
const joined = async (address: string, options: ConnectOptions = {}) => {
  const dialled = dial(address, options);
  const [{ sessionPresent }] = (await heard(dialled.client, 'connect')) as [{ sessionPresent: boolean }];
  return { ...dialled, sessionPresent };
};
const messages = async ({ client, seen }: { client: MqttClient; seen: string[] }, count: number) => {
  while (seen.length < count) await heard(client, 'message');
  return seen;
};

describe.each(Object.keys(servers))('our client and %s', (name) => {
  const start = servers[name];

  describe.each(['tcp', 'ws'] as const)('over %s', (protocol) => {
    it.skipIf(start === undefined)('exchange messages of every QoS', async () => {
      const address = (await start!())[protocol];
      const each = await joined(address);
      expect(await each.client.subscribe(['a/+', 'b/#'], { qos: 2 })).toEqual([
        { topic: 'a/+', qos: 2 },
        { topic: 'b/#', qos: 2 },
      ]);
      for (const qos of [0, 1, 2] as const) await each.client.publish(`a/${qos}`, `${qos}`, { qos });
      await each.client.publish('b', 'b', { qos: 1 });
      expect(await messages(each, 4)).toEqual(['a/0 0 0', 'a/1 1 1', 'a/2 2 2', 'b b 1']);
      await each.client.unsubscribe('a/+');
      await each.client.publish('a/1', 'unheard', { qos: 1 });
      await each.client.publish('b/c', 'heard', { qos: 1 });
      expect((await messages(each, 5)).slice(4)).toEqual(['b/c heard 1']);
    });
  });

  it.skipIf(start === undefined)('keep retained messages, sessions and wills', async () => {
    const { tcp } = await start!();
    const sensor = await joined(tcp);
    await sensor.client.publish('kept', 'value', { qos: 1, retain: true });
    const lasting = { clientId: 'lasting', clean: false };
    const first = await joined(tcp, { ...lasting, will: { topic: 'will', payload: 'lost', qos: 1 } });
    expect(first.sessionPresent).toBe(false);
    await first.client.subscribe(['kept', 'queue'], { qos: 2 });
    expect(await messages(first, 1)).toEqual(['kept value 1 retained']);
    await sensor.client.subscribe('will', { qos: 1 });
    await first.client.end(true);
    expect(await messages(sensor, 1)).toEqual(['will lost 1']);
    await sensor.client.publish('queue', 'while away', { qos: 2 });
    const second = await joined(tcp, lasting);
    expect(second.sessionPresent).toBe(true);
    expect(await messages(second, 1)).toEqual(['queue while away 2']);
  });
});

describe('our client', () => {
  it('says why it cannot connect', async () => {
    const port = await freePort();
    await expect(connectAsync(`mqtt://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
    await expect(connectAsync(`ws://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
    expect(() => connect('http://127.0.0.1')).toThrow(/mqtt:, mqtts:, ws: and wss:/);
    expect(() => connect('127.0.0.1')).toThrow(/no address/);
  });

  it('comes back after the server was gone, and sends what waited [3.1.1/MQTT-7.1.2-1] [5.0/MQTT-4.2-1]', async () => {
    const first = await broker();
    const { port } = first.address;
    const { client } = await joined(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 10 });
    const closed = heard(client, 'close');
    await first.close();
    await closed;
    const waiting = client.publish('a', 'waited', { qos: 1 });
    const reconnecting = heard(client, 'reconnect');
    await broker({ port });
    await reconnecting;
    await waiting;
    expect(client.connected).toBe(true);
  });

  it('lets a listener publish, and hands an error of the listener to the process', async () => {
    const server = await broker();
    const each = await joined(`mqtt://127.0.0.1:${server.address.port}`);
    await each.client.subscribe('#');
    each.client.on('message', (topic) => {
      if (topic === 'ping') void each.client.publish('pong', 'x');
    });
    await each.client.publish('ping', 'x');
    expect(await messages(each, 2)).toEqual(['ping x 0', 'pong x 0']);
  });

  it('closes a connection whose server breaks the standard', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { client } = dial(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await heard(client, 'offline');
    expect(client.connected).toBe(false);
  });

  it('keeps what was not acknowledged in its store, for the next process', async () => {
    const path = directory();
    const silent = createTcpServer((socket) => {
      socket.on('error', () => {});
      // Accepts the session, and acknowledges nothing.
      socket.once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const options = { clientId: 'durable', clean: false };
    const first = await joined(`mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}`, {
      ...options,
      store: await DirectoryStore.open(path, 'sync'),
    });
    first.client.publish('kept', 'over a restart', { qos: 1 }).catch(() => {});
    await first.client.end(true);
    const server = await broker();
    const raw = new Raw(server.address.port);
    raw.send({ type: 'connect', protocolVersion: 4, clientId: 'watch', cleanStart: true, keepAlive: 0 });
    raw.send({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: '#', qos: 1 }] });
    await raw.packet();
    await raw.packet();
    const store = await DirectoryStore.open(path, 'sync');
    await joined(`mqtt://127.0.0.1:${server.address.port}`, { ...options, store });
    expect(Buffer.from(await raw.packet()).toString('latin1')).toContain('over a restart');
  });
});
