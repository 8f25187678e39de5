/** MQTT.js against our server, over TCP and over WebSocket. */
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerServer } from '../../src/net/index.ts';
import { broker, heard } from './stage.ts';

interface Seen {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
}

/** Collects what a client is given, from before it connects. */
class Inbox {
  readonly seen: Seen[] = [];
  readonly #client: MqttClient;

  constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload, packet: IPublishPacket) => {
      this.seen.push({ topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain });
    });
  }

  async count(count: number): Promise<Seen[]> {
    while (this.seen.length < count) await heard(this.#client, 'message');
    return this.seen;
  }
}

describe.each(['mqtt', 'ws'] as const)('MQTT.js over %s', (protocol) => {
  const dial = (server: BrokerServer, options: IClientOptions = {}) => {
    const { host, port } = protocol === 'mqtt' ? server.address : server.ws!;
    const client = mqtt.connect(`${protocol}://${host}:${port}`, { reconnectPeriod: 0, ...options });
    const inbox = new Inbox(client);
    onTestFinished(() => client.endAsync(true));
    const connected = heard(client, 'connect').then(([connack]) => connack as { sessionPresent: boolean });
    return { client, inbox, connected };
  };
  const join = async (server: BrokerServer, options: IClientOptions = {}) => {
    const dialled = dial(server, options);
    return { ...dialled, connack: await dialled.connected };
  };

  it('carries messages of every QoS, in order and once [3.1.1/MQTT-7.1.1-1] [5.0/MQTT-4.2-1]', async () => {
    const server = await broker();
    const { client, inbox } = await join(server);
    expect(await client.subscribeAsync('plant/+/temperature', { qos: 2 })).toMatchObject([{ qos: 2 }]);
    for (const qos of [0, 1, 2] as const) await client.publishAsync('plant/1/temperature', `${qos}`, { qos });
    const qos0And1And2 = [0, 1, 2].map((qos) => ({
      topic: 'plant/1/temperature',
      payload: `${qos}`,
      qos,
      retain: false,
    }));
    expect(await inbox.count(3)).toEqual(qos0And1And2);
  });

  it('matches wildcards as the standard says', async () => {
    const server = await broker();
    const { client, inbox } = await join(server);
    await client.subscribeAsync(['a/#', '+/x'], { qos: 1 });
    for (const topic of ['a', 'a/b/c', 'b/x', 'b', '/x', 'c/x/y', 'done/x']) {
      await client.publishAsync(topic, '', { qos: 1 });
    }
    const topics = (await inbox.count(5)).map(({ topic }) => topic);
    expect(topics).toEqual(['a', 'a/b/c', 'b/x', '/x', 'done/x']);
  });

  it('keeps retained messages for who comes later, until an empty one deletes them', async () => {
    const server = await broker();
    const { client } = await join(server);
    await client.publishAsync('kept/1', 'one', { qos: 1, retain: true });
    await client.publishAsync('kept/2', 'two', { qos: 1, retain: true });
    await client.publishAsync('kept/1', '', { qos: 1, retain: true });
    const later = await join(server);
    await later.client.subscribeAsync('kept/#', { qos: 1 });
    await client.publishAsync('kept/3', 'live', { qos: 1 });
    expect(await later.inbox.count(2)).toEqual([
      { topic: 'kept/2', payload: 'two', qos: 1, retain: true },
      { topic: 'kept/3', payload: 'live', qos: 1, retain: false },
    ]);
  });

  it('publishes the will of a client that is gone without a word, and of no other', async () => {
    const server = await broker();
    const { client, inbox } = await join(server);
    await client.subscribeAsync('will/#', { qos: 1 });
    const will = (topic: string) => ({ topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false });
    const polite = await join(server, { will: will('will/polite') });
    await polite.client.endAsync();
    const abrupt = await join(server, { will: will('will/abrupt') });
    abrupt.client.stream.destroy();
    expect((await inbox.count(1)).map(({ topic }) => topic)).toEqual(['will/abrupt']);
  });

  it('keeps a session with its messages while the client is away', async () => {
    const server = await broker();
    const lasting = { clientId: 'lasting', clean: false };
    const first = await join(server, lasting);
    expect(first.connack.sessionPresent).toBe(false);
    await first.client.subscribeAsync('queue', { qos: 2 });
    await first.client.endAsync();
    const { client } = await join(server);
    for (const qos of [1, 2] as const) await client.publishAsync('queue', `${qos}`, { qos });
    const second = await join(server, lasting);
    expect(second.connack.sessionPresent).toBe(true);
    expect((await second.inbox.count(2)).map(({ payload }) => payload)).toEqual(['1', '2']);
  });

  it('takes the session from an older connection of the same client', async () => {
    const server = await broker();
    const first = await join(server, { clientId: 'same' });
    const closed = heard(first.client, 'close');
    const second = await join(server, { clientId: 'same' });
    await closed;
    await second.client.publishAsync('still', 'there', { qos: 1 });
  });

  it('carries a message larger than any buffer between the two ends', async () => {
    const server = await broker({ options: { limits: { packetSize: 8_000_000, backlog: 16_000_000 } } });
    const { client, inbox } = await join(server);
    await client.subscribeAsync('large', { qos: 1 });
    const payload = 'x'.repeat(5_000_000);
    await client.publishAsync('large', payload, { qos: 1 });
    const [message] = await inbox.count(1);
    expect(message!.payload.length).toBe(payload.length);
    expect(message!.payload).toBe(payload);
  });

  it('answers PINGREQ', async () => {
    const server = await broker();
    const { client } = await join(server, { keepalive: 1, reschedulePings: false });
    for (;;) {
      const [packet] = (await heard(client, 'packetreceive')) as [{ cmd: string }];
      if (packet.cmd === 'pingresp') break;
    }
    expect(client.connected).toBe(true);
  });
});
