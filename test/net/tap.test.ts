/** `amber tap` as a function: before every broker and both carriers, with clients of the field. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decode } from '../../src/mqtt/codec/index.ts';
import type { TraceEvent } from '../../src/trace/index.ts';
import { encodeFrame } from '../../src/websocket/frame.ts';
import { requestBytes } from '../../src/websocket/upgrade.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { program } from '../programs.ts';
import { servers } from './servers.ts';
import { Child, heard } from './stage.ts';
import { tapBefore } from './tapped.ts';

const packetNames = (events: readonly TraceEvent[]) =>
  events.flatMap((event) => {
    if (event.k !== 'packet.sent') return [];
    expect(event.malformed).toBe(undefined);
    return [`${event.n} ${decode(event.bytes, event.v === 5 ? 5 : 4).type}`];
  });

const cases = Object.keys(servers).flatMap((server) =>
  (['tcp', 'ws'] as const).flatMap((carrier) =>
    ([4, 5] as const)
      .filter((version) => version === 4 || server !== 'aedes')
      .map((version) => ({ server, carrier, version })),
  ),
);

describe.each(cases)('a tap before $server over $carrier in version $version', (what) => {
  const { server, carrier, version } = what;
  const start = servers[server];

  it.skipIf(start === undefined)('has every packet of MQTT.js, in a trace that can be drawn', async () => {
    const address = new URL((await start!())[carrier]);
    const { port, end } = await tapBefore(Number(address.port));
    address.port = `${port}`;
    const client = mqtt.connect(address.href, {
      ...{ clientId: 'field', reconnectPeriod: 0, protocolVersion: version },
    });
    onTestFinished(() => client.endAsync(true));
    await heard(client, 'connect');
    const got = heard(client, 'message');
    await client.subscribeAsync('a/#', { qos: 2 });
    const payload = 'x'.repeat(100_000);
    await client.publishAsync('a/b', payload, { qos: 2 });
    expect(`${(await got)[1]}`).toBe(payload);
    // The client ends by itself, and is gone when the other side has answered.
    await client.endAsync();
    const trace = await end();
    expect(trace.problems).toEqual([]);
    const packets = packetNames(trace.list);
    const expected = ['connect', 'subscribe', 'publish', 'pubrel', 'pubrec', 'pubcomp', 'disconnect'];
    expect(packets.filter((name) => name.startsWith('field')).sort()).toEqual(
      expected.map((type) => `field ${type}`).sort(),
    );
    const answers = ['connack', 'suback', 'pubrec', 'pubcomp', 'publish', 'pubrel'];
    expect(packets.filter((name) => name.startsWith('broker')).sort()).toEqual(
      answers.map((type) => `broker ${type}`).sort(),
    );
    expect(trace.list.find(({ k }) => k === 'conn.dialled')).toMatchObject(
      carrier === 'ws' ? { n: 'field', over: 'websocket' } : { n: 'field' },
    );
    const units = trace.list.flatMap((event) => (event.k === 'websocket.sent' ? [event.what] : []));
    expect(units.slice(0, 3)).toEqual(carrier === 'ws' ? ['request', 'response', 'binary'] : []);
    const story = readStory({ header: trace.header, events: [...trace.list], footer: trace.footer });
    expect(story.nodes.map(({ name }) => name)).toEqual(['broker', 'field']);
    const scene = buildScene(stage(story, new Set()), 1_000, 1, tableMeasure, readFacts);
    expect(layoutSequence(scene, 0, 10_000).arrows.length).toBeGreaterThanOrEqual(13);
  });
});

const publisher = program('mosquitto_pub');

describe.each(Object.entries(servers))('a tap before %s', (_server, start) => {
  it.skipIf(publisher === undefined || start === undefined)('has every packet of mosquitto_pub', async () => {
    const { port, end } = await tapBefore(Number(new URL((await start!()).tcp).port));
    const args = ['-p', `${port}`, '-i', 'field', '-t', 'a', '-m', 'x', '-q', '2'];
    const child = new Child(publisher!, args);
    expect([await child.exited, child.err]).toEqual([0, '']);
    const trace = await end();
    expect(trace.problems).toEqual([]);
    expect(packetNames(trace.list)).toEqual([
      ...['field connect', 'broker connack', 'field publish', 'broker pubrec', 'field pubrel'],
      ...['broker pubcomp', 'field disconnect'],
    ]);
  });
});

describe('what passes a tap', () => {
  /** A server that says what it is told to, and the two ends of a connection through a tap to it. */
  async function ends() {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await heard(server, 'listening');
    onTestFinished(() => void server.close());
    const { port, end } = await tapBefore((server.address() as AddressInfo).port);
    const accepted = heard(server, 'connection');
    const client = connect({ port, host: '127.0.0.1' });
    const [upstream] = (await accepted) as [Socket];
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    }
    return { client, upstream, end };
  }

  /** All that a socket reads until it has so many bytes. */
  async function read(socket: Socket, length: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (let come = 0; come < length; ) {
      const [chunk] = (await heard(socket, 'data')) as [Buffer];
      chunks.push(chunk);
      come += chunk.length;
    }
    return Buffer.concat(chunks);
  }

  const upgrade = requestBytes({
    ...{ host: 'broker', path: '/mqtt', subprotocols: ['mqtt'], key: 'AQIDBAUGBwgJCgsMDQ4PEA==' },
  });
  const noise = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7919 + (at >> 8)) & 255);
  const mask = Uint8Array.of(1, 2, 3, 4);
  const connack = Uint8Array.of(0x20, 2, 0, 0);
  const text = encodeFrame({ opcode: 1, payload: Uint8Array.of(72, 105), mask });
  const compressed = encodeFrame({ opcode: 2, payload: connack, mask });
  compressed[0]! |= 0x40;

  it.each<[string, Uint8Array]>([
    ['noise', noise],
    ['the beginning of a request', upgrade.subarray(0, 3)],
    ['a request and noise', Buffer.concat([upgrade, noise])],
    ['a request and a text frame', Buffer.concat([upgrade, text])],
    ['a request and a frame with an extension', Buffer.concat([upgrade, compressed])],
    ['a request and half a frame', Buffer.concat([upgrade, text.subarray(0, 4)])],
  ])('is not changed: %s', async (_what, bytes) => {
    const { client, upstream, end } = await ends();
    const [there, back] = [read(upstream, bytes.length), read(client, noise.length)];
    client.write(bytes.subarray(0, 2));
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.write(bytes.subarray(2));
    upstream.write(noise);
    expect((await there).equals(bytes)).toBe(true);
    expect((await back).equals(noise)).toBe(true);
    client.resume().end();
    upstream.resume().end();
    await heard(client, 'close');
    const trace = await end();
    expect(trace.problems).toEqual([]);
  });

  it('is told frame by frame, packets cut and joined anywhere [5.0/MQTT-6.0.0-2]', async () => {
    const { client, upstream, end } = await ends();
    const ping = Uint8Array.of(0xc0, 0);
    const hello = Uint8Array.of(0x10, 15, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 3, 0x61, 0x62, 0x63);
    const frame = (opcode: number, payload: Uint8Array, fin = true) =>
      encodeFrame({ opcode, payload, fin, mask });
    const said = Buffer.concat([
      upgrade,
      frame(2, hello.subarray(0, 5), false),
      frame(9, Uint8Array.of(1)),
      frame(0, Buffer.concat([hello.subarray(5), ping, ping, ping.subarray(0, 1)])),
      frame(2, ping.subarray(1)),
      frame(8, Uint8Array.of(3, 232)),
    ]);
    const there = read(upstream, said.length);
    for (const byte of said) client.write(Uint8Array.of(byte));
    await there;
    client.end();
    upstream.resume().end();
    client.resume();
    await heard(client, 'close');
    const trace = await end();
    const units = trace.list.flatMap((event) =>
      event.k === 'websocket.sent' ? [{ i: event.i, what: event.what }] : [],
    );
    expect(units.map(({ what }) => what)).toEqual([
      ...['request', 'binary', 'ping', 'continuation', 'binary', 'close'],
    ]);
    const packets = trace.list.filter((event) => event.k === 'packet.sent');
    expect(
      packets.map(({ n, bytes, c }) => [n, bytes[0]! >> 4, units.findIndex(({ i }) => i === c)]),
    ).toEqual([
      ...[
        ['abc', 1, 3],
        ['abc', 12, 3],
        ['abc', 12, 3],
        ['abc', 12, 4],
      ],
    ]);
    const received = trace.list.flatMap((event) => (event.k === 'packet.received' ? [event.of] : []));
    expect(received).toEqual(packets.map(({ i }) => i));
  });
});
