/** mosquitto_pub and mosquitto_sub against our server, in every version that they speak. */
import { describe, expect, it } from 'vitest';
import type { BrokerOptions } from '../../src/mqtt/broker/options.ts';
import type { BrokerServer } from '../../src/net/index.ts';
import { program } from '../programs.ts';
import { broker, Child, Watch } from './stage.ts';

const publisher = program('mosquitto_pub');
const subscriber = program('mosquitto_sub');
const FORMAT = '%t %q %r %p';
const versions = ['mqttv31', 'mqttv311', 'mqttv5'];

/** A server with whoever talks to it in one version. */
class Site {
  readonly watch: Watch;
  readonly #server: BrokerServer;
  readonly #version: string;
  #subscribed = 0;
  #clients = 0;

  constructor(version: string, server: BrokerServer, watch: Watch) {
    this.#version = version;
    this.#server = server;
    this.watch = watch;
  }

  /** A client without a name cannot speak 3.1. */
  #arguments(more: readonly string[]): string[] {
    const { host, port } = this.#server.address;
    const named = more.includes('-i') ? [] : ['-i', `client-${++this.#clients}`];
    return ['-V', this.#version, '-h', host, '-p', `${port}`, ...named, ...more];
  }

  publisher(...args: string[]): Child {
    return new Child(publisher!, this.#arguments(args));
  }

  async publish(...args: string[]): Promise<void> {
    const child = this.publisher(...args);
    expect([await child.exited, child.err]).toEqual([0, '']);
  }

  subscriber(...args: string[]): Child {
    const format = args.includes('-F') ? [] : ['-F', FORMAT];
    return new Child(subscriber!, this.#arguments([...format, ...args]));
  }

  /** Resolves when the subscription was granted. */
  async subscribe(...args: string[]): Promise<Child> {
    const child = this.subscriber(...args);
    await this.watch.sent('suback', ++this.#subscribed);
    return child;
  }
}

const start = async (version: string, options: Partial<BrokerOptions> = {}) => {
  const watch = new Watch();
  return new Site(version, await broker({ trace: watch.trace, options }), watch);
};

/** What it printed, when it has ended: into a pipe it prints when it ends. */
const messages = async (child: Child) => {
  expect([await child.exited, child.err]).toEqual([0, '']);
  return child.out.replace(/\n$/, '').split('\n');
};

const will = (topic: string) => [
  ...['--will-topic', topic, '--will-payload', 'gone', '--will-qos', '1', '--will-retain'],
];

describe.skipIf(publisher === undefined || subscriber === undefined).each(versions)(
  'mosquitto_pub and mosquitto_sub in %s',
  (version) => {
    const site = (options?: Partial<BrokerOptions>) => start(version, options);

    it.each([0, 1, 2])('pass on a message of QoS %i, through a wildcard', async (qos) => {
      const at = await site();
      const child = await at.subscribe('-t', 'a/+', '-q', `${qos}`, '-C', '1');
      await at.publish('-t', 'a/b', '-m', 'hello', '-q', `${qos}`);
      expect(await messages(child)).toEqual([`a/b ${qos} 0 hello`]);
    });

    it('are given the lower QoS of publishing and subscribing', async () => {
      const at = await site();
      const child = await at.subscribe('-t', 'a', '-q', '1', '-C', '3');
      for (const qos of ['0', '1', '2']) await at.publish('-t', 'a', '-m', qos, '-q', qos);
      expect(await messages(child)).toEqual(['a 0 0 0', 'a 1 0 1', 'a 1 0 2']);
    });

    it('match wildcards as the standard says, and leave $SYS out', async () => {
      const at = await site();
      const one = await at.subscribe('-t', '+/b', '-t', 'end', '-q', '1', '-C', '3');
      const many = await at.subscribe('-t', 'a/#', '-t', 'end', '-q', '1', '-C', '4');
      const all = await at.subscribe('-t', '#', '-q', '1', '-C', '7');
      const topics = ['a', 'a/b', 'a/b/c', '/b', 'ab', 'b/a', 'end'];
      for (const topic of topics) await at.publish('-t', topic, '-m', 'x', '-q', '1');
      const seen = async (child: Child) => (await messages(child)).map((line) => line.split(' ')[0]);
      expect(await seen(one)).toEqual(['a/b', '/b', 'end']);
      expect(await seen(many)).toEqual(['a', 'a/b', 'a/b/c', 'end']);
      expect(await seen(all)).toEqual(topics);
    });

    it('hand over many lines in their order, at every QoS', async () => {
      const at = await site();
      const lines = Array.from({ length: 200 }, (_, index) => `${index}`);
      for (const qos of ['1', '2']) {
        const child = await at.subscribe('-t', 'lines', '-q', qos, '-C', '200', '-F', '%p');
        const pipe = at.publisher('-t', 'lines', '-q', qos, '-l');
        pipe.process.stdin.end(`${lines.join('\n')}\n`);
        expect([await pipe.exited, pipe.err]).toEqual([0, '']);
        expect(await messages(child)).toEqual(lines);
      }
    });

    it('find what is retained last, not what was cleared, and have it unretained while they listen', async () => {
      const at = await site();
      const live = await at.subscribe('-t', '#', '-q', '1', '-C', '4');
      const retain = ['-r', '-q', '1'];
      await at.publish('-t', 'kept', '-m', 'old', ...retain);
      await at.publish('-t', 'kept', '-m', 'new', ...retain);
      await at.publish('-t', 'gone', '-m', 'x', ...retain);
      await at.publish('-t', 'gone', '-n', ...retain);
      const late = await at.subscribe('-t', '+', '-q', '1', '-C', '2');
      await at.publish('-t', 'end', '-m', 'x', '-q', '1');
      expect(await messages(late)).toEqual(['kept 1 1 new', 'end 1 0 x']);
      expect(await messages(live)).toEqual(['kept 1 0 old', 'kept 1 0 new', 'gone 1 0 x', 'gone 1 0 ']);
    });

    it('clear what is retained by --remove-retained', async () => {
      const at = await site();
      await at.publish('-t', 'kept', '-m', 'x', '-r', '-q', '1');
      // With -C it would wait for ever, having left before its PUBLISH was acknowledged.
      const clears = at.subscriber('-t', 'kept', '-q', '1', '--remove-retained');
      await at.watch.sent('puback', 3);
      clears.process.kill('SIGKILL');
      const late = at.subscriber('-t', 'kept', '-t', 'end', '-q', '1', '-C', '1');
      await at.watch.sent('suback', 2);
      await at.publish('-t', 'end', '-m', 'x', '-q', '1');
      expect(await messages(late)).toEqual(['end 1 0 x']);
    });

    it('see the will of one that is killed, retained as it asked, and not of one that says goodbye', async () => {
      const at = await site();
      const child = await at.subscribe('-t', 'wills/#', '-q', '1', '-C', '1');
      // A signal would not do: at one mosquitto_sub of 5.0 asks for its will by 0x04.
      const polite = await at.subscribe('-t', 'x', '-E', ...will('wills/polite'));
      await polite.exited;
      await at.watch.sent('disconnect');
      const doomed = await at.subscribe('-t', 'x', ...will('wills/killed'));
      doomed.process.kill('SIGKILL');
      expect(await messages(child)).toEqual(['wills/killed 1 0 gone']);
      const late = at.subscriber('-t', 'wills/#', '-q', '1', '-C', '1');
      expect(await messages(late)).toEqual(['wills/killed 1 1 gone']);
    });

    it('come back to their session, which another clean one ends', async () => {
      const at = await site();
      const session = ['-i', 'lasting', '-t', 'queue', '-q', '2'];
      const first = await at.subscribe('-c', ...session);
      first.process.kill('SIGKILL');
      await first.exited;
      for (const payload of ['1', '2', '3']) await at.publish('-t', 'queue', '-m', payload, '-q', '2');
      await at.publish('-t', 'queue', '-m', 'QoS 0', '-q', '0');
      const second = at.subscriber('-c', '-C', '3', ...session);
      expect(await messages(second)).toEqual(['queue 2 0 1', 'queue 2 0 2', 'queue 2 0 3']);
      await at.publish('-t', 'queue', '-m', 'lost', '-q', '2');
      const clean = at.subscriber('-C', '1', ...session);
      await at.watch.sent('suback', 3);
      await at.publish('-t', 'queue', '-m', 'live', '-q', '2');
      expect(await messages(clean)).toEqual(['queue 2 0 live']);
    });

    it('unsubscribe', async () => {
      const at = await site();
      const child = at.subscriber('-t', 'a', '-t', 'b', '-U', 'a', '-q', '1', '-C', '1');
      await at.watch.sent('unsuback');
      await at.publish('-t', 'a', '-m', 'x', '-q', '1');
      await at.publish('-t', 'b', '-m', 'x', '-q', '1');
      expect(await messages(child)).toEqual(['b 1 0 x']);
    });
  },
);

describe.skipIf(publisher === undefined || subscriber === undefined)(
  'mosquitto_pub and mosquitto_sub in mqttv5',
  () => {
    const site = (options?: Partial<BrokerOptions>) => start('mqttv5', options);
    const property = (command: string, ...words: string[]) => ['-D', command, ...words];

    it('hand on every property of a message, user properties in their order', async () => {
      const at = await site();
      const format = '%p|%C|%D|%F|%P|%R';
      const child = await at.subscribe('-t', 'ask', '-q', '1', '-C', '1', '-F', format);
      await at.publish(
        ...['-t', 'ask', '-m', '?', '-q', '1'],
        ...property('publish', 'content-type', 'text/plain'),
        ...property('publish', 'correlation-data', '42'),
        ...property('publish', 'payload-format-indicator', '1'),
        ...property('publish', 'response-topic', 'answer'),
        ...property('publish', 'user-property', 'b', '1'),
        ...property('publish', 'user-property', 'a', '2'),
        ...property('publish', 'user-property', 'b', '3'),
      );
      expect(await messages(child)).toEqual(['?|text/plain|42|1|b:1 a:2 b:3|answer']);
    });

    it('count down Message Expiry, and do not see what has expired', async () => {
      const at = await site();
      const session = ['-c', '-i', 'away', '-t', 'a', '-q', '1', '-F', '%p %E'];
      const away = await at.subscribe(...session, '-E');
      await away.exited;
      await at.watch.sent('disconnect');
      for (const [payload, seconds] of [
        ['short', '1'],
        ['long', '1000'],
      ]) {
        const expiry = property('publish', 'message-expiry-interval', seconds!);
        await at.publish('-t', 'a', '-m', payload!, '-q', '1', ...expiry);
      }
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const [line, ...more] = await messages(at.subscriber('-C', '1', ...session));
      expect(more).toEqual([]);
      const [payload, left] = line!.split(' ');
      expect(payload).toBe('long');
      expect(Number(left)).toBeLessThan(1_000);
      expect(Number(left)).toBeGreaterThan(0);
    });

    it('are told the identifier of their subscription', async () => {
      const at = await site();
      const args = ['-t', 'a/#', '-q', '1', '-C', '1', '-F', '%p %S'];
      const child = await at.subscribe(...args, ...property('subscribe', 'subscription-identifier', '77'));
      await at.publish('-t', 'a/b', '-m', 'x', '-q', '1');
      expect(await messages(child)).toEqual(['x 77']);
    });

    it('see the retain flag as published when they ask for it', async () => {
      const at = await site();
      const child = await at.subscribe('-t', 'a', '-q', '1', '-C', '2', '--retain-as-published');
      await at.publish('-t', 'a', '-m', 'kept', '-q', '1', '-r');
      await at.publish('-t', 'a', '-m', 'not', '-q', '1');
      expect(await messages(child)).toEqual(['a 1 1 kept', 'a 1 0 not']);
    });

    it('share a subscription', async () => {
      const at = await site();
      for (const id of ['one', 'two']) await at.subscribe('-i', id, '-t', '$share/group/jobs', '-q', '1');
      for (let job = 0; job < 10; job++) await at.publish('-t', 'jobs', '-m', `${job}`, '-q', '1');
      // Ten are told to the publishers, ten by the members.
      await at.watch.sent('puback', 20);
      const members = at.watch.events.flatMap((event) =>
        event.k === 'packet.sent' && event.n !== 'broker' && event.bytes[0]! >> 4 === 4 ? [event.n] : [],
      );
      expect(members).toHaveLength(10);
      expect(new Set(members)).toEqual(new Set(['one', 'two']));
    });

    it('have their will wait for its delay, which coming back calls off', async () => {
      const at = await site();
      const delayed = [...will('wills'), ...property('will', 'will-delay-interval', '4')];
      const watcher = await at.subscribe('-t', 'wills', '-q', '1', '-C', '1');
      const lasting = ['-x', '100', '-t', 'x', ...delayed];
      const back = await at.subscribe('-i', 'back', ...lasting);
      back.process.kill('SIGKILL');
      await back.exited;
      const again = await at.subscribe('-c', '-i', 'back', '-t', 'x');
      await new Promise((resolve) => setTimeout(resolve, 4_200));
      const gone = await at.subscribe('-i', 'gone', ...lasting, ...property('will', 'content-type', 'gone'));
      const killed = at.watch.trace.count;
      gone.process.kill('SIGKILL');
      expect(await messages(watcher)).toEqual(['wills 1 0 gone']);
      const wills = at.watch.events.filter(
        (event) => event.k === 'packet.sent' && event.n === 'broker' && event.bytes[0]! >> 4 === 3,
      );
      expect(wills).toHaveLength(1);
      expect(wills[0]!.i).toBeGreaterThan(killed);
      again.process.kill('SIGKILL');
    });

    it('keep a session as long as they say', async () => {
      const at = await site();
      const session = ['-c', '-i', 'short', '-t', 'a', '-q', '1'];
      const first = await at.subscribe(...session, '-x', '1', '-E');
      await first.exited;
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await at.publish('-t', 'a', '-m', 'lost', '-q', '1');
      const second = await at.subscribe(...session, '-C', '1');
      await at.publish('-t', 'a', '-m', 'live', '-q', '1');
      expect(await messages(second)).toEqual(['a 1 0 live']);
    });

    it('say in words what a server refuses', async () => {
      const at = await site({ maximumQoS: 0, retainAvailable: false });
      const high = at.publisher('-t', 'a', '-m', 'x', '-q', '1', '-d');
      await high.exited;
      expect(high.out + high.err).toMatch(/qos|QoS/);
      // It sends none where a server has told that it keeps none.
      const kept = at.publisher('-t', 'a', '-m', 'x', '-r', '-d');
      expect(await kept.exited).toBe(0);
      expect(kept.out).toMatch(/sending PUBLISH \(d0, q0, r0/);
    });
  },
);

it.skipIf(publisher === undefined || subscriber === undefined)(
  'mosquitto_sub of every version stays while it sends PINGREQ, and its will is published when it stands still [3.1.1/MQTT-3.1.2-24] [5.0/MQTT-3.1.2-22]',
  async () => {
    const lives = async (version: string) => {
      // libmosquitto allows no shorter keep-alive than five seconds.
      const at = await start(version, { keepAliveFactor: 1.1 });
      const watcher = await at.subscribe('-k', '60', '-t', 'wills', '-q', '1', '-C', '1');
      const silent = await at.subscribe('-k', '5', '-t', 'x', ...will('wills'));
      silent.process.kill('SIGSTOP');
      const quiet = await at.subscribe('-k', '5', '-t', 'still', '-q', '1', '-C', '1');
      await at.watch.sent('pingresp');
      const wills = await messages(watcher);
      await at.publish('-t', 'still', '-m', 'there', '-q', '1');
      return [...wills, ...(await messages(quiet))];
    };
    const seen = await Promise.all(versions.map(lives));
    expect(seen).toEqual(versions.map(() => ['wills 1 0 gone', 'still 1 0 there']));
  },
);
