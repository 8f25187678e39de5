import type { Sink } from '../machine.ts';
import type { Message } from '../session/message.ts';
import { matches, parseShared } from '../topic/index.ts';
import type { Clock } from './clock.ts';
import type { Traffic } from './traffic.ts';

export const SYS_WAKE = 'sys';

/** What `$SYS/broker/version` says. */
export const BROKER_VERSION = 'amber 0.1.0';

const MICROS_A_SECOND = 1_000_000;

/** What the broker knows about itself besides its traffic. */
export interface Population {
  readonly connected: number;
  readonly sessions: number;
  readonly subscriptions: number;
  readonly retained: number;
}

type Figure = (traffic: Traffic, population: Population, uptimeSeconds: number) => string | number;

/** Type number and name of the control packets, with the directions a server sees them in. */
const PACKETS: readonly (readonly [type: number, name: string, received: boolean, sent: boolean])[] = [
  [1, 'connect', true, false],
  [2, 'connack', false, true],
  [3, 'publish', true, true],
  [4, 'puback', true, true],
  [5, 'pubrec', true, true],
  [6, 'pubrel', true, true],
  [7, 'pubcomp', true, true],
  [8, 'subscribe', true, false],
  [9, 'suback', false, true],
  [10, 'unsubscribe', true, false],
  [11, 'unsuback', false, true],
  [12, 'pingreq', true, false],
  [13, 'pingresp', false, true],
  [14, 'disconnect', true, true],
  [15, 'auth', true, true],
];

/**
 * The tree in the order in which it is published. The upper half has mosquitto's names, `metrics/` has EMQX's (which
 * keeps it below `$SYS/brokers/NODE/`).
 */
const FIGURES: readonly (readonly [topic: string, figure: Figure])[] = [
  ['version', () => BROKER_VERSION],
  ['uptime', (_traffic, _population, uptimeSeconds) => `${uptimeSeconds} seconds`],
  ['clients/total', (_traffic, population) => population.sessions],
  ['clients/connected', (_traffic, population) => population.connected],
  ['clients/disconnected', (_traffic, population) => population.sessions - population.connected],
  ['clients/maximum', (traffic) => traffic.connectedMaximum],
  ['clients/expired', (traffic) => traffic.sessionsExpired],
  // mosquitto counts every control packet as a message here, and PUBLISH alone below publish/.
  ['messages/received', (traffic) => traffic.allPacketsReceived],
  ['messages/sent', (traffic) => traffic.allPacketsSent],
  ['publish/messages/received', (traffic) => sum(traffic.messagesReceived)],
  ['publish/messages/sent', (traffic) => sum(traffic.messagesSent)],
  ['publish/messages/dropped', (traffic) => traffic.messagesDropped],
  ['bytes/received', (traffic) => traffic.bytesReceived],
  ['bytes/sent', (traffic) => traffic.bytesSent],
  ['subscriptions/count', (_traffic, population) => population.subscriptions],
  ['retained messages/count', (_traffic, population) => population.retained],
  ['metrics/bytes/received', (traffic) => traffic.bytesReceived],
  ['metrics/bytes/sent', (traffic) => traffic.bytesSent],
  ['metrics/packets/received', (traffic) => traffic.allPacketsReceived],
  ['metrics/packets/sent', (traffic) => traffic.allPacketsSent],
  ...PACKETS.flatMap(([type, name, received, sent]) => {
    const both: [string, Figure][] = [];
    if (received)
      both.push([`metrics/packets/${name}/received`, (traffic) => traffic.packetsReceived[type]!]);
    if (sent) both.push([`metrics/packets/${name}/sent`, (traffic) => traffic.packetsSent[type]!]);
    return both;
  }),
  ['metrics/messages/received', (traffic) => sum(traffic.messagesReceived)],
  ['metrics/messages/sent', (traffic) => sum(traffic.messagesSent)],
  ['metrics/messages/dropped', (traffic) => traffic.messagesDropped],
  ...([0, 1, 2] as const).flatMap((qos): [string, Figure][] => [
    [`metrics/messages/qos${qos}/received`, (traffic) => traffic.messagesReceived[qos]],
    [`metrics/messages/qos${qos}/sent`, (traffic) => traffic.messagesSent[qos]],
  ]),
];

const PREFIX = '$SYS/broker/';

/** Every topic of the tree. */
export const SYS_TOPICS: readonly string[] = FIGURES.map(([topic]) => PREFIX + topic);

/** Whether a filter can match a topic of the tree: a leading wildcard never does [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1]. */
export function isSysFilter(asked: string): boolean {
  const filter = parseShared(asked)?.filter ?? asked;
  return filter.startsWith('$SYS/') || filter === '$SYS';
}

/**
 * The `$SYS/broker/...` tree. Values are worked out when somebody asks: once for each new subscription, sent as retained
 * messages are, and then at an interval, what has changed, for as long as a connected client is subscribed.
 * QoS is 0, so that nothing of it piles up for a session without a connection.
 */
export class SysTopics {
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #intervalMicros: number;
  readonly #traffic: Traffic;
  readonly #population: Population;
  #startedAt = 0;
  #watchers = 0;
  /** What the watchers were told last, by place in the table. */
  #told: (string | number)[] = [];

  constructor(sink: Sink, clock: Clock, intervalMicros: number, traffic: Traffic, population: Population) {
    this.#sink = sink;
    this.#clock = clock;
    this.#intervalMicros = intervalMicros;
    this.#traffic = traffic;
    this.#population = population;
  }

  started(): void {
    this.#startedAt = this.#clock.now;
  }

  /** A connected client has its first subscription to the tree, or a client with one has connected. */
  watched(): void {
    if (this.#watchers++ > 0) return;
    this.#told = FIGURES.map(([, figure]) => this.#value(figure));
    this.#sink.wake(SYS_WAKE, this.#clock.now + this.#intervalMicros);
  }

  /** The reverse: with the last watcher the wake goes too. */
  unwatched(): void {
    if (--this.#watchers === 0) this.#sink.wake(SYS_WAKE, Infinity);
  }

  /** The interval is over: what has changed since the last one. */
  woken(publish: (message: Message) => void): void {
    if (this.#watchers === 0) return;
    for (let i = 0; i < FIGURES.length; i++) {
      const value = this.#value(FIGURES[i]![1]);
      if (value === this.#told[i]) continue;
      this.#told[i] = value;
      publish(this.#message(i, value, false));
    }
    this.#sink.wake(SYS_WAKE, this.#clock.now + this.#intervalMicros);
  }

  /** What a new subscription is sent: every value as it is now, with the retain flag of its kind. */
  current(filter: string, visit: (message: Message) => void): void {
    for (let i = 0; i < FIGURES.length; i++) {
      if (matches(filter, SYS_TOPICS[i]!)) visit(this.#message(i, this.#value(FIGURES[i]![1]), true));
    }
  }

  #value(figure: Figure): string | number {
    const uptimeSeconds = Math.floor((this.#clock.now - this.#startedAt) / MICROS_A_SECOND);
    return figure(this.#traffic, this.#population, uptimeSeconds);
  }

  #message(place: number, value: string | number, retain: boolean): Message {
    return { topic: SYS_TOPICS[place]!, payload: ascii(String(value)), qos: 0, retain };
  }
}

function sum(counts: readonly number[]): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
