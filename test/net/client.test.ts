/** Our client when things go wrong, and what it keeps. test/net/interop.test.ts has what it does with brokers. */

import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ConnectOptions,
  connect,
  connectAsync,
  DirectoryStore,
  type MqttClient,
} from '../../src/net/index.ts';
import { freePort } from './mosquitto.ts';
import { broker, directory, heard, Raw } from './stage.ts';

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

describe('our client', () => {
  it('says why it cannot connect', async () => {
    const port = await freePort();
    await expect(connectAsync(`mqtt://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
    await expect(connectAsync(`ws://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
    expect(() => connect('http://127.0.0.1')).toThrow(/mqtt:, mqtts:, ws: and wss:/);
    expect(() => connect('127.0.0.1')).toThrow(/no address/);
    expect(() => connect('mqtt:127.0.0.1:1883')).toThrow(/names no host; write mqtt:\/\/HOST:PORT/);
    expect(() => connect('mqtt://a%zz@127.0.0.1')).toThrow(/a % that stands for no character/);
  });

  it('says what a server of 5.0 says when it refuses: code, words, and the server to use instead [5.0/4.11]', async () => {
    const server = await broker({
      options: {
        authenticate: ({ username }) => (username === 'ann' ? { server: 'mqtt://other:1883' } : 'accepted'),
        authorize: () => false,
      },
    });
    const address = `127.0.0.1:${server.address.port}`;
    const refused = connectAsync(`mqtt://ann@${address}`, { protocolVersion: 5, reconnectPeriod: 0 });
    await expect(refused).rejects.toMatchObject({
      ...{ name: 'ClientCallError', kind: 'refused', reasonCode: 0x9c, serverReference: 'mqtt://other:1883' },
      reasonString: expect.stringContaining('other'),
    });
    const { client } = await joined(`mqtt://${address}`, { protocolVersion: 5 });
    await expect(client.publish('a', 'x', { qos: 1 })).rejects.toMatchObject({
      ...{ kind: 'refused', reasonCode: 0x87, serverReference: undefined },
      message: expect.stringContaining('0x87'),
    });
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
