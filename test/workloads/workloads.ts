/** What clients of the field do with a broker: each story by MQTT.js or the mosquitto clients, through a port. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { Child, heard } from '../net/stage.ts';
import { program } from '../programs.ts';

export interface Workload {
  readonly name: string;
  /** Protocol levels in which it can be played. */
  readonly versions: readonly (4 | 5)[];
  /** Only where these programs are. */
  readonly needs?: readonly ('mosquitto_pub' | 'mosquitto_sub')[];
  readonly play: (stage: Stage) => Promise<void>;
}

/** Everything to one broker, in one version. */
export class Stage {
  readonly #port: number;
  readonly version: 4 | 5;

  constructor(port: number, version: 4 | 5) {
    this.#port = port;
    this.version = version;
  }

  /** A client that is connected; `got` is what it was handed. */
  async client(clientId: string, options: IClientOptions = {}): Promise<Actor> {
    const actor = new Actor(
      mqtt.connect(`mqtt://127.0.0.1:${this.#port}`, {
        ...{ clientId, protocolVersion: this.version, reconnectPeriod: 0 },
        ...options,
      }),
    );
    await heard(actor.mqtt, 'connect');
    return actor;
  }

  /** A session that lasts. */
  lasting(clientId: string, options: IClientOptions = {}): Promise<Actor> {
    const expiry = { properties: { sessionExpiryInterval: 300, ...options.properties } };
    return this.client(clientId, { ...options, clean: false, ...(this.version === 5 ? expiry : {}) });
  }

  program(name: 'mosquitto_pub' | 'mosquitto_sub', ...args: string[]): Child {
    const version = ['-V', this.version === 5 ? '5' : '311'];
    return new Child(program(name)!, ['-h', '127.0.0.1', '-p', `${this.#port}`, ...version, ...args]);
  }
}

export class Actor {
  readonly mqtt: MqttClient;
  readonly got: string[] = [];
  #wanted: (() => void)[] = [];

  constructor(client: MqttClient) {
    this.mqtt = client;
    client.on('error', () => {});
    client.on('message', (topic, payload) => {
      this.got.push(`${topic} ${payload}`);
      for (const wanted of this.#wanted.splice(0)) wanted();
    });
    onTestFinished(() => client.endAsync(true).then(() => {}));
  }

  /** Waits until it was handed so many messages in all. */
  async has(count: number): Promise<void> {
    while (this.got.length < count) await new Promise<void>((resolve) => this.#wanted.push(resolve));
  }

  subscribe(filter: string | string[], options: object = { qos: 2 }): Promise<unknown> {
    return this.mqtt.subscribeAsync(filter, options as never);
  }

  publish(topic: string, payload: string, options: object = {}): Promise<unknown> {
    return this.mqtt.publishAsync(topic, payload, options);
  }

  leave(): Promise<void> {
    return this.mqtt.endAsync();
  }

  /** Is gone without DISCONNECT. */
  vanish(): void {
    this.mqtt.stream.destroy();
    this.mqtt.end(true);
  }
}

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));
const numbers = (count: number) => Array.from({ length: count }, (_, k) => k + 1);
const BOTH = [4, 5] as const;

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'nine cells of QoS',
    versions: BOTH,
    async play(stage) {
      const pub = await stage.client('pub');
      for (const granted of [0, 1, 2]) {
        const sub = await stage.client(`sub-${granted}`);
        await sub.subscribe(`cell/${granted}/#`, { qos: granted });
        for (const qos of [0, 1, 2]) await pub.publish(`cell/${granted}/${qos}`, 'x', { qos });
        await sub.has(3);
        await sub.leave();
      }
      await pub.leave();
    },
  },
  {
    name: 'bursts of three publishers to three subscribers',
    versions: BOTH,
    async play(stage) {
      const subs = await Promise.all([0, 1, 2].map((qos) => stage.client(`sub-${qos}`)));
      for (const [qos, sub] of subs.entries()) await sub.subscribe('burst/#', { qos });
      const pubs = await Promise.all([0, 1, 2].map((qos) => stage.client(`pub-${qos}`)));
      // No more at once than a server takes: MQTT.js does not look at its Receive Maximum.
      for (const round of numbers(20)) {
        await Promise.all(
          pubs.flatMap((pub, qos) =>
            numbers(5).map((k) => pub.publish(`burst/${qos}`, `${round}.${k}`, { qos })),
          ),
        );
      }
      await Promise.all(subs.map((sub) => sub.has(300)));
      await Promise.all([...subs, ...pubs].map((each) => each.leave()));
    },
  },
  {
    name: 'retained messages: a late subscriber, one that is replaced, one that is cleared',
    versions: BOTH,
    async play(stage) {
      const pub = await stage.client('pub');
      const early = await stage.client('early');
      await early.subscribe('kept/#', { qos: 1 });
      await pub.publish('kept/a', 'first', { qos: 1, retain: true });
      await pub.publish('kept/b', 'stays', { qos: 2, retain: true });
      await pub.publish('kept/a', 'second', { qos: 1, retain: true });
      await pub.publish('kept/c', 'goes', { qos: 0, retain: true });
      await pub.publish('kept/c', '', { qos: 1, retain: true });
      await early.has(5);
      const late = await stage.client('late');
      await late.subscribe('kept/+', { qos: 2 });
      await late.has(2);
      await late.subscribe('kept/+', { qos: 1 });
      await late.has(4);
      await Promise.all([pub.leave(), early.leave(), late.leave()]);
    },
  },
  {
    name: 'wills: of who vanishes, of who says goodbye, retained',
    versions: BOTH,
    async play(stage) {
      const watch = await stage.client('watch');
      await watch.subscribe('will/#', { qos: 1 });
      const will = (topic: string, retain = false) => ({
        will: { topic, payload: Buffer.from('gone'), qos: 1 as const, retain },
      });
      (await stage.client('polite', will('will/polite'))).leave();
      (await stage.client('rude', will('will/rude'))).vanish();
      (await stage.client('kept', will('will/kept', true))).vanish();
      await watch.has(2);
      await pause(100);
      const late = await stage.client('late');
      await late.subscribe('will/#', { qos: 0 });
      await late.has(1);
      await Promise.all([watch.leave(), late.leave()]);
    },
  },
  {
    name: 'a second connection takes over the first',
    versions: BOTH,
    async play(stage) {
      const watch = await stage.client('watch');
      await watch.subscribe('#', { qos: 1 });
      const will = { topic: 'taken', payload: Buffer.from('over'), qos: 1 as const, retain: false };
      const first = await stage.lasting('phone', { will });
      const ended = heard(first.mqtt, 'close');
      await first.subscribe('news/#', { qos: 1 });
      const second = await stage.lasting('phone', { will });
      await ended;
      await watch.publish('news/1', 'x', { qos: 1 });
      await second.has(1);
      await Promise.all([watch.leave(), second.leave()]);
    },
  },
  {
    name: 'a session that lasts: what comes while its client is away',
    versions: BOTH,
    async play(stage) {
      const pub = await stage.client('pub');
      let sub = await stage.lasting('sub');
      await sub.subscribe(['queue/1', 'queue/2'], { qos: 2 });
      for (const round of [1, 2, 3]) {
        if (round === 2) sub.vanish();
        else await sub.leave();
        for (const k of numbers(5))
          await pub.publish(`queue/${1 + (k % 2)}`, `${round}.${k}`, { qos: 1 + (k % 2) });
        sub = await stage.lasting('sub');
        await sub.has(5);
      }
      await sub.mqtt.unsubscribeAsync('queue/1');
      await pub.publish('queue/1', 'no more', { qos: 1 });
      await pub.publish('queue/2', 'last', { qos: 1 });
      await sub.has(6);
      await sub.leave();
      const fresh = await stage.client('sub', { clean: true });
      await Promise.all([fresh.leave(), pub.leave()]);
    },
  },
  {
    name: 'cut in the middle of handshakes, and back',
    versions: BOTH,
    async play(stage) {
      const sub = await stage.lasting('sub', { reconnectPeriod: 20 });
      const pub = await stage.lasting('pub', { reconnectPeriod: 20 });
      await sub.subscribe('cut/#', { qos: 2 });
      const calls: Promise<unknown>[] = [];
      for (const round of numbers(6)) {
        const qos = 1 + (round % 2);
        // MQTT.js takes a PUBCOMP that knows no such identifier any more for a failure.
        for (const k of numbers(10))
          calls.push(pub.publish(`cut/${qos}`, `${round}.${k}`, { qos }).catch(() => {}));
        await pause(15);
        (round % 3 === 0 ? pub : sub).mqtt.stream.destroy();
        await pause(60);
      }
      await Promise.all(calls);
      await pause(300);
      await Promise.all([sub.leave(), pub.leave()]);
    },
  },
  {
    name: 'a queue that grows while it is sent',
    versions: BOTH,
    async play(stage) {
      const pub = await stage.client('pub');
      const away = await stage.lasting('sub');
      await away.subscribe('grows', { qos: 1 });
      await away.leave();
      for (const k of numbers(300)) await pub.publish('grows', `${k}`, { qos: 1 });
      const sub = await stage.lasting('sub');
      await sub.has(1);
      await pub.publish('grows', 'last', { qos: 1 });
      await sub.has(301);
      await Promise.all([sub.leave(), pub.leave()]);
    },
  },
  {
    name: 'overlapping filters, and the same filter again',
    versions: BOTH,
    async play(stage) {
      const sub = await stage.client('sub');
      const pub = await stage.client('pub');
      await sub.subscribe('over/#', { qos: 1 });
      await sub.subscribe(['over/+/x', 'over/a/x'], { qos: 2 });
      for (const k of numbers(5)) await pub.publish('over/a/x', `${k}`, { qos: 2 });
      await sub.subscribe('over/#', { qos: 0 });
      for (const k of numbers(5)) await pub.publish('over/b/y', `${k}`, { qos: 1 });
      await sub.mqtt.unsubscribeAsync(['over/+/x', 'over/a/x']);
      await pub.publish('over/a/x', 'last', { qos: 2 });
      await sub.has(11);
      await pause(50);
      await Promise.all([sub.leave(), pub.leave()]);
    },
  },
  {
    name: '$SYS, and # without it',
    versions: BOTH,
    async play(stage) {
      const all = await stage.client('all');
      await all.subscribe('#', { qos: 0 });
      const sys = await stage.client('sys');
      await sys.subscribe(['$SYS/#', 'own/+'], { qos: 1 });
      await all.publish('own/1', 'x', { qos: 1 });
      await sys.has(1);
      await pause(1200);
      await Promise.all([all.leave(), sys.leave()]);
    },
  },
  {
    name: 'shared subscriptions',
    versions: [5],
    async play(stage) {
      const crew = await Promise.all([1, 2, 3].map((k) => stage.lasting(`crew-${k}`)));
      for (const each of crew) await each.subscribe('$share/crew/jobs/#', { qos: 1 });
      await crew[0]!.subscribe('jobs/1', { qos: 1 });
      const pub = await stage.client('pub');
      for (const k of numbers(30)) await pub.publish(`jobs/${k % 3}`, `${k}`, { qos: 1 });
      await crew[2]!.leave();
      for (const k of numbers(10)) await pub.publish(`jobs/${k % 3}`, `late ${k}`, { qos: 1 });
      await pause(200);
      await Promise.all([...crew.slice(0, 2), pub].map((each) => each.leave()));
    },
  },
  {
    name: 'properties of messages',
    versions: [5],
    async play(stage) {
      const sub = await stage.client('sub');
      await sub.subscribe('props/#', { qos: 1, properties: { subscriptionIdentifier: 7 } });
      const pub = await stage.client('pub');
      const properties = {
        contentType: 'text/plain',
        responseTopic: 'answers/1',
        correlationData: Buffer.from('question'),
        payloadFormatIndicator: true,
        userProperties: { a: ['1', '2'], b: '3' },
        messageExpiryInterval: 60,
      };
      for (const qos of [0, 1, 2]) await pub.publish('props/x', `${qos}`, { qos, properties });
      await pub.publish('props/x', 'kept', { qos: 1, retain: true, properties });
      await sub.has(4);
      const old = await stage.client('old', { protocolVersion: 4 });
      await old.subscribe('props/#', { qos: 1 });
      await old.has(1);
      await Promise.all([sub.leave(), pub.leave(), old.leave()]);
    },
  },
  {
    name: 'topic aliases both ways',
    versions: [5],
    async play(stage) {
      const properties = { topicAliasMaximum: 5 };
      const sub = await stage.client('sub', { properties });
      await sub.subscribe('alias/#', { qos: 1 });
      const pub = await stage.client('pub', { properties, autoAssignTopicAlias: true });
      for (const k of numbers(40)) await pub.publish(`alias/a/long/topic/${k % 7}`, `${k}`, { qos: k % 3 });
      await sub.has(40);
      await Promise.all([sub.leave(), pub.leave()]);
    },
  },
  {
    name: 'options of subscriptions: no local, retain as published, retain handling',
    versions: [5],
    async play(stage) {
      const both = await stage.client('both');
      await both.subscribe('opt/#', { qos: 1, nl: true, rap: true });
      const other = await stage.client('other');
      await other.publish('opt/kept', 'x', { qos: 1, retain: true });
      await both.publish('opt/own', 'not for me', { qos: 1 });
      await both.has(1);
      for (const rh of [0, 1, 2]) await both.subscribe('opt/kept', { qos: 1, rh });
      await other.publish('opt/kept', 'y', { qos: 1, retain: true });
      await pause(150);
      await Promise.all([both.leave(), other.leave()]);
    },
  },
  {
    name: 'messages that expire, wills that wait, sessions that end',
    versions: [5],
    async play(stage) {
      const pub = await stage.client('pub');
      const sub = await stage.lasting('sub');
      await sub.subscribe('old/#', { qos: 1 });
      await sub.leave();
      await pub.publish('old/1', 'short', { qos: 1, properties: { messageExpiryInterval: 1 } });
      await pub.publish('old/2', 'long', { qos: 1, properties: { messageExpiryInterval: 60 } });
      const watch = await stage.client('watch');
      await watch.subscribe('w/#', { qos: 1 });
      const will = (seconds: number) => ({
        ...{ topic: 'w/1', payload: Buffer.from(`${seconds}`), qos: 1 as const, retain: false },
        properties: { willDelayInterval: seconds },
      });
      (await stage.lasting('waits', { will: will(1) })).vanish();
      (await stage.lasting('back', { will: will(1) })).vanish();
      const back = await stage.lasting('back', { will: will(1) });
      (await stage.client('brief', { clean: false, properties: { sessionExpiryInterval: 1 } })).vanish();
      await pause(3500);
      const brief = await stage.client('brief', { clean: false, properties: { sessionExpiryInterval: 1 } });
      const again = await stage.lasting('sub');
      await again.has(1);
      await Promise.all([pub, watch, back, brief, again].map((each) => each.leave()));
    },
  },
  {
    name: 'mosquitto_pub and mosquitto_sub: every QoS, retained, a session that lasts',
    versions: BOTH,
    needs: ['mosquitto_pub', 'mosquitto_sub'],
    async play(stage) {
      const lasting = stage.version === 5 ? ['-c', '-x', '300'] : ['-c'];
      const sub = (count: number) =>
        stage.program('mosquitto_sub', '-i', 'field', '-t', 'm/#', '-q', '2', ...lasting, '-C', `${count}`);
      const pub = async (...args: string[]) => {
        const child = stage.program('mosquitto_pub', ...args);
        if ((await child.exited) !== 0) throw new Error(child.err);
      };
      await pub('-t', 'm/kept', '-m', 'kept', '-r', '-q', '1');
      const first = sub(1);
      await first.exited;
      for (const qos of ['1', '2', '2']) await pub('-t', `m/${qos}`, '-m', 'while away', '-q', qos);
      const second = sub(3);
      await second.exited;
      const third = stage.program('mosquitto_sub', '-i', 'late', '-t', 'm/+', '-q', '1', '-C', '4', '-v');
      await third.prints(/kept/);
      for (const qos of ['0', '1', '2']) await pub('-t', 'm/live', '-m', qos, '-q', qos);
      await third.exited;
    },
  },
];
