/** What every option of `amber serve` that makes it refuse something means to a real client, in 3.1.1 and in 5.0. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child, connectPacket, directory, heard, Raw } from '../net/stage.ts';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');

interface Connack {
  sessionPresent: boolean;
  properties?: Record<string, unknown>;
}

/** A server told on its command line, and clients of one version. */
class Site {
  readonly port: number;
  readonly version: 4 | 5;

  constructor(port: number, version: 4 | 5) {
    this.port = port;
    this.version = version;
  }

  async join(options: mqtt.IClientOptions = {}) {
    const client = mqtt.connect(`mqtt://127.0.0.1:${this.port}`, {
      ...{ reconnectPeriod: 0, protocolVersion: this.version },
      ...options,
    });
    onTestFinished(() => client.endAsync(true));
    const seen: string[] = [];
    client.on('message', (topic, payload) => seen.push(`${topic} ${payload}`));
    const [connack] = (await heard(client, 'connect')) as [Connack];
    client.on('error', () => {});
    const until = async (message: string) => {
      while (!seen.includes(message)) await heard(client, 'message');
      return seen;
    };
    return { client, seen, until, told: connack.properties ?? {}, connack };
  }

  /** What a client is told when it is disconnected for what it does: a reason code in 5.0, before that nothing. */
  async disconnected(client: MqttClient, does: () => unknown): Promise<number | undefined> {
    let code: number | undefined;
    client.on('disconnect', ({ reasonCode }) => {
      code = reasonCode;
    });
    const closed = new Promise<void>((resolve) => client.once('close', resolve));
    does();
    await closed;
    return code;
  }
}

const start = async (version: 4 | 5, ...options: string[]) => {
  const child = new Child(process.execPath, [bin, 'serve', '--port', '0', ...options]);
  const [, port] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
  return new Site(Number(port), version);
};

/** A session that lasts, in the words of both versions. */
const lasting = (clientId: string, seconds = 1_000): mqtt.IClientOptions => ({
  ...{ clientId, clean: false, properties: { sessionExpiryInterval: seconds } },
});

const ignore = () => {};

describe.each([4, 5] as const)('to a client of version %i', (version) => {
  const is5 = version === 5;

  it('--no-retain means that it may retain nothing [5.0/MQTT-3.2.2-13]', async () => {
    const site = await start(version, '--no-retain');
    const { client, told } = await site.join();
    expect(told.retainAvailable).toBe(is5 ? false : undefined);
    await client.publishAsync('a', 'x', { qos: 1 });
    const kept = () => client.publishAsync('a', 'x', { qos: 1, retain: true }).catch(ignore);
    expect(await site.disconnected(client, kept)).toBe(is5 ? 0x9a : undefined);
    const will = { topic: 'a', payload: Buffer.from('x'), qos: 0 as const, retain: true };
    const refused = site.join({ will });
    if (is5) await expect(refused).rejects.toMatchObject({ code: 0x9a });
    else await closedUnanswered(site, { qos: 0, retain: true });
  });

  it.each([0, 1] as const)(
    '--maximum-qos %i is granted, and more is not taken [5.0/MQTT-3.2.2-9] [5.0/MQTT-3.2.2-10] [5.0/MQTT-3.2.2-12]',
    async (most) => {
      const site = await start(version, '--maximum-qos', `${most}`);
      const { client, told, until } = await site.join();
      expect(told.maximumQoS).toBe(is5 ? most : undefined);
      expect(await client.subscribeAsync('a', { qos: 2 })).toMatchObject([{ qos: most }]);
      await client.publishAsync('a', 'x', { qos: most });
      await until('a x');
      const high = () => client.publishAsync('a', 'y', { qos: (most + 1) as 1 | 2 }).catch(ignore);
      expect(await site.disconnected(client, high)).toBe(is5 ? 0x9b : undefined);
      if (!is5) {
        await closedUnanswered(site, { qos: 2, retain: false });
        return;
      }
      const will = { topic: 'a', payload: Buffer.from('x'), qos: 2 as const, retain: false };
      await expect(site.join({ will })).rejects.toMatchObject({ code: 0x9b });
    },
  );

  it('--no-wildcards means whole topics only', async () => {
    const site = await start(version, '--no-wildcards');
    const { client, told } = await site.join();
    expect(told.wildcardSubscriptionAvailable).toBe(is5 ? false : undefined);
    expect(await client.subscribeAsync('a', { qos: 1 })).toMatchObject([{ qos: 1 }]);
    if (!is5) await expect(client.subscribeAsync('a/+')).rejects.toThrow();
    else {
      const wild = () => client.subscribeAsync('a/+').catch(ignore);
      expect(await site.disconnected(client, wild)).toBe(0xa2);
    }
  });

  it('--no-shared-subscriptions means that nothing is shared', async () => {
    const site = await start(version, '--no-shared-subscriptions');
    const { client, told, until } = await site.join();
    const shared = '$share/group/a';
    if (is5) {
      expect(told.sharedSubscriptionAvailable).toBe(false);
      const shares = () => client.subscribeAsync(shared).catch(ignore);
      expect(await site.disconnected(client, shares)).toBe(0x9e);
      return;
    }
    // In 3.1.1 it is a filter like any other, which no topic called a matches.
    await client.subscribeAsync([shared, 'b'], { qos: 1 });
    for (const topic of ['a', 'b']) await client.publishAsync(topic, 'x', { qos: 1 });
    expect(await until('b x')).toEqual(['b x']);
  });

  it('--server-keep-alive is its keep-alive in 5.0 [5.0/3.2.2.3.14]', async () => {
    const site = await start(version, '--server-keep-alive', '1');
    const raw = new Raw(site.port);
    raw.send(connect(version, 60));
    const connack = await raw.packet();
    if (is5) {
      // Property 0x13, two bytes.
      expect([...connack].join()).toContain([0x13, 0, 1].join());
      const disconnect = await raw.packet();
      expect([disconnect[0], disconnect[2]]).toEqual([0xe0, 0x8d]);
      await raw.ended;
    } else {
      await new Promise((resolve) => setTimeout(resolve, 1_800));
      raw.send([0xc0, 0]);
      expect([...(await raw.packet())]).toEqual([0xd0, 0]);
    }
  });

  it('--keep-alive-factor says how long it may be silent [3.1.1/MQTT-3.1.2-24] [5.0/MQTT-3.1.2-22]', async () => {
    const [patient, strict] = await Promise.all([
      start(version, '--keep-alive-factor', '100'),
      start(version, '--keep-alive-factor', '1'),
    ]);
    const [stays, goes] = [patient, strict].map(({ port }) => new Raw(port).send(connect(version, 1)));
    await goes!.ended;
    await stays!.packet();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    stays!.send([0xc0, 0]);
    expect([...(await stays!.packet())]).toEqual([0xd0, 0]);
  });

  it('--max-packet-size is the longest packet that is taken [5.0/3.2.2.3.6]', async () => {
    const site = await start(version, '--max-packet-size', '1000');
    const { client, told } = await site.join();
    expect(told.maximumPacketSize).toBe(is5 ? 1_000 : undefined);
    await client.publishAsync('a', 'x'.repeat(900), { qos: 1 });
    // MQTT.js keeps to what a server of 5.0 told it.
    const long = Buffer.concat([Buffer.from([0x30, 0xd0, 0x0f, 0, 1, 0x61]), Buffer.alloc(1_997)]);
    expect(await site.disconnected(client, () => client.stream.write(long))).toBe(is5 ? 0x95 : undefined);
  });

  it('--max-queue is what is kept for it while it is away', async () => {
    const site = await start(version, '--max-queue', '2');
    const away = await site.join(lasting('away'));
    await away.client.subscribeAsync('a', { qos: 1 });
    await away.client.endAsync();
    const { client } = await site.join();
    for (const payload of ['1', '2', '3', '4']) await client.publishAsync('a', payload, { qos: 1 });
    const back = await site.join(lasting('away'));
    expect(back.connack.sessionPresent).toBe(true);
    await back.until('a 2');
    await client.publishAsync('a', 'last', { qos: 1 });
    expect(await back.until('a last')).toEqual(['a 1', 'a 2', 'a last']);
  });

  it('--retained-expiry is how long a retained message is there', async () => {
    // Long enough for whoever comes early on a busy machine.
    const site = await start(version, '--retained-expiry', '5s');
    const { client } = await site.join();
    await client.publishAsync('kept', 'x', { qos: 1, retain: true });
    const early = await site.join();
    await early.client.subscribeAsync('kept', { qos: 1 });
    await early.until('kept x');
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    const late = await site.join();
    await late.client.subscribeAsync(['kept', 'end'], { qos: 1 });
    await client.publishAsync('end', 'x', { qos: 1 });
    expect(await late.until('end x')).toEqual(['end x']);
  });

  it('--password-file asks it for its name [3.1.1/3.2.2.3] [5.0/3.2.2.2]', async () => {
    const path = join(directory(), 'passwords');
    const salt = Buffer.from('salt');
    const hash = createHash('sha512').update('secret').update(salt).digest('base64');
    writeFileSync(path, `ann:$6$${salt.toString('base64')}$${hash}\n`);
    const site = await start(version, '--password-file', path);
    await expect(site.join()).rejects.toMatchObject({ code: is5 ? 0x87 : 5 });
    const guess = site.join({ username: 'ann', password: 'guess' });
    await expect(guess).rejects.toMatchObject({ code: is5 ? 0x86 : 4 });
    const { client } = await site.join({ username: 'ann', password: 'secret' });
    await client.publishAsync('a', 'x', { qos: 1 });
  });

  it('--acl denies it topics: to publish at every QoS, to subscribe, to leave a will', async () => {
    const path = join(directory(), 'acl');
    writeFileSync(path, 'topic readwrite open/#\ntopic read seen/#\ntopic deny open/shut\n');
    const site = await start(version, '--acl', path);
    const { client, until } = await site.join();
    expect(await client.subscribeAsync(['open/ok', 'seen/#'], { qos: 2 })).toMatchObject([
      { qos: 2 },
      { qos: 2 },
    ]);
    for (const filter of ['#', 'open/#', 'other']) {
      await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow(
        is5 ? /not authorized/i : /Subscribe error/,
      );
    }
    await client.publishAsync('seen/a', 'QoS 0', { qos: 0 });
    for (const qos of [1, 2] as const) {
      const denied = client.publishAsync('seen/a', 'denied', { qos });
      // Before 5.0 it is acknowledged like any other, and goes nowhere [3.1.1/MQTT-3.3.5-2].
      if (is5) await expect(denied).rejects.toMatchObject({ code: 0x87 });
      else await denied;
    }
    await client.publishAsync('open/ok', 'end', { qos: 2 });
    expect(await until('open/ok end')).toEqual(['open/ok end']);
    const will = { topic: 'seen/will', payload: Buffer.from('x'), qos: 1 as const, retain: false };
    await expect(site.join({ will })).rejects.toMatchObject({ code: is5 ? 0x87 : 5 });
  });

  if (!is5) return;

  it('--no-subscription-identifiers means that there are none', async () => {
    const site = await start(version, '--no-subscription-identifiers');
    const { client, told } = await site.join();
    expect(told.subscriptionIdentifiersAvailable).toBe(false);
    const numbered = () =>
      client.subscribeAsync('a', { qos: 0, properties: { subscriptionIdentifier: 1 } }).catch(ignore);
    expect(await site.disconnected(client, numbered)).toBe(0xa1);
  });

  it('--receive-maximum is how many PUBLISHes may wait for an acknowledgement [5.0/3.2.2.3.3]', async () => {
    const site = await start(version, '--receive-maximum', '2');
    const { client, told } = await site.join();
    expect(told.receiveMaximum).toBe(2);
    for (let count = 0; count < 5; count++) await client.publishAsync('a', 'x', { qos: 2 });
    const raw = new Raw(site.port).send(connect(5, 0));
    await raw.packet();
    // QoS 2, without the PUBREL that would make room.
    for (const id of [1, 2]) {
      raw.send([0x34, 6, 0, 1, 0x61, 0, id, 0]);
      expect((await raw.packet())[0]).toBe(0x50);
    }
    raw.send([0x34, 6, 0, 1, 0x61, 0, 3, 0]);
    const disconnect = await raw.packet();
    expect([disconnect[0], disconnect[2]]).toEqual([0xe0, 0x93]);
    await raw.ended;
  });

  it('--topic-alias-maximum is the highest alias [5.0/3.2.2.3.8]', async () => {
    const site = await start(version, '--topic-alias-maximum', '3');
    const { client, told, until } = await site.join();
    expect(told.topicAliasMaximum).toBe(3);
    await client.subscribeAsync('a', { qos: 1 });
    for (const topic of ['a', '']) {
      await client.publishAsync(topic, topic === '' ? 'alias' : 'x', {
        qos: 1,
        properties: { topicAlias: 3 },
      });
    }
    await until('a alias');
    // MQTT.js refuses a higher one by itself.
    const high = Buffer.from([0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 4]);
    expect(await site.disconnected(client, () => client.stream.write(high))).toBe(0x94);
    const none = await start(version, '--topic-alias-maximum', '0');
    expect((await none.join()).told.topicAliasMaximum ?? 0).toBe(0);
  });

  it('--max-session-expiry is the most its session gets [5.0/3.2.2.3.2]', async () => {
    const site = await start(version, '--max-session-expiry', '5s');
    const { client, told } = await site.join(lasting('away', 1_000));
    expect(told.sessionExpiryInterval).toBe(5);
    await client.endAsync();
    const back = await site.join(lasting('away'));
    expect(back.connack.sessionPresent).toBe(true);
    await back.client.endAsync();
    await new Promise((resolve) => setTimeout(resolve, 5_300));
    expect((await site.join(lasting('away'))).connack.sessionPresent).toBe(false);
  });
});

function connect(version: 4 | 5, keepAlive: number): Uint8Array {
  const properties = version === 5 ? [0] : [];
  const name = [0, 1, 0x72];
  const rest = [0, 4, 0x4d, 0x51, 0x54, 0x54, version, 2, 0, keepAlive, ...properties, ...name];
  return Uint8Array.from([0x10, rest.length, ...rest]);
}

/** 3.1.1 has no return code for a will that a server does not take: the connection ends without one [3.1.1/3.1]. */
async function closedUnanswered(site: Site, will: { qos: 0 | 1 | 2; retain: boolean }): Promise<void> {
  const raw = new Raw(site.port);
  raw.send(connectPacket('r', { will: { topic: 'a', payload: Uint8Array.of(120), ...will } }));
  await raw.ended;
  expect(raw.waiting).toBe(0);
}
