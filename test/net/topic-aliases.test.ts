/** Topic aliases over sockets, both ways: our client numbers its topics, and so does a server that was told to. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { decode } from '../../src/mqtt/codec/index.ts';
import { connect, connectAsync, type MqttClient, type ServeOptions } from '../../src/net/index.ts';
import { broker, heard, Watch } from './stage.ts';

/** Topic and alias of every PUBLISH that one end has sent, in order. */
function published(watch: Watch, from: (name: string) => boolean): string[] {
  return watch.events.flatMap((event) => {
    if (event.k !== 'packet.sent' || !from(event.n) || event.bytes[0]! >> 4 !== 3) return [];
    const packet = decode(event.bytes, 5);
    if (packet.type !== 'publish') return [];
    return [`'${packet.topic}' ${packet.properties?.topicAlias ?? 'none'}`];
  });
}

const site = async (maximum: number, ports: Partial<ServeOptions> = {}) => {
  const watch = new Watch();
  const options = { topicAliasMaximum: maximum, topicAliases: maximum };
  return { watch, server: await broker({ ...ports, trace: watch.trace, options }) };
};

const collect = (client: MqttClient) => {
  const seen: string[] = [];
  client.on('message', (topic, payload) => seen.push(`${topic} ${payload}`));
  return {
    seen,
    until: async (count: number) => {
      while (seen.length < count) await heard(client, 'message');
      return seen;
    },
  };
};

/** Longer than the number that stands for them: our client leaves shorter ones alone. */
const TOPICS = ['plant', 'house', 'plant', 'barn', 'house', 'plant', 'plant'];

describe.each(['mqtt', 'ws'] as const)('topic aliases over %s', (scheme) => {
  const addressOf = (server: Awaited<ReturnType<typeof broker>>) =>
    `${scheme}://127.0.0.1:${(scheme === 'ws' ? server.ws! : server.address).port}`;

  it.each([0, 1, 2] as const)('carry topics of QoS %i there and back', async (qos) => {
    const { watch, server } = await site(2);
    const options = { protocolVersion: 5, reconnectPeriod: 0, properties: { topicAliasMaximum: 2 } } as const;
    const [from, to] = [
      await connectAsync(addressOf(server), { ...options, clientId: 'from', autoAssignTopicAlias: true }),
      await connectAsync(addressOf(server), { ...options, clientId: 'to' }),
    ];
    for (const client of [from, to]) onTestFinished(() => client.end(true));
    const inbox = collect(to);
    await to.subscribe('+', { qos });
    for (const [at, topic] of TOPICS.entries()) await from.publish(topic, `${at}`, { qos });
    expect(await inbox.until(TOPICS.length)).toEqual(TOPICS.map((topic, at) => `${topic} ${at}`));
    for (const end of ['from', 'broker']) {
      const sent = published(watch, (name) => name === end);
      expect(sent).toHaveLength(TOPICS.length);
      // Two numbers, each told with its topic before it is used, and never a higher one.
      const table = new Map<string, string>();
      const topics = sent.map((text) => {
        const [topic, alias] = text.split(' ') as [string, string];
        expect(['1', '2', 'none']).toContain(alias);
        if (topic !== "''" && alias !== 'none') table.set(alias, topic);
        return topic === "''" ? table.get(alias) : topic;
      });
      expect(topics).toEqual(TOPICS.map((topic) => `'${topic}'`));
      expect(sent.filter((text) => text.startsWith("''")).length).toBeGreaterThan(0);
    }
  });

  it('begin anew with every connection, both ways [5.0/MQTT-3.3.2-7]', async () => {
    const first = await site(5);
    const options = { protocolVersion: 5, autoAssignTopicAlias: true, reconnectPeriod: 5 } as const;
    const client = connect(addressOf(first.server), {
      ...{ ...options, clientId: 'c', properties: { topicAliasMaximum: 5 } },
    });
    onTestFinished(() => client.end(true));
    const inbox = collect(client);
    await heard(client, 'connect');
    const numbers = async ({ watch }: typeof first, payloads: string[]) => {
      await client.subscribe('plant', { qos: 1 });
      const count = inbox.seen.length + payloads.length;
      for (const payload of payloads) await client.publish('plant', payload, { qos: 1 });
      await inbox.until(count);
      for (const end of ['c', 'broker']) {
        expect(published(watch, (name) => name === end)).toEqual(["'plant' 1", "'' 1"]);
      }
    };
    await numbers(first, ['1', '2']);
    const { port } = first.server.address;
    const again = heard(client, 'connect');
    const wsPort = first.server.ws!.port;
    await first.server.close();
    const second = await site(5, { port, ws: { port: wsPort } });
    await again;
    await numbers(second, ['3', '4']);
    expect(inbox.seen).toEqual(['plant 1', 'plant 2', 'plant 3', 'plant 4']);
  });
});
