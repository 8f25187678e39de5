/** What a script may say about a client, and what the machine is told. */

import type { ClientOptions, ReconnectOptions } from '../mqtt/client/application.ts';
import { clientDefaults, reconnectDefaults } from '../mqtt/client/defaults.ts';
import type { ProtocolVersion, QoS, Will } from '../mqtt/codec/packet.ts';
import { type ProtocolName, protocolNames, protocolVersionOf } from '../mqtt/codec/protocol-name.ts';
import type { Durability, Micros } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { CONNECT_OPTIONS, type ConnectOptions, connectOptions } from './connect-options.ts';
import { ScriptError } from './errors.ts';
import { MESSAGE_OPTIONS, type MessageOptions, messageProperties } from './message-options.ts';
import {
  bytesOf,
  DURABILITIES,
  expirySeconds,
  oneOf,
  onlySince5,
  optionsOf,
  type Payload,
  seconds,
  textOf,
  trueOrFalse,
  wholeNumber,
} from './option-values.ts';
import type { Ask } from './plug-ins.ts';

/** The message the broker publishes when the client is gone without having said DISCONNECT. */
export interface WillOptions extends MessageOptions {
  topic: string;
  payload?: Payload;
  /** 0 by default. */
  qos?: QoS;
  retain?: boolean;
  /** 5.0 only: the broker waits so long for the client to come back, but not beyond the end of its session. `'0s'` by default. */
  delay?: Duration;
}

/** How long to wait before the next attempt: min(maximum, initial * factor^attempt), times a draw from [1 - jitter, 1]. */
export interface ReconnectSettings {
  /** `'1s'` by default. */
  initial?: Duration;
  /** `'60s'` by default. */
  maximum?: Duration;
  /** 2 by default. */
  factor?: number;
  /** 0 to 1; 0.5 by default. */
  jitter?: number;
}

export interface ClientSettings extends ConnectOptions {
  /** The Client Identifier; the name of the node by default. */
  clientId?: string;
  /** As the scenario says by default. */
  protocol?: ProtocolName;
  /**
   * True, the default, begins with a new session; false goes on with one that the broker has kept. Before 5.0 it is Clean Session, and
   * says as well whether the session survives its connection.
   */
  cleanStart?: boolean;
  /**
   * How long the broker keeps the session after the connection: `'0s'` by default when `cleanStart`, `'never'` ending otherwise. Before
   * 5.0, where a client cannot say it, brokers of the simulation are told all the same.
   */
  sessionExpiry?: Duration | 'never';
  /** `'60s'` by default; `'0s'` turns the mechanism off. Whole seconds. */
  keepAlive?: Duration;
  will?: WillOptions;
  username?: string;
  password?: Payload;
  /** `'off'` gives up when the connection is lost; by default the client comes back. */
  reconnect?: ReconnectSettings | 'off';
  /** Unacknowledged QoS 1 and 2 messages under way at once: 20 by default. */
  inflightLimit?: number;
  /** Messages kept for sending later: 1,000 by default; one more is refused. */
  queueLimit?: number;
  /** Whether QoS 0 messages published without a connection are kept (true, the default) or dropped. */
  queueQoS0?: boolean;
  /** How long CONNACK may take: `'30s'` by default. */
  connectTimeout?: Duration;
  /** How long PINGRESP may take: `'10s'` by default. */
  pingTimeout?: Duration;
  durability?: Durability;
  /** Bytes; a larger packet from the broker ends the connection. No limit but that of MQTT by default. */
  maximumPacketSize?: number;
  /** How many received messages are kept for the script: 1,000 by default. They are counted in any case. */
  keepReceived?: number;
}

const KNOWN: readonly (keyof ClientSettings)[] = [
  ...(['clientId', 'protocol', 'cleanStart', 'sessionExpiry', 'keepAlive', 'will', 'username'] as const),
  ...(['password', 'reconnect', 'inflightLimit', 'queueLimit', 'queueQoS0', 'connectTimeout'] as const),
  ...(['pingTimeout', 'durability', 'maximumPacketSize', 'keepReceived'] as const),
  ...CONNECT_OPTIONS,
];

const LONGEST_KEEP_ALIVE_SECONDS = 65_535;
const LARGEST_PACKET = 268_435_460;

/** What the scenario says of clients that do not say it themselves. */
export interface ClientDefaults {
  readonly protocolVersion: ProtocolVersion;
  readonly durability: Durability;
}

/**
 * @param name of the node.
 * @throws ScriptError or DurationError naming the option.
 */
export function clientOptions(
  name: string,
  settings: ClientSettings,
  defaults: ClientDefaults,
  ask: Ask,
): ClientOptions {
  const what = `client '${name}'`;
  optionsOf(settings, KNOWN, what);
  const version =
    settings.protocol === undefined ? defaults.protocolVersion : protocolVersion(settings.protocol, what);
  const cleanStart = trueOrFalse(settings.cleanStart ?? clientDefaults.cleanStart, `cleanStart of ${what}`);
  return {
    clientId: textOf(settings.clientId ?? name, `clientId of ${what}`),
    protocolVersion: version,
    cleanStart,
    keepAlive:
      settings.keepAlive === undefined
        ? clientDefaults.keepAlive
        : seconds(settings.keepAlive, `keepAlive of ${what}`, LONGEST_KEEP_ALIVE_SECONDS),
    sessionExpiry:
      settings.sessionExpiry === undefined
        ? cleanStart
          ? 0
          : Infinity
        : expirySeconds(settings.sessionExpiry, `sessionExpiry of ${what}`),
    ...(settings.will === undefined ? {} : { will: willOf(settings.will, version, what) }),
    ...(settings.username === undefined
      ? {}
      : { username: textOf(settings.username, `username of ${what}`) }),
    ...(settings.password === undefined
      ? {}
      : { password: bytesOf(settings.password, `the password of ${what}`) }),
    inflightLimit: wholeNumber(
      settings.inflightLimit ?? clientDefaults.inflightLimit,
      `inflightLimit of ${what}`,
      1,
      65_535,
    ),
    queueLimit: wholeNumber(
      settings.queueLimit ?? clientDefaults.queueLimit,
      `queueLimit of ${what}`,
      0,
      10_000_000,
    ),
    queueQoS0: trueOrFalse(settings.queueQoS0 ?? clientDefaults.queueQoS0, `queueQoS0 of ${what}`),
    reconnect: reconnectOf(settings.reconnect ?? {}, what),
    connackTimeoutMicros: durationOr(
      settings.connectTimeout,
      clientDefaults.connackTimeoutMicros,
      `connectTimeout of ${what}`,
    ),
    pingTimeoutMicros: durationOr(
      settings.pingTimeout,
      clientDefaults.pingTimeoutMicros,
      `pingTimeout of ${what}`,
    ),
    durability: oneOf(settings.durability ?? defaults.durability, DURABILITIES, `durability of ${what}`),
    maximumPacketSize: wholeNumber(
      settings.maximumPacketSize ?? clientDefaults.maximumPacketSize,
      `maximumPacketSize of ${what}`,
      2,
      LARGEST_PACKET,
    ),
    ...connectOptions(settings, version, what, ask),
  };
}

function protocolVersion(protocol: ProtocolName, what: string): ProtocolVersion {
  const version = protocolVersionOf(protocol);
  if (version === undefined) {
    throw new ScriptError(
      `protocol of ${what} is ${JSON.stringify(protocol)}; it can be ${protocolNames.join(', ')}`,
    );
  }
  return version;
}

function willOf(will: WillOptions, version: ProtocolVersion, what: string): Will {
  const called = `the will of ${what}`;
  optionsOf(will, ['topic', 'payload', 'qos', 'retain', 'delay', ...MESSAGE_OPTIONS], called);
  onlySince5(will, ['delay'], version, called);
  const properties = messageProperties(will, version, called);
  const delay = will.delay === undefined ? 0 : seconds(will.delay, `delay of ${called}`);
  return {
    topic: textOf(will.topic, `the topic of ${called}`),
    payload: bytesOf(will.payload ?? '', `the payload of ${called}`),
    qos: oneOf(will.qos ?? 0, [0, 1, 2], `the QoS of ${called}`),
    retain: trueOrFalse(will.retain ?? false, `retain of ${called}`),
    ...(properties === undefined && delay === 0
      ? {}
      : { properties: { ...properties, ...(delay === 0 ? {} : { willDelayInterval: delay }) } }),
  };
}

function reconnectOf(settings: ReconnectSettings | 'off', what: string): ReconnectOptions | 'off' {
  if (settings === 'off') return 'off';
  optionsOf(settings, ['initial', 'maximum', 'factor', 'jitter'], `reconnect of ${what}`);
  const { factor = reconnectDefaults.factor, jitter = reconnectDefaults.jitter } = settings;
  if (!(factor >= 1)) throw new ScriptError(`reconnect.factor of ${what} is ${factor}; it must be 1 or more`);
  if (!(jitter >= 0 && jitter <= 1))
    throw new ScriptError(`reconnect.jitter of ${what} is ${jitter}; it can be 0 to 1`);
  return {
    initialMicros: durationOr(
      settings.initial,
      reconnectDefaults.initialMicros,
      `reconnect.initial of ${what}`,
    ),
    maximumMicros: durationOr(
      settings.maximum,
      reconnectDefaults.maximumMicros,
      `reconnect.maximum of ${what}`,
    ),
    factor,
    jitter,
  };
}

function durationOr(given: Duration | undefined, otherwise: Micros, what: string): Micros {
  return given === undefined ? otherwise : parseDuration(given, what);
}
