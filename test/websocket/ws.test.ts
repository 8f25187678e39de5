/** The `ws` package as the other end, over real bytes in memory and over a real socket on loopback. */

import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer as WsServer } from 'ws';
import { client, lots, type Spoken, server } from './bytes.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Joins one of our ends to a socket: what it says is written as soon as it was said. */
function plug(
  end: Spoken & { socket: { opened(): void; received(bytes: Uint8Array): void } },
  socket: Socket,
): void {
  const speak = (): void => {
    for (const bytes of end.sent.splice(0)) socket.write(bytes);
    if (end.told.includes('finish')) socket.end();
  };
  socket.on('data', (bytes) => {
    // In small pieces, so that every header is cut somewhere.
    for (let at = 0; at < bytes.length; at += 1_000)
      end.socket.received(new Uint8Array(bytes.subarray(at, at + 1_000)));
    speak();
  });
  socket.on('error', () => {});
  end.socket.opened();
  speak();
}

const PAYLOADS = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((length) =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + length) % 256),
);

describe('the WebSocket of the package ws', () => {
  it('as a server understands our client, and our client it', async () => {
    const theirs = new WsServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mqtt' });
    open.push(() => theirs.close());
    await once(theirs, 'listening');
    const accepted = once(theirs, 'connection') as Promise<[WebSocket]>;
    const socket = dial((theirs.address() as { port: number }).port, '127.0.0.1');
    await once(socket, 'connect');
    const ours = client({ chance: lots() });
    plug(ours, socket);
    const [peer] = await accepted;
    const heard: Buffer[] = [];
    peer.on('message', (data) => heard.push(data as Buffer));
    while (!ours.told.includes('opened mqtt')) await once(socket, 'data');
    for (const payload of PAYLOADS) ours.socket.send(payload);
    for (const bytes of ours.sent.splice(0)) socket.write(bytes);
    while (heard.length < PAYLOADS.length) await once(peer, 'message');
    expect(heard.map((each) => new Uint8Array(each))).toEqual(PAYLOADS);

    for (const payload of PAYLOADS) {
      // In two fragments, with a ping between them.
      peer.send(payload.subarray(0, payload.length >> 1), { fin: false });
      peer.ping('between');
      peer.send(payload.subarray(payload.length >> 1), { fin: true });
    }
    const total = PAYLOADS.reduce((sum, { length }) => sum + length, 0);
    const bytes = () => ours.payload.reduce((sum, { length }) => sum + length, 0);
    const pong = once(peer, 'pong') as Promise<[Buffer]>;
    while (bytes() < total) await once(socket, 'data');
    expect(Buffer.concat(ours.payload).equals(Buffer.concat(PAYLOADS))).toBe(true);
    expect(String((await pong)[0])).toBe('between');

    const closed = once(peer, 'close') as Promise<[number]>;
    ours.socket.close();
    for (const each of ours.sent.splice(0)) socket.write(each);
    expect((await closed)[0]).toBe(1000);
  });

  it('as a client understands our server, and our server it', async () => {
    const listener = createServer();
    listener.listen(0, '127.0.0.1');
    open.push(() => listener.close());
    await once(listener, 'listening');
    const accepted = once(listener, 'connection') as Promise<[Socket]>;
    const peer = new WebSocket(`ws://127.0.0.1:${(listener.address() as { port: number }).port}/any`, [
      'chat',
      'mqtt',
    ]);
    const opened = once(peer, 'open');
    const [socket] = await accepted;
    const ours = server();
    plug(ours, socket);
    await opened;
    expect(peer.protocol).toBe('mqtt');
    const heard: Buffer[] = [];
    peer.on('message', (data) => heard.push(data as Buffer));
    for (const payload of PAYLOADS) ours.socket.send(payload);
    for (const bytes of ours.sent.splice(0)) socket.write(bytes);
    while (heard.length < PAYLOADS.length) await once(peer, 'message');
    expect(heard.map((each) => new Uint8Array(each))).toEqual(PAYLOADS);

    for (const payload of PAYLOADS) peer.send(payload);
    const total = PAYLOADS.reduce((sum, { length }) => sum + length, 0);
    while (ours.payload.reduce((sum, { length }) => sum + length, 0) < total) await once(socket, 'data');
    expect(Buffer.concat(ours.payload).equals(Buffer.concat(PAYLOADS))).toBe(true);

    const closed = once(peer, 'close') as Promise<[number, Buffer]>;
    peer.send('a text');
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1003, 'a text frame where MQTT has binary ones']);
    expect(ours.told.at(-1)).toBe('finish');
  });

  it('as a client is refused a subprotocol that is not of MQTT, with 400 [3.1.1/MQTT-6.0.0-3]', async () => {
    const listener = createServer((socket) => plug(server(), socket));
    listener.listen(0, '127.0.0.1');
    open.push(() => listener.close());
    await once(listener, 'listening');
    const peer = new WebSocket(`ws://127.0.0.1:${(listener.address() as { port: number }).port}`, 'chat');
    const [error] = (await once(peer, 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 400');
  });
});
