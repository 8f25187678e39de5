/** Every limit of a server on sockets: reached by a real client, told in the trace, and felt by nobody else. */
import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { BrokerLimits } from '../../src/mqtt/broker/options.ts';
import type { BrokerServer, ServeOptions } from '../../src/net/index.ts';
import { broker, connectPacket, heard, Raw, Watch } from './stage.ts';

const site = async (limits: Partial<BrokerLimits>, more: Partial<ServeOptions['options']> = {}) => {
  const watch = new Watch();
  const server = await broker({ trace: watch.trace, options: { ...more, limits } });
  return { watch, server };
};

/** Of a client of MQTT.js: reconnecting would hide what became of it. */
const join = async (server: BrokerServer, options: mqtt.IClientOptions = {}) => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.address.port}`, {
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => {});
  onTestFinished(() => client.endAsync(true));
  return client;
};

/** Connects, and is closed, with an answer or without one, before it is accepted. */
const closedOn = async (server: BrokerServer, options: mqtt.IClientOptions) => {
  const client = mqtt.connect(`mqtt://127.0.0.1:${server.address.port}`, { reconnectPeriod: 0, ...options });
  let accepted = false;
  client.on('error', () => {});
  client.on('connect', () => {
    accepted = true;
  });
  // Not heard(): that ends with an error, and an answer that refuses is one.
  await new Promise<void>((resolve) => client.once('close', resolve));
  expect(accepted).toBe(false);
};

describe.each([4, 5] as const)('a client of version %s at the limit', (protocolVersion) => {
  it('packetSize is disconnected [5.0/MQTT-3.14.4-1]', async () => {
    const { watch, server } = await site({ packetSize: 1_000 });
    const client = await join(server, { protocolVersion });
    const told = protocolVersion === 5 ? heard(client, 'disconnect') : undefined;
    const closed = heard(client, 'close');
    // MQTT.js keeps to a Maximum Packet Size by itself.
    client.stream.write(Buffer.concat([Buffer.from([0x30, 0xd0, 0x0f]), Buffer.alloc(2_000)]));
    await closed;
    if (told !== undefined) expect((await told)[0]).toMatchObject({ reasonCode: 0x95 });
    expect(watch.rules()).toContain('limit.packetSize');
  });

  it('connections is turned away', async () => {
    const { watch, server } = await site({ connections: 1 });
    const client = await join(server, { protocolVersion });
    await expect(join(server, { protocolVersion })).rejects.toThrow();
    await client.publishAsync('a', 'still there', { qos: 1 });
    expect(watch.rules()).toContain('limit.connections');
  });

  it('sessions is refused [5.0/MQTT-3.1.4-2]', async () => {
    const { watch, server } = await site({ sessions: 1 });
    await join(server, { protocolVersion });
    const code = protocolVersion === 5 ? 0x97 : 3;
    await expect(join(server, { protocolVersion })).rejects.toMatchObject({ code });
    expect(watch.rules()).toContain('limit.sessions');
  });

  it('subscriptionsPerSession is refused the next one', async () => {
    const { watch, server } = await site({ subscriptionsPerSession: 1 });
    const client = await join(server, { protocolVersion });
    await client.subscribeAsync('a');
    await expect(client.subscribeAsync('b')).rejects.toThrow();
    await client.subscribeAsync('a', { qos: 1 });
    expect(watch.rules()).toContain('limit.subscriptionsPerSession');
  });

  it.each([
    ['queue', { queue: 2 }],
    ['queueBytes', { queueBytes: 2_500 }],
  ])('%s loses what does not fit, and keeps what does', async (name, limits) => {
    const { watch, server } = await site(limits);
    const lasting: mqtt.IClientOptions = {
      protocolVersion,
      clientId: 'away',
      clean: false,
      properties: { sessionExpiryInterval: 100 },
    };
    const away = await join(server, lasting);
    await away.subscribeAsync('a', { qos: 1 });
    await away.endAsync();
    const client = await join(server, { protocolVersion });
    for (const each of 'abcd') await client.publishAsync('a', each.repeat(1_000), { qos: 1 });
    expect(watch.rules().filter((rule) => rule === `limit.${name}`)).toHaveLength(2);
    const seen: string[] = [];
    const back = mqtt.connect(`mqtt://127.0.0.1:${server.address.port}`, { ...lasting, reconnectPeriod: 0 });
    onTestFinished(() => back.endAsync(true));
    back.on('message', (_topic, payload) => seen.push(payload.toString()[0]!));
    await heard(back, 'connect');
    await client.publishAsync('a', 'last', { qos: 1 });
    while (!seen.includes('l')) await heard(back, 'message');
    expect(seen).toEqual(['a', 'b', 'l']);
  });

  it.each([
    ['retained', { retained: 1 }],
    ['retainedBytes', { retainedBytes: 1_500 }],
  ])('%s has what is one too much routed, and not kept', async (name, limits) => {
    const { watch, server } = await site(limits);
    const client = await join(server, { protocolVersion });
    await client.subscribeAsync('+', { qos: 1 });
    const seen: string[] = [];
    client.on('message', (topic) => seen.push(topic));
    const payload = 'x'.repeat(1_000);
    for (const topic of ['a', 'b']) await client.publishAsync(topic, payload, { qos: 1, retain: true });
    while (seen.length < 2) await heard(client, 'message');
    const later = await join(server, { protocolVersion });
    const kept: string[] = [];
    later.on('message', (topic) => kept.push(topic));
    await later.subscribeAsync('+', { qos: 1 });
    await later.publishAsync('end', '', { qos: 1 });
    while (!kept.includes('end')) await heard(later, 'message');
    expect(kept).toEqual(['a', 'end']);
    expect(watch.rules()).toContain(`limit.${name}`);
  });

  it('topicLevels may neither subscribe nor publish there', async () => {
    const { watch, server } = await site({ topicLevels: 3 });
    const client = await join(server, { protocolVersion });
    const seen: string[] = [];
    client.on('message', (topic) => seen.push(topic));
    await client.subscribeAsync('#', { qos: 1 });
    await expect(client.subscribeAsync('a/b/c/d')).rejects.toThrow();
    const sent = client.publishAsync('a/b/c/d', '', { qos: 1 });
    if (protocolVersion === 5) await expect(sent).rejects.toMatchObject({ code: 0x97 });
    else await sent;
    await client.publishAsync('a/b/c', '', { qos: 1 });
    while (seen.length < 1) await heard(client, 'message');
    expect(seen).toEqual(['a/b/c']);
    expect(watch.rules().filter((rule) => rule === 'limit.topicLevels')).toHaveLength(2);
  });

  it('topicLevels may not leave a will there', async () => {
    const { watch, server } = await site({ topicLevels: 3 });
    const will = { topic: 'a/b/c/d', payload: Buffer.from('x'), qos: 0 as const, retain: false };
    await closedOn(server, { protocolVersion, will });
    expect(watch.rules()).toContain('limit.topicLevels');
  });

  it('connectSize is closed before its CONNECT is there', async () => {
    const { watch, server } = await site({ connectSize: 500 });
    const short = await join(server, { protocolVersion, clientId: 'x'.repeat(400) });
    await closedOn(server, { protocolVersion, username: 'x'.repeat(600) });
    await short.publishAsync('large', 'x'.repeat(5_000), { qos: 1 });
    expect(watch.rules()).toContain('limit.connectSize');
  });
});

describe('a connection that does not get on', () => {
  it('has its time when connectTimeout is longer than any timer of Node', async () => {
    const { server } = await site({}, { connectTimeoutMicros: 3_000_000_000_000 });
    const client = await mqtt.connectAsync(`ws://127.0.0.1:${server.ws!.port}`, { reconnectPeriod: 0 });
    onTestFinished(() => client.endAsync(true));
    expect(client.connected).toBe(true);
  });

  it('is closed at the limit connectTimeout', async () => {
    const { watch, server } = await site({}, { connectTimeoutMicros: 50_000 });
    await new Raw(server.address.port).ended;
    expect(watch.rules()).toEqual(['limit.connectTimeout']);
  });

  it.each([
    ['says nothing', ''],
    ['never ends its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['asks for something else, and for more', 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTT'],
  ])('by HTTP and %s is closed at the limit connectTimeout', async (_what, bytes) => {
    const { server } = await site({}, { connectTimeoutMicros: 50_000 });
    const raw = new Raw(server.ws!.port);
    raw.socket.removeAllListeners('data');
    raw.socket.resume();
    raw.socket.write(bytes);
    await raw.ended;
  });

  it('is one of so many that may be about to upgrade, and keeps no WebSocket out that was there', async () => {
    const { watch, server } = await site({ connections: 3 });
    const client = await mqtt.connectAsync(`ws://127.0.0.1:${server.ws!.port}`, { reconnectPeriod: 0 });
    onTestFinished(() => client.endAsync(true));
    const sockets = Array.from({ length: 10 }, () => new Raw(server.ws!.port));
    await Promise.any(sockets.map(({ ended }) => ended));
    expect(watch.rules()).toContain('limit.upgrades');
    await client.publishAsync('a', 'still there', { qos: 1 });
  });

  it('a thousand times costs no more than its limits, and a client that was there goes on', async () => {
    const connectSize = 4_096;
    const { watch, server } = await site(
      { connectSize, packetSize: 8_192 },
      { connectTimeoutMicros: 600_000_000 },
    );
    const client = await join(server);
    const before = server.connections;
    // Each announces the largest CONNECT it may, and sends all but its last byte; a third announces more.
    const begun = Buffer.concat([Buffer.from([0x10, 0xfd, 0x1f]), Buffer.alloc(connectSize - 4)]);
    const greedy = Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]);
    const hostile: Socket[] = [];
    let closed = 0;
    for (let index = 0; index < 1_000; index++) {
      const socket = connect({ port: server.address.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.once('close', () => closed++);
      socket.resume();
      socket.write(index % 3 === 0 ? greedy : begun);
      hostile.push(socket);
    }
    onTestFinished(() => {
      for (const socket of hostile) socket.destroy();
    });
    while (watch.rules().length < 334) await new Promise<void>((resolve) => setImmediate(resolve));
    while (server.connections !== before + 666) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(new Set(watch.rules())).toEqual(new Set(['limit.connectSize']));
    await client.publishAsync('a', 'still there', { qos: 1 });
    for (const socket of hostile) socket.destroy();
    while (server.connections !== before) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(closed).toBeGreaterThanOrEqual(334);
  });
});

describe('a page', () => {
  /** The status of the answer to an upgrade with these headers; 101 when it stands. */
  const upgrade = async (server: BrokerServer, headers: Record<string, string>) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.ws!.port}`, 'mqtt', { headers });
    onTestFinished(() => socket.terminate());
    socket.on('error', () => {});
    const refused = heard(socket, 'unexpected-response').then(
      ([, response]) => (response as { statusCode: number }).statusCode,
    );
    return Promise.race([heard(socket, 'open').then(() => 101), refused]);
  };

  it.each([
    [{}, 101],
    [{ origin: 'http://127.0.0.1:8080' }, 101],
    [{ origin: 'http://localhost:3000' }, 101],
    [{ origin: 'https://example.org' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://192.168.1.7', host: '192.168.1.7:9001' }, 101],
    [{ origin: 'http://192.168.1.8', host: '192.168.1.7:9001' }, 403],
    // A name that its owner made to mean this machine.
    [{ origin: 'http://evil.example:9001', host: 'evil.example:9001' }, 403],
    [{ origin: 'http://127.0.0.1.evil.example', host: '127.0.0.1:9001' }, 403],
  ] as [Record<string, string>, number][])('with %j is answered %i', async (headers, status) => {
    expect(await upgrade(await broker(), headers)).toBe(status);
  });

  it('of an allowed origin, or with a password to give, may connect', async () => {
    const other = { origin: 'https://example.org' };
    expect(await upgrade(await broker({ origins: ['https://example.org'] }), other)).toBe(101);
    expect(await upgrade(await broker({ origins: ['https://example.com'] }), other)).toBe(403);
    expect(await upgrade(await broker({ origins: ['*'] }), { origin: 'null' })).toBe(101);
    expect(await upgrade(await broker({ options: { authenticate: () => 'bad-credentials' } }), other)).toBe(
      101,
    );
  });
});

it('a server closes and leaves nothing when a connection is only begun', async () => {
  const server = await broker();
  const raw = new Raw(server.address.port).send(connectPacket('x'));
  await raw.packet();
  const web = new Raw(server.ws!.port);
  await heard(web.socket, 'connect');
  await server.close();
  await Promise.all([raw.ended, web.ended]);
});
