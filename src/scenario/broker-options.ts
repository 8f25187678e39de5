/** What a script may say about a broker, and what the machine is told. */
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerLimits, BrokerOptions } from '../mqtt/broker/options.ts';
import type { QoS } from '../mqtt/codec/packet.ts';
import type { Durability } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { seconds } from './client-options.ts';
import { ScriptError } from './errors.ts';
import { DURABILITIES, oneOf, optionsOf, trueOrFalse, wholeNumber } from './option-values.ts';

export interface BrokerSettings {
  /** `'sync'` by default: nothing is acknowledged before it is stored. */
  durability?: Durability;
  /** How long sessions without a connection are kept whose client did not say: for ever by default. */
  sessionExpiry?: Duration;
  /** How long retained messages are kept: for ever by default. */
  retainedExpiry?: Duration;
  /** A silent client is closed after this many times its keep-alive: 1.5 by default, as the standard says. */
  keepAliveFactor?: number;
  /** How long a connection may take to send CONNECT: `'10s'` by default. */
  connectTimeout?: Duration;
  /** What subscriptions are granted at most: 2 by default. */
  maximumQoS?: QoS;
  /** For overlapping subscriptions one copy at the highest QoS, or one for each: `'once'` by default. */
  overlap?: 'once' | 'each';
  /** Whether QoS 0 messages are kept for sessions without a connection: false by default. */
  queueQoS0?: boolean;
  /** How often `$SYS` is published while somebody subscribes: `'10s'` by default. */
  sysInterval?: Duration;
  /** What is reached is said in the trace. */
  limits?: Partial<BrokerLimits>;
}

const KNOWN: readonly (keyof BrokerSettings)[] = [
  ...(['durability', 'sessionExpiry', 'retainedExpiry', 'keepAliveFactor', 'connectTimeout'] as const),
  ...(['maximumQoS', 'overlap', 'queueQoS0', 'sysInterval', 'limits'] as const),
];

/** @throws ScriptError or DurationError naming the option. */
export function brokerOptions(name: string, settings: BrokerSettings, durability: Durability): BrokerOptions {
  const what = `broker '${name}'`;
  optionsOf(settings, KNOWN, what);
  const { keepAliveFactor = brokerDefaults.keepAliveFactor } = settings;
  if (!(keepAliveFactor >= 1)) {
    throw new ScriptError(`keepAliveFactor of ${what} is ${keepAliveFactor}; it must be 1 or more`);
  }
  const limits = settings.limits ?? {};
  optionsOf(limits, Object.keys(brokerDefaults.limits), `limits of ${what}`);
  for (const [limit, value] of Object.entries(limits)) {
    wholeNumber(value, `limits.${limit} of ${what}`, 0, Number.MAX_SAFE_INTEGER);
  }
  return {
    ...brokerDefaults,
    durability: oneOf(settings.durability ?? durability, DURABILITIES, `durability of ${what}`),
    sessionExpiry:
      settings.sessionExpiry === undefined
        ? brokerDefaults.sessionExpiry
        : seconds(settings.sessionExpiry, `sessionExpiry of ${what}`),
    retainedExpiry:
      settings.retainedExpiry === undefined
        ? brokerDefaults.retainedExpiry
        : seconds(settings.retainedExpiry, `retainedExpiry of ${what}`),
    keepAliveFactor,
    connectTimeoutMicros:
      settings.connectTimeout === undefined
        ? brokerDefaults.connectTimeoutMicros
        : parseDuration(settings.connectTimeout, `connectTimeout of ${what}`),
    maximumQoS: oneOf(settings.maximumQoS ?? brokerDefaults.maximumQoS, [0, 1, 2], `maximumQoS of ${what}`),
    overlap: oneOf(settings.overlap ?? brokerDefaults.overlap, ['once', 'each'], `overlap of ${what}`),
    queueQoS0: trueOrFalse(settings.queueQoS0 ?? brokerDefaults.queueQoS0, `queueQoS0 of ${what}`),
    sysIntervalMicros:
      settings.sysInterval === undefined
        ? brokerDefaults.sysIntervalMicros
        : parseDuration(settings.sysInterval, `sysInterval of ${what}`),
    limits: { ...brokerDefaults.limits, ...limits },
  };
}
