/** What a WebSocket client may and may not do. */
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { encode } from '../../src/mqtt/codec/index.ts';
import { type BrokerServer, connect as connectClient } from '../../src/net/index.ts';
import { broker, connectPacket, heard } from './stage.ts';

function dial(server: BrokerServer, protocols?: string | string[]): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${server.ws!.port}/any/path`, protocols);
  onTestFinished(() => socket.terminate());
  return socket;
}

const connect = encode(connectPacket('ws'), 4);
const ping = Uint8Array.of(0xc0, 0);

describe('a WebSocket', () => {
  it.each([
    [['mqtt'], 'mqtt'],
    [['mqttv3.1'], 'mqttv3.1'],
    [['mqttv3.1.1'], 'mqttv3.1.1'],
    [['mqttv3.1', 'mqttv3.1.1'], 'mqttv3.1'],
    [['chat', 'mqttv3.1', 'mqtt'], 'mqtt'],
  ])('that asks for %j is given %s [3.1.1/MQTT-6.0.0-4] [5.0/MQTT-6.0.0-4]', async (asked, given) => {
    const socket = dial(await broker(), asked);
    await heard(socket, 'open');
    expect(socket.protocol).toBe(given);
  });

  it.each([[undefined], [['chat']]])('that asks for %j is refused', async (asked) => {
    const socket = dial(await broker(), asked);
    const [error] = (await heard(socket, 'error')) as [Error];
    expect(error.message).toContain('400');
  });

  it('of our client asks for mqtt and nothing else [3.1.1/MQTT-6.0.0-3] [5.0/MQTT-6.0.0-3]', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => server.close());
    await heard(server, 'listening');
    const client = connectClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => client.end(true));
    const [, request] = (await heard(server, 'connection')) as [WebSocket, IncomingMessage];
    expect(request.headers['sec-websocket-protocol']).toBe('mqtt');
  });

  it('carries packets cut and joined anywhere [3.1.1/MQTT-6.0.0-2] [5.0/MQTT-6.0.0-2]', async () => {
    const socket = dial(await broker(), 'mqtt');
    await heard(socket, 'open');
    const bytes: number[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        bytes.push(...data);
        if (bytes.length >= 8) resolve();
      });
    });
    for (const byte of connect.subarray(0, 5)) socket.send(Uint8Array.of(byte));
    socket.send(Buffer.concat([connect.subarray(5), ping, ping.subarray(0, 1)]));
    socket.send(new Uint8Array(0));
    socket.send(ping.subarray(1));
    await all;
    expect(bytes).toEqual([0x20, 2, 0, 0, 0xd0, 0, 0xd0, 0]);
  });

  it('that sends text is closed with 1003, and its will is published [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1]', async () => {
    const server = await broker();
    const watcher = dial(server, 'mqtt');
    await heard(watcher, 'open');
    watcher.send(encode(connectPacket('watcher'), 4));
    await heard(watcher, 'message');
    watcher.send(encode({ type: 'subscribe', packetId: 1, subscriptions: [{ filter: 'will', qos: 0 }] }, 4));
    await heard(watcher, 'message');
    const socket = dial(server, 'mqtt');
    await heard(socket, 'open');
    const will = { topic: 'will', payload: Uint8Array.of(1), qos: 0 as const, retain: false };
    socket.send(encode(connectPacket('talker', { will }), 4));
    await heard(socket, 'message');
    const closed = heard(socket, 'close');
    const published = heard(watcher, 'message');
    socket.send('hello');
    expect((await closed)[0]).toBe(1003);
    expect([...((await published)[0] as Buffer)]).toEqual([0x30, 7, 0, 4, ...Buffer.from('will'), 1]);
  });

  it('that sends more than a packet may have is closed', async () => {
    const socket = dial(await broker({ options: { limits: { packetSize: 1_000 } } }), 'mqtt');
    await heard(socket, 'open');
    const closed = heard(socket, 'close');
    socket.send(new Uint8Array(200_000));
    expect((await closed)[0]).toBe(1009);
  });

  it('is the only thing its port is for', async () => {
    const { port } = (await broker()).ws!;
    const status = await new Promise((resolve) => {
      request({ port, host: '127.0.0.1' }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(426);
  });
});
