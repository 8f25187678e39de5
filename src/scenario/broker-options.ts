/** What a script may say about a broker, and what the machine is told. */
import type { AccessRequest, Admission, Credentials } from '../mqtt/broker/access.ts';
import type { AuthenticationMethod } from '../mqtt/broker/authentication.ts';
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerLimits, BrokerOptions } from '../mqtt/broker/options.ts';
import type { QoS } from '../mqtt/codec/packet.ts';
import type { Durability } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { ScriptError } from './errors.ts';
import {
  DURABILITIES,
  oneOf,
  optionsOf,
  seconds,
  textOf,
  trueOrFalse,
  wholeNumber,
} from './option-values.ts';
import { type Ask, admission, authorization, brokerAuthentications } from './plug-ins.ts';

export interface BrokerSettings {
  /** `'sync'` by default: nothing is acknowledged before it is stored. */
  durability?: Durability;
  /** How long sessions without a connection are kept whose client did not say: for ever by default. */
  sessionExpiry?: Duration;
  /** How long a client of 5.0 may ask its session to be kept, which is told when it gets less: for ever by default. */
  sessionExpiryMaximum?: Duration;
  /** How long retained messages are kept: for ever by default. */
  retainedExpiry?: Duration;
  /** A silent client is closed after this many times its keep-alive: 1.5 by default, as the standard says. */
  keepAliveFactor?: number;
  /** For clients of 5.0 in the place of their own keep-alive. Whole seconds. */
  serverKeepAlive?: Duration;
  /** How long a connection may take to send CONNECT: `'10s'` by default. */
  connectTimeout?: Duration;
  /** What subscriptions are granted at most, and the highest that may be published: 2 by default. */
  maximumQoS?: QoS;
  /** QoS 1 and 2 messages that a client of 5.0 may have unacknowledged: 20 by default. */
  receiveMaximum?: number;
  /** The highest topic alias a client may use: 10 by default; 0 allows none. */
  topicAliasMaximum?: number;
  /** What is available, true by default; a client of 5.0 is told, and loses its connection when it asks all the same. */
  retainAvailable?: boolean;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifiersAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
  /** For clients of 5.0 that ask for it: from what to make their response topics. */
  responseInformation?: string;
  /**
   * Says who may connect, `'accepted'`, `'bad-credentials'` or `'not-authorized'`, or which server to use instead,
   * `{ server: 'other' }`; everybody may by default. It answers at once, and does nothing to the simulation.
   */
  authenticate?: (credentials: Credentials) => Admission;
  /** Says who may publish to a topic or subscribe to a filter; everybody may everything by default. It answers at once. */
  authorize?: (request: AccessRequest) => boolean;
  /** Enhanced authentication of 5.0, by the names of the methods. */
  authenticationMethods?: Readonly<Record<string, AuthenticationMethod>>;
  /** For overlapping subscriptions one copy at the highest QoS, or one for each: `'once'` by default. */
  overlap?: 'once' | 'each';
  /** Whether QoS 0 messages are kept for sessions without a connection: false by default. */
  queueQoS0?: boolean;
  /** How often `$SYS` is published while somebody subscribes: `'10s'` by default. */
  sysInterval?: Duration;
  /** What is reached is said in the trace; clients of 5.0 are told `packetSize` as Maximum Packet Size. */
  limits?: Partial<BrokerLimits>;
}

/** What a broker may have or not. */
const AVAILABLE = [
  ...(['retainAvailable', 'wildcardSubscriptionAvailable'] as const),
  ...(['subscriptionIdentifiersAvailable', 'sharedSubscriptionAvailable'] as const),
];

const KNOWN: readonly (keyof BrokerSettings)[] = [
  ...(['durability', 'sessionExpiry', 'sessionExpiryMaximum', 'retainedExpiry', 'keepAliveFactor'] as const),
  ...(['serverKeepAlive', 'connectTimeout', 'maximumQoS', 'receiveMaximum', 'topicAliasMaximum'] as const),
  ...AVAILABLE,
  ...(['responseInformation', 'authenticate', 'authorize', 'authenticationMethods'] as const),
  ...(['overlap', 'queueQoS0', 'sysInterval', 'limits'] as const),
];

const LONGEST_KEEP_ALIVE_SECONDS = 65_535;

/** @throws ScriptError or DurationError naming the option. */
export function brokerOptions(
  name: string,
  settings: BrokerSettings,
  durability: Durability,
  ask: Ask,
  sessionExpiryOf: BrokerOptions['sessionExpiryOf'],
): BrokerOptions {
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
    sessionExpiryOf,
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
    receiveMaximum: wholeNumber(
      settings.receiveMaximum ?? brokerDefaults.receiveMaximum,
      `receiveMaximum of ${what}`,
      1,
      65_535,
    ),
    topicAliasMaximum: wholeNumber(
      settings.topicAliasMaximum ?? brokerDefaults.topicAliasMaximum,
      `topicAliasMaximum of ${what}`,
      0,
      65_535,
    ),
    limits: { ...brokerDefaults.limits, ...limits },
    ...capabilities(settings, what),
    ...access(settings, what, ask),
  };
}

function capabilities(settings: BrokerSettings, what: string): Partial<BrokerOptions> {
  const { sessionExpiryMaximum, serverKeepAlive, responseInformation } = settings;
  const options: Partial<BrokerOptions> = {};
  for (const name of AVAILABLE) {
    const available = settings[name];
    if (available !== undefined) options[name] = trueOrFalse(available, `${name} of ${what}`);
  }
  if (sessionExpiryMaximum !== undefined)
    options.sessionExpiryMaximum = seconds(sessionExpiryMaximum, `sessionExpiryMaximum of ${what}`);
  if (serverKeepAlive !== undefined) {
    const name = `serverKeepAlive of ${what}`;
    options.serverKeepAlive = seconds(serverKeepAlive, name, LONGEST_KEEP_ALIVE_SECONDS);
  }
  if (responseInformation !== undefined)
    options.responseInformation = textOf(responseInformation, `responseInformation of ${what}`);
  return options;
}

function access(settings: BrokerSettings, what: string, ask: Ask): Partial<BrokerOptions> {
  const { authenticate, authorize, authenticationMethods } = settings;
  const options: Partial<BrokerOptions> = {};
  if (authenticate !== undefined) options.authenticate = admission(authenticate, what, ask);
  if (authorize !== undefined) options.authorize = authorization(authorize, what, ask);
  if (authenticationMethods !== undefined)
    options.authenticationMethods = brokerAuthentications(authenticationMethods, what, ask);
  return options;
}
