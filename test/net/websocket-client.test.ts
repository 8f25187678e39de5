/** What our client says and takes over WebSocket. */
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { encode } from '../../src/mqtt/codec/index.ts';
import { connect } from '../../src/net/index.ts';
import { heard } from './stage.ts';

const connack = encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 5);

/** A server that is played by the test, with our client on its way to it. */
async function stage() {
  const asked: string[][] = [];
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: (protocols) => {
      asked.push([...protocols]);
      return 'mqtt';
    },
  });
  await heard(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const joined = heard(server, 'connection');
  const client = connect(`ws://127.0.0.1:${port}/`, { reconnectPeriod: 0, protocolVersion: 5 });
  onTestFinished(() => client.end(true));
  const [socket] = (await joined) as [WebSocket];
  return { asked, client, socket };
}

describe('our client over WebSocket', () => {
  it('offers the subprotocol mqtt, and speaks in binary frames [5.0/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-3]', async () => {
    const { asked, socket } = await stage();
    const [data, isBinary] = (await heard(socket, 'message')) as [Buffer, boolean];
    expect([asked, data[0], isBinary]).toEqual([[['mqtt']], 0x10, true]);
  });

  it('takes packets cut and joined anywhere [5.0/MQTT-6.0.0-2]', async () => {
    const { client, socket } = await stage();
    await heard(socket, 'message');
    const online = heard(client, 'connect');
    const first = encode(
      { type: 'publish', topic: 'a', payload: Uint8Array.of(1), qos: 0, retain: false, dup: false },
      5,
    );
    for (const byte of connack) socket.send(Uint8Array.of(byte));
    await online;
    const seen: string[] = [];
    const both = new Promise<void>((resolve) => {
      client.on('message', (topic) => {
        seen.push(topic);
        if (seen.length === 2) resolve();
      });
    });
    socket.send(Buffer.concat([first, first.subarray(0, 3)]));
    socket.send(new Uint8Array(0));
    socket.send(first.subarray(3));
    await both;
    expect(seen).toEqual(['a', 'a']);
  });

  it('closes a connection on which text comes [5.0/MQTT-6.0.0-1]', async () => {
    const { client, socket } = await stage();
    await heard(socket, 'message');
    const online = heard(client, 'connect');
    socket.send(connack);
    await online;
    const closed = heard(socket, 'close');
    socket.send('hello');
    expect((await closed)[0]).toBe(1003);
  });
});
