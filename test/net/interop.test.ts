/** The features of MQTT, one test each, for our client and MQTT.js against our server, mosquitto and aedes, over TCP and WebSocket. */
import { describe, expect, it } from 'vitest';
import { cases, joined, libraries, type Told } from './interop.ts';
import { servers } from './servers.ts';
import { heard } from './stage.ts';

describe.each(cases)('$library of version $version and $server over $carrier', (what) => {
  const { library, server, carrier, version } = what;
  const start = servers[server];
  const site = async () => {
    const address = (await start!())[carrier];
    return (told: Told = {}) => joined(library, address, version, told);
  };
  const test = it.skipIf(start === undefined);

  test('exchange messages of every QoS through wildcards, in order', async () => {
    const join = await site();
    const [from, to] = [await join(), await join()];
    expect((await to.subscribe(['a/+', 'b/#'], { qos: 2 })).map(({ qos }) => qos)).toEqual([2, 2]);
    for (const qos of [0, 1, 2] as const) await from.publish(`a/${qos}`, `${qos}`, { qos });
    // A QoS 2 message may be handed over at its PUBREL: others may overtake it.
    await to.messages(3);
    await from.publish('a/b/c', 'too deep', { qos: 1 });
    await from.publish('b', 'b', { qos: 1 });
    await from.publish('b/c/d', 'bcd', { qos: 2 });
    expect(await to.messages(5)).toEqual(['a/0 0 0', 'a/1 1 1', 'a/2 2 2', 'b b 1', 'b/c/d bcd 2']);
    await to.unsubscribe('a/+');
    await from.publish('a/1', 'unheard', { qos: 1 });
    await from.publish('b', 'heard', { qos: 1 });
    expect((await to.messages(6)).slice(5)).toEqual(['b heard 1']);
  });

  it.skipIf(start === undefined || server === 'aedes')(
    'tell of the server in $SYS, which # does not match',
    async () => {
      const join = await site();
      const to = await join();
      await to.subscribe('#', { qos: 0 });
      await to.subscribe('$SYS/#', { qos: 0 });
      const [first] = await to.messages(1);
      expect(first).toMatch(/^\$SYS\//);
    },
  );

  test('keep, replace and clear what is retained', async () => {
    const join = await site();
    const from = await join();
    const retained = { qos: 1, retain: true };
    await from.publish('kept', 'old', retained);
    await from.publish('kept', 'new', retained);
    await from.publish('gone', 'x', retained);
    await from.publish('gone', '', retained);
    const late = await join();
    await late.subscribe('+', { qos: 1 });
    await from.publish('live', 'x', retained);
    expect(await late.messages(2)).toEqual(['kept new 1 retained', 'live x 1']);
  });

  test('publish the will of who vanishes, and not of who says goodbye', async () => {
    const join = await site();
    const watcher = await join();
    await watcher.subscribe('will/+', { qos: 1 });
    const will = (topic: string) => ({ topic, payload: Buffer.from('gone'), qos: 1 as const, retain: false });
    await (await join({ will: will('will/polite') })).end();
    (await join({ will: will('will/lost') })).vanish();
    expect(await watcher.messages(1)).toEqual(['will/lost gone 1']);
  });

  test('keep a session, and its messages while nobody is there', async () => {
    const join = await site();
    const lasting = { clientId: 'lasting', clean: false, properties: { sessionExpiryInterval: 1_000 } };
    const first = await join(lasting);
    await first.subscribe('queue', { qos: 2 });
    await first.end();
    const from = await join();
    for (const qos of [1, 2] as const) await from.publish('queue', `${qos}`, { qos });
    const second = await join(lasting);
    // MQTT 3.1 has no bit to say so.
    if (version > 3) expect([first.sessionPresent, second.sessionPresent]).toEqual([false, true]);
    expect(await second.messages(2)).toEqual(['queue 1 1', 'queue 2 2']);
  });

  if (version !== 5) return;

  test('hand on properties, and answer a request', async () => {
    const join = await site();
    const [asks, answers] = [await join(), await join()];
    await answers.subscribe('ask', { qos: 1 });
    await asks.subscribe('answer', { qos: 1 });
    const userProperties = libraries[library]!.userProperties('who', 'me');
    const properties = {
      ...{ responseTopic: 'answer', correlationData: Buffer.from('42'), contentType: 'text/plain' },
      ...{
        payloadFormatIndicator: library === 'MQTT.js' ? true : 1,
        messageExpiryInterval: 100,
        userProperties,
      },
    };
    await asks.publish('ask', '?', { qos: 1, properties });
    await answers.messages(1);
    const got = answers.packets[0]!.properties!;
    expect({ ...got, correlationData: `${Buffer.from(got.correlationData as Uint8Array)}` }).toMatchObject({
      ...{ responseTopic: 'answer', correlationData: '42', contentType: 'text/plain', userProperties },
    });
    expect(got.messageExpiryInterval).toBeLessThanOrEqual(100);
    expect(Number(got.payloadFormatIndicator)).toBe(1);
    const { responseTopic, correlationData } = got as { responseTopic: string; correlationData: Buffer };
    await answers.publish(responseTopic, '!', { qos: 1, properties: { correlationData } });
    expect(await asks.messages(1)).toEqual(['answer ! 1']);
    expect(`${Buffer.from(asks.packets[0]!.properties!.correlationData as Uint8Array)}`).toBe('42');
  });

  test('subscribe with No Local, Retain As Published, Retain Handling and an identifier', async () => {
    const join = await site();
    const [from, to] = [await join(), await join()];
    await from.publish('kept', 'x', { qos: 1, retain: true });
    await from.subscribe('a', { qos: 1, nl: true });
    await to.subscribe('kept', { qos: 1, rh: 2 });
    await to.subscribe('a', { qos: 1, rap: true, properties: { subscriptionIdentifier: 7 } });
    await from.publish('a', 'kept', { qos: 1, retain: true });
    expect(await to.messages(1)).toEqual(['a kept 1 retained']);
    expect(
      [
        to.packets[0]!.properties!.subscriptionIdentifiers ??
          to.packets[0]!.properties!.subscriptionIdentifier,
      ].flat(),
    ).toEqual([7]);
    await to.subscribe('a', { qos: 1, rh: 1 });
    await to.publish('a', 'from the other', { qos: 1 });
    expect(await from.messages(1)).toEqual(['a from the other 1']);
    expect((await to.messages(2)).slice(1)).toEqual(['a from the other 1']);
  });

  test('share a subscription', async () => {
    const join = await site();
    const [from, one, two] = [await join(), await join(), await join()];
    for (const each of [one, two]) await each.subscribe('$share/g/job', { qos: 1 });
    for (let job = 0; job < 10; job++) await from.publish('job', `${job}`, { qos: 1 });
    while (one.seen.length + two.seen.length < 10) {
      await Promise.race([heard(one.emitter, 'message'), heard(two.emitter, 'message')]);
    }
    const done = [...one.seen, ...two.seen].map((text) => text.split(' ')[1]).sort();
    expect(done).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(Math.min(one.seen.length, two.seen.length)).toBeGreaterThan(0);
  });

  test('number topics from the client to the server, and back as far as the server does', async () => {
    const join = await site();
    const [from, to] = [await join(), await join({ properties: { topicAliasMaximum: 5 } })];
    await to.subscribe('a', { qos: 2 });
    for (const qos of [0, 1, 2]) {
      const properties = library === 'MQTT.js' ? { properties: { topicAlias: 1 } } : {};
      await from.publish('a', `${qos}`, { qos, ...properties });
    }
    expect(await to.messages(3)).toEqual(['a 0 0', 'a 1 1', 'a 2 2']);
  });
});
