/** What `amber serve` can be told of the broker, option by option. */
import type { BrokerLimits, BrokerOptions } from '../mqtt/broker/options.ts';
import type { QoS } from '../mqtt/codec/packet.ts';
import { micros, oneOf, secondsOrNever, usage, wholeNumber } from './option-values.ts';
import type { Arguments, VerbOption } from './verb.ts';

const UINT16_MAXIMUM = 65_535;

type Told = Partial<Omit<BrokerOptions, 'limits' | 'durability'>>;

interface BrokerOption {
  readonly value?: string;
  readonly help: string;
  read(text: string, option: string): Told;
}

const brokerOptionTable: Readonly<Record<string, BrokerOption>> = {
  'session-expiry': {
    value: 'TIME',
    help: 'how long a session without its client is kept, as 1h (default never)',
    read: (text, option) => ({ sessionExpiry: secondsOrNever(text, option) }),
  },
  'max-session-expiry': {
    value: 'TIME',
    help: 'the most a client of 5.0 gets for its session (default: what it asks for)',
    read: (text, option) => ({ sessionExpiryMaximum: secondsOrNever(text, option) }),
  },
  'retained-expiry': {
    value: 'TIME',
    help: 'how long a retained message is kept (default never)',
    read: (text, option) => ({ retainedExpiry: secondsOrNever(text, option) }),
  },
  'keep-alive-factor': {
    value: 'N',
    help: 'a silent client is closed after N times its keep-alive (default 1.5)',
    read(text, option) {
      const keepAliveFactor = Number(text);
      if (!(keepAliveFactor >= 1 && keepAliveFactor < Infinity)) {
        throw usage(`${option} is '${text}'; it can be a number from 1`);
      }
      return { keepAliveFactor };
    },
  },
  'connect-timeout': {
    value: 'TIME',
    help: 'how long a connection may take to send CONNECT (default 10s)',
    read: (text, option) => ({ connectTimeoutMicros: micros(text, option) }),
  },
  'maximum-qos': {
    value: 'QOS',
    help: 'the highest QoS that is taken and granted (default 2)',
    read: (text, option) => ({ maximumQoS: Number(oneOf(text, option, ['0', '1', '2'])) as QoS }),
  },
  'server-keep-alive': {
    value: 'SECONDS',
    help: 'the keep-alive of clients of 5.0, whatever they ask for',
    read: (text, option) => ({ serverKeepAlive: wholeNumber(text, option, 0, UINT16_MAXIMUM) }),
  },
  'receive-maximum': {
    value: 'N',
    help: 'unacknowledged messages taken from a client of 5.0',
    read: (text, option) => ({ receiveMaximum: wholeNumber(text, option, 1, UINT16_MAXIMUM) }),
  },
  'topic-alias-maximum': {
    value: 'N',
    help: 'topic aliases a client of 5.0 may use; 0 for none',
    read: (text, option) => ({ topicAliasMaximum: wholeNumber(text, option, 0, UINT16_MAXIMUM) }),
  },
  'outgoing-topic-aliases': {
    value: 'N',
    help: 'topics that are numbered for a client of 5.0 that allows it (default 0: many get it wrong)',
    read: (text, option) => ({ topicAliases: wholeNumber(text, option, 0, UINT16_MAXIMUM) }),
  },
  'response-information': {
    value: 'TEXT',
    help: 'what clients of 5.0 are told to make response topics from',
    read: (text) => ({ responseInformation: text }),
  },
  'no-retain': { help: 'refuse retained messages', read: () => ({ retainAvailable: false }) },
  'no-wildcards': {
    help: 'refuse subscriptions with wildcards',
    read: () => ({ wildcardSubscriptionAvailable: false }),
  },
  'no-subscription-identifiers': {
    help: 'refuse subscription identifiers',
    read: () => ({ subscriptionIdentifiersAvailable: false }),
  },
  'no-shared-subscriptions': {
    help: 'refuse shared subscriptions',
    read: () => ({ sharedSubscriptionAvailable: false }),
  },
  overlap: {
    value: 'HOW',
    help: 'for overlapping subscriptions one message (once) or one for each (each); default once',
    read: (text, option) => ({ overlap: oneOf(text, option, ['once', 'each']) }),
  },
  'queue-qos0': {
    help: 'keep messages of QoS 0 for sessions without their client',
    read: () => ({ queueQoS0: true }),
  },
  'sys-interval': {
    value: 'TIME',
    help: 'how often $SYS is published while somebody subscribes (default 10s)',
    read: (text, option) => ({ sysIntervalMicros: micros(text, option) }),
  },
};

const limitTable: Readonly<Record<string, readonly [limit: keyof BrokerLimits, help: string]>> = {
  'max-connections': ['connections', 'connections at once (default 1000000)'],
  'max-sessions': ['sessions', 'sessions, with and without their clients (default 1000000)'],
  'max-queue': ['queue', 'messages queued for one session (default 1000)'],
  'max-queue-bytes': ['queueBytes', 'bytes of them (default 64 MiB)'],
  'max-inflight': ['inflight', 'unacknowledged messages to one client (default 20)'],
  'max-subscriptions': ['subscriptionsPerSession', 'subscriptions of one session (default 10000)'],
  'max-retained': ['retained', 'retained messages (default 1000000)'],
  'max-retained-bytes': ['retainedBytes', 'bytes of them (default 1 GiB)'],
  'max-topic-levels': ['topicLevels', 'levels of a topic or filter (default 200)'],
  'max-connect-size': ['connectSize', 'bytes of a CONNECT, before anybody is known (default 128 KiB)'],
  'max-packet-size': ['packetSize', 'bytes of one packet (default 1 MiB)'],
  'max-backlog': ['backlog', 'bytes unsent to one client before it is spared more (default 1 MiB)'],
};

/** For the table of verbs. */
export const brokerVerbOptions: Readonly<Record<string, VerbOption>> = Object.fromEntries([
  ...Object.entries(brokerOptionTable).map(([name, { value, help }]): [string, VerbOption] => [
    name,
    value === undefined ? { type: 'boolean', help } : { type: 'string', value, help },
  ]),
  ...Object.entries(limitTable).map(([name, [, help]]): [string, VerbOption] => [
    name,
    { type: 'string', value: 'N', help: `at most N ${help}` },
  ]),
]);

/** @throws CommandError naming the option. */
export function brokerOptionsOf(options: Arguments['options']): Told & { limits: Partial<BrokerLimits> } {
  let told: Told = {};
  for (const [name, { read }] of Object.entries(brokerOptionTable)) {
    const given = options[name];
    if (given !== undefined) told = { ...told, ...read(String(given), `--${name}`) };
  }
  const limits: Partial<BrokerLimits> = {};
  for (const [name, [limit]] of Object.entries(limitTable)) {
    const given = options[name];
    if (given !== undefined) {
      limits[limit] = wholeNumber(given as string, `--${name}`, 0, Number.MAX_SAFE_INTEGER);
    }
  }
  return { ...told, limits };
}
