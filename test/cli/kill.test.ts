/**
 * `amber serve --data` is killed by `kill -9` in the middle of its work, again and again: what it acknowledged, it keeps.
 *
 * `AMBER_KILL_ROUNDS=50 npx vitest run test/cli/kill.test.ts` (npm run kill) does it as often as the documentation says.
 */
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child, directory } from '../net/stage.ts';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');
const rounds = Number(process.env.AMBER_KILL_ROUNDS ?? 6);
const KEPT_TOPICS = 5;
const UNDER_WAY = 12;
const PACKET_IDENTIFIER_NOT_FOUND = 0x92;

async function serve(data: string): Promise<{ child: Child; port: number }> {
  const child = new Child(process.execPath, [bin, 'serve', '--port', '0', '--data', data]);
  const [, port] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
  return { child, port: Number(port) };
}

/** A client whose server comes back on another port. */
class Persistent {
  readonly client: MqttClient;

  constructor(clientId: string, protocolVersion: 4 | 5, port: number, more: IClientOptions = {}) {
    this.client = mqtt.connect({
      ...{
        host: '127.0.0.1',
        protocol: 'mqtt',
        port,
        clientId,
        protocolVersion,
        clean: false,
        reconnectPeriod: 5,
      },
      ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: 3_600 } } : {}),
      ...more,
    });
    this.client.on('error', () => {});
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

describe(`a server that is killed ${rounds} times`, () => {
  it.each([4, 5] as const)(
    'loses nothing acknowledged, doubles nothing at QoS 2, and keeps subscriptions and retained messages, level %i',
    async (level) => {
      const data = directory();
      let { child, port } = await serve(data);
      const subscriber = new Persistent('subscriber', level, port);
      const publisher = new Persistent('publisher', level, port);
      // It goes away after each round, and its will has to come: at least once, for its last one may be published again.
      const mortal = new Persistent('mortal', level, port, {
        will: { topic: 'load/will', payload: Buffer.from('will'), qos: 1, retain: false },
      });
      const seen = new Map<string, number>();
      subscriber.client.on('message', (_topic, payload) => {
        const text = payload.toString();
        seen.set(text, (seen.get(text) ?? 0) + 1);
      });
      await subscriber.client.subscribeAsync('load/#', { qos: 2 });

      const acknowledged = new Set<string>();
      /** By topic, the last value that was acknowledged: a later one may be there as well. */
      const kept = new Map<string, number>();
      const sending = new Set<Promise<void>>();
      let count = 0;
      const track = (work: Promise<unknown>, done: () => void): void => {
        const sent: Promise<void> = work
          .catch(unlessAlreadyEnded)
          .then(done)
          .finally(() => sending.delete(sent));
        sending.add(sent);
      };
      const send = (): void => {
        const number = ++count;
        const qos = (1 + (number % 2)) as 1 | 2;
        if (number % 7 === 0) {
          const topic = `kept/${number % KEPT_TOPICS}`;
          track(publisher.client.publishAsync(topic, `${number}`, { qos, retain: true }), () => {
            kept.set(topic, Math.max(number, kept.get(topic) ?? 0));
          });
        } else {
          const text = `${qos} ${number}`;
          track(publisher.client.publishAsync(`load/${qos}`, text, { qos }), () => acknowledged.add(text));
        }
      };
      for (let round = 0; round < rounds; round++) {
        // Each round is a little longer, so that the kill meets every moment of the work.
        const goal = acknowledged.size + 15 + ((7 * round) % 40);
        while (acknowledged.size < goal) {
          while (sending.size < UNDER_WAY) send();
          await Promise.race(sending);
        }
        if (round % 2 === 0) {
          // A filter that is acknowledged has to be there in the next life, and one that was taken back must not.
          await subscriber.client.subscribeAsync(`extra/${round}`, { qos: 1 });
          if (round >= 2) await subscriber.client.unsubscribeAsync(`extra/${round - 2}`);
        }
        child.process.kill('SIGKILL');
        await child.exited;
        ({ child, port } = await serve(data));
        for (const client of [subscriber, publisher, mortal]) client.moved(port);
      }
      await Promise.all(sending);
      const last = rounds - 1 - ((rounds - 1) % 2);
      await publisher.client.publishAsync(`extra/${last}`, 'subscribed', { qos: 1 });
      if (last >= 2) await publisher.client.publishAsync(`extra/${last - 2}`, 'not any more', { qos: 1 });
      await publisher.client.publishAsync('load/end', 'end', { qos: 1 });
      const missing = (): string[] =>
        [...acknowledged, 'subscribed', 'will', 'end'].filter((text) => !seen.has(text));
      while (missing().length > 0) {
        await new Promise<void>((resolve) => subscriber.client.once('message', () => setImmediate(resolve)));
      }
      expect(seen.has('not any more')).toBe(false);
      expect([...seen].filter(([text, times]) => text.startsWith('2 ') && times > 1)).toEqual([]);
      expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * 15);

      const late = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: level, reconnectPeriod: 0 });
      onTestFinished(() => late.endAsync(true));
      const values = new Map<string, number>();
      late.on('message', (topic, payload) => values.set(topic, Number(payload.toString())));
      await late.subscribeAsync('kept/#', { qos: 1 });
      while (values.size < kept.size) await new Promise((resolve) => late.once('message', resolve));
      for (const [topic, number] of kept) expect(values.get(topic), topic).toBe(number);
    },
    120_000 + rounds * 10_000,
  );
});
