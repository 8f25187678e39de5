/**
 * `amber serve --data` is killed by `kill -9` in the middle of its work, again and again: what it acknowledged, it keeps.
 *
 * The moments of the kills are drawn from a seed. `AMBER_KILL_ROUNDS=50 npx vitest run test/cli/kill.test.ts` (npm run kill) does it as
 * often as the documentation says, `AMBER_KILL_SEED=2` at other moments.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Draw, Streams } from '../../src/sim/rng.ts';
import { Child, directory } from '../net/stage.ts';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');
const rounds = Number(process.env.AMBER_KILL_ROUNDS ?? 6);
const seed = process.env.AMBER_KILL_SEED ?? '1';
const KEPT_TOPICS = 5;
const UNDER_WAY = 12;
const PACKET_IDENTIFIER_NOT_FOUND = 0x92;
/** What MQTT.js says of a message that was given to it while it resent others, and whose turn did not come before the connection ended. */
const NEVER_SENT = 'Connection closed';
/** Real time in which nothing comes that has to, after which the test says what is missing: far more than a busy machine takes. */
const PATIENCE_MILLIS = 60_000;

async function serve(data: string): Promise<{ child: Child; port: number }> {
  const child = new Child(process.execPath, [bin, 'serve', '--port', '0', '--data', data]);
  const [, port] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
  return { child, port: Number(port) };
}

/** A client whose server comes back on another port, and whose session has to be there each time. */
class Persistent {
  readonly client: MqttClient;
  /** Session Present of each CONNACK after the first. */
  readonly resumed: boolean[] = [];
  readonly connected: Promise<void>;

  constructor(clientId: string, protocolVersion: 4 | 5, port: number, more: IClientOptions = {}) {
    this.client = mqtt.connect({
      ...{ host: '127.0.0.1', protocol: 'mqtt', port, clientId, protocolVersion },
      // A subscription that the server forgot must not be mended by the client.
      ...{ clean: false, reconnectPeriod: 5, resubscribe: false },
      ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
      ...more,
    });
    this.client.on('error', () => {});
    this.connected = new Promise((resolve) => {
      this.client.once('connect', () => {
        resolve();
        this.client.on('connect', ({ sessionPresent }) => this.resumed.push(sessionPresent));
      });
    });
    onTestFinished(() => this.client.endAsync(true));
  }

  moved(port: number): void {
    this.client.options.port = port;
  }
}

/** A PUBREL that is sent again after the exchange had ended is answered by 0x92 [5.0/3.7.2.1], which MQTT.js takes for a failure. */
function unlessAlreadyEnded(error: { code?: number }): void {
  if (error.code !== PACKET_IDENTIFIER_NOT_FOUND) throw error;
}

/** Publishes without a pause, so many messages at once, and knows which the server has acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  /** By topic, the last value that was acknowledged: a later one may be there as well. */
  readonly kept = new Map<string, number>();
  readonly sending = new Set<string>();
  readonly #client: MqttClient;
  readonly #progress: () => void;
  #count = 0;
  #over = false;
  error: unknown;

  constructor(client: MqttClient, progress: () => void) {
    this.#client = client;
    this.#progress = progress;
  }

  begin(): void {
    for (let i = 0; i < UNDER_WAY; i++) this.#send();
  }

  end(): void {
    this.#over = true;
  }

  #send(): void {
    const number = ++this.#count;
    const qos = (1 + (number % 2)) as 1 | 2;
    if (number % 7 === 0) {
      const topic = `kept/${number % KEPT_TOPICS}`;
      this.#publish(topic, `${number}`, { qos, retain: true }, () => {
        this.kept.set(topic, Math.max(number, this.kept.get(topic) ?? 0));
      });
    } else {
      const text = `${qos} ${number}`;
      this.#publish(`load/${qos}`, text, { qos }, () => this.acknowledged.add(text));
    }
  }

  #publish(topic: string, text: string, options: { qos: 1 | 2; retain?: true }, done: () => void): void {
    const what = `'${text}' to ${topic}`;
    this.sending.add(what);
    this.#client
      .publishAsync(topic, text, options)
      .catch(unlessAlreadyEnded)
      .then(done)
      .catch((error: Error) => {
        if (error.message !== NEVER_SENT) this.error ??= error;
      })
      .finally(() => {
        this.sending.delete(what);
        if (!this.#over) this.#send();
        this.#progress();
      });
  }
}

/** Filters of the subscriber, and what is known of each: a call that the kill cut short may have been heard or not. */
class Filters {
  readonly known = new Map<string, 'subscribed' | 'not' | 'perhaps'>();
  readonly #client: MqttClient;
  cutShort = 0;

  constructor(client: MqttClient) {
    this.#client = client;
  }

  /** Settles when the call is answered, or lost with its connection. */
  async change(filter: string, to: 'subscribed' | 'not'): Promise<void> {
    this.known.set(filter, 'perhaps');
    try {
      if (to === 'subscribed') await this.#client.subscribeAsync(filter, { qos: 1 });
      else await this.#client.unsubscribeAsync(filter);
      this.known.set(filter, to);
    } catch {
      this.cutShort++;
    }
  }
}

const draw: Draw = new Streams(seed).stream('kill');
const whole = (below: number): number => Math.floor(draw() * below);

describe(`a server that is killed ${rounds} times, at moments of the seed ${seed}`, () => {
  it.each([4, 5] as const)(
    'loses nothing acknowledged, doubles nothing at QoS 2, and keeps sessions, subscriptions and retained messages, level %i [3.1.1/MQTT-3.2.2-2] [5.0/MQTT-3.2.2-3]',
    async (level) => {
      const data = directory();
      let { child, port } = await serve(data);
      const subscriber = new Persistent('subscriber', level, port);
      const publisher = new Persistent('publisher', level, port);
      // It goes away after each round, and its will has to come: at least once, for its last one may be published again.
      const mortal = new Persistent('mortal', level, port, {
        will: { topic: 'load/will', payload: Buffer.from('will'), qos: 1, retain: false },
      });
      const persistent = [subscriber, publisher, mortal];
      for (const { connected } of persistent) await connected;

      let wanted: (() => void)[] = [];
      const progress = (): void => {
        const waiting = wanted;
        wanted = [];
        for (const each of waiting) each();
      };
      /** Waits for what has to come, and names what did not when nothing has come for long. */
      const until = async (there: () => boolean, missing: () => readonly string[]): Promise<void> => {
        while (!there()) {
          if (load.error !== undefined) throw load.error;
          const patience = new AbortController();
          const moved = new Promise<'moved'>((resolve) => wanted.push(() => resolve('moved')));
          const bored = sleep(PATIENCE_MILLIS, 'bored' as const, patience).catch(() => 'moved' as const);
          if ((await Promise.race([moved, bored])) === 'bored') {
            expect.fail(
              `nothing came for ${PATIENCE_MILLIS / 1000} s; missing: ${missing().join(', ')}\nthe server said:\n${child.out}${child.err}`,
            );
          }
          patience.abort();
        }
      };

      const seen = new Map<string, number>();
      subscriber.client.on('message', (_topic, payload) => {
        const text = payload.toString();
        seen.set(text, (seen.get(text) ?? 0) + 1);
        progress();
      });
      await subscriber.client.subscribeAsync('load/#', { qos: 2 });

      const load = new Load(publisher.client, progress);
      const { acknowledged, kept, sending } = load;
      const filters = new Filters(subscriber.client);
      load.begin();
      for (let round = 0; round < rounds; round++) {
        const goal = acknowledged.size + 10 + whole(40);
        await until(
          () => acknowledged.size >= goal,
          () => [...sending],
        );
        const changes: Promise<void>[] = [];
        if (round % 2 === 0) {
          // Every other time the server is killed while it hears of filters: at once, or when it had some milliseconds.
          changes.push(filters.change(`extra/${round}`, 'subscribed'));
          if (round >= 4) changes.push(filters.change(`extra/${round - 4}`, 'not'));
          if (round % 4 === 0) await sleep(whole(4));
        } else {
          await filters.change(`extra/${round}`, 'subscribed');
          if (round >= 4) await filters.change(`extra/${round - 4}`, 'not');
          await sleep(whole(30));
        }
        child.process.kill('SIGKILL');
        await child.exited;
        await Promise.all(changes);
        ({ child, port } = await serve(data));
        for (const each of persistent) each.moved(port);
      }
      load.end();
      await until(
        () => sending.size === 0,
        () => [...sending],
      );
      for (const [filter, state] of filters.known) {
        await publisher.client.publishAsync(filter, `${filter} ${state}`, { qos: 1 });
      }
      await publisher.client.publishAsync('load/end', 'end', { qos: 1 });
      const due = [
        ...[...filters.known].flatMap(([filter, state]) =>
          state === 'subscribed' ? [`${filter} ${state}`] : [],
        ),
        ...['will', 'end'],
      ];
      const missing = (): string[] => [...acknowledged, ...due].filter((text) => !seen.has(text));
      await until(() => missing().length === 0, missing);
      expect([...seen.keys()].filter((text) => text.startsWith('extra/') && text.endsWith(' not'))).toEqual(
        [],
      );
      expect([...seen].filter(([text, times]) => text.startsWith('2 ') && times > 1)).toEqual([]);
      expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * 10);
      // A kill in the same instant as the call leaves no time for an answer.
      expect(filters.cutShort).toBeGreaterThanOrEqual(Math.floor((rounds + 1) / 4));
      for (const { resumed } of persistent) {
        expect(resumed.length).toBeGreaterThan(0);
        expect(resumed).not.toContain(false);
      }

      const late = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: level, reconnectPeriod: 0 });
      onTestFinished(() => late.endAsync(true));
      const values = new Map<string, number>();
      late.on('message', (topic, payload) => {
        values.set(topic, Number(payload.toString()));
        progress();
      });
      await late.subscribeAsync('kept/#', { qos: 1 });
      await until(
        () => values.size >= kept.size,
        () => [...kept.keys()].filter((topic) => !values.has(topic)),
      );
      for (const [topic, number] of kept) expect(values.get(topic), topic).toBe(number);
    },
    240_000 + rounds * 10_000,
  );
});
