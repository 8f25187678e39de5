/** What takes real time, for our client and MQTT.js against our server, mosquitto and aedes: all of them wait at once. */
import { expect, it } from 'vitest';
import { cases, joined, type Told } from './interop.ts';
import { servers } from './servers.ts';

type Case = (typeof cases)[number];

/** Each case with whoever can join it. What does not run here has been told when the programs were looked for. */
const together = async (
  which: readonly Case[],
  live: (join: (told?: Told) => ReturnType<typeof joined>, name: string) => Promise<unknown>,
) => {
  const there = which.filter(({ server }) => servers[server] !== undefined);
  const addresses = new Map<string, Awaited<ReturnType<NonNullable<(typeof servers)[string]>>>>();
  for (const { server } of there) {
    if (!addresses.has(server)) addresses.set(server, await servers[server]!());
  }
  const seen = await Promise.all(
    there.map(async ({ library, server, carrier, version }) => {
      const name = `${library} ${version} ${server} ${carrier}`;
      const address = addresses.get(server)![carrier];
      return [name, await live((told) => joined(library, address, version, told), name)];
    }),
  );
  return { names: seen.map(([name]) => name as string), seen: Object.fromEntries(seen) };
};

const each = <T>(names: readonly string[], value: (name: string) => T) =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

it('clients stay in touch while nothing is said', async () => {
  const { names, seen } = await together(cases, async (join, name) => {
    // A server waits half as long again: on a busy machine a ping may be late.
    const quiet = await join({ keepalive: 4 });
    let closed = false;
    (quiet.emitter as NodeJS.EventEmitter).once('close', () => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    if (!closed) await quiet.publish(name, 'still there', { qos: 1 });
    return closed ? 'closed' : 'still there';
  });
  expect(names.length).toBeGreaterThanOrEqual(12);
  expect(seen).toEqual(each(names, () => 'still there'));
});

it('servers forget a session and a message when their time is over', async () => {
  const with5 = cases.filter(({ version }) => version === 5);
  const { names, seen } = await together(with5, async (join, name) => {
    const topic = name.replaceAll(' ', '-');
    const short = {
      ...{ clientId: `short-${topic}`, clean: false, properties: { sessionExpiryInterval: 1 } },
    };
    const long = {
      ...{ clientId: `long-${topic}`, clean: false, properties: { sessionExpiryInterval: 1_000 } },
    };
    await (await join(short)).end();
    const away = await join(long);
    await away.subscribe(topic, { qos: 1 });
    await away.end();
    const from = await join();
    await from.publish(topic, 'short', { qos: 1, properties: { messageExpiryInterval: 1 } });
    await from.publish(topic, 'long', { qos: 1, properties: { messageExpiryInterval: 1_000 } });
    await new Promise((resolve) => setTimeout(resolve, 3_200));
    const { sessionPresent } = await join(short);
    return { sessionPresent, messages: await (await join(long)).messages(1) };
  });
  expect(names.length).toBeGreaterThanOrEqual(4);
  expect(seen).toEqual(
    each(names, (name) => ({ sessionPresent: false, messages: [`${name.replaceAll(' ', '-')} long 1`] })),
  );
});
