/** What a script may say about a client, and what the machine is told. */

import type { ClientOptions, ReconnectOptions } from '../mqtt/client/application.ts';
import { clientDefaults, reconnectDefaults } from '../mqtt/client/defaults.ts';
import type { ProtocolVersion, QoS, Will, WillProperties } from '../mqtt/codec/packet.ts';
import type { Durability, Micros } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { ScriptError } from './errors.ts';
import { DURABILITIES, oneOf, optionsOf, textOf, trueOrFalse, wholeNumber } from './option-values.ts';
import { type ProtocolName, protocolVersions } from './scenario.ts';

/** Text is sent as UTF-8. */
export type Payload = string | Uint8Array;

/** The message the broker publishes when the client is gone without having said DISCONNECT. */
export interface WillOptions {
  topic: string;
  payload?: Payload;
  /** 0 by default. */
  qos?: QoS;
  retain?: boolean;
  properties?: WillProperties;
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

export interface ClientSettings {
  /** The Client Identifier; the name of the node by default. */
  clientId?: string;
  protocol?: ProtocolName;
  /** Clean Session of 3.1 and 3.1.1: false asks for a session that survives the connection. True by default. */
  cleanStart?: boolean;
  /** How long the broker keeps the session after the connection: `'0s'` by default when `cleanStart`, for ever otherwise. */
  sessionExpiry?: Duration;
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
];

const MICROS_PER_SECOND = 1_000_000;
const LONGEST_KEEP_ALIVE_SECONDS = 65_535;
const LARGEST_PACKET = 268_435_460;

const encoder = new TextEncoder();

/** @throws ScriptError for what is neither text nor bytes. */
export function bytesOf(payload: Payload, what: string): Uint8Array {
  if (typeof payload === 'string') return encoder.encode(payload);
  // The bytes travel as they are; a script that goes on to change its buffer must not change what was sent.
  if (payload instanceof Uint8Array) return payload.slice();
  throw new ScriptError(
    `${what} must be a string or a Uint8Array, not ${payload === null ? 'null' : typeof payload}`,
  );
}

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
): ClientOptions {
  const what = `client '${name}'`;
  optionsOf(settings, KNOWN, what);
  const cleanStart = trueOrFalse(settings.cleanStart ?? clientDefaults.cleanStart, `cleanStart of ${what}`);
  return {
    clientId: textOf(settings.clientId ?? name, `clientId of ${what}`),
    protocolVersion:
      settings.protocol === undefined ? defaults.protocolVersion : protocolVersion(settings.protocol, what),
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
        : seconds(settings.sessionExpiry, `sessionExpiry of ${what}`),
    ...(settings.will === undefined ? {} : { will: willOf(settings.will, what) }),
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
  };
}

function protocolVersion(protocol: ProtocolName, what: string): ProtocolVersion {
  const version = Object.hasOwn(protocolVersions, protocol) ? protocolVersions[protocol] : undefined;
  if (version === undefined) {
    throw new ScriptError(
      `protocol of ${what} is ${JSON.stringify(protocol)}; it can be ${Object.keys(protocolVersions).join(', ')}`,
    );
  }
  return version;
}

function willOf(will: WillOptions, what: string): Will {
  optionsOf(will, ['topic', 'payload', 'qos', 'retain', 'properties'], `the will of ${what}`);
  return {
    topic: textOf(will.topic, `the topic of the will of ${what}`),
    payload: bytesOf(will.payload ?? '', `the payload of the will of ${what}`),
    qos: oneOf(will.qos ?? 0, [0, 1, 2], `the QoS of the will of ${what}`),
    retain: trueOrFalse(will.retain ?? false, `retain of the will of ${what}`),
    ...(will.properties === undefined ? {} : { properties: will.properties }),
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

/** MQTT counts these in whole seconds on the wire. */
export function seconds(duration: Duration, what: string, limit = 0xffff_fffe): number {
  const micros = parseDuration(duration, what);
  const count = micros / MICROS_PER_SECOND;
  if (!Number.isInteger(count))
    throw new ScriptError(`${what} is '${duration}'; MQTT counts it in whole seconds`);
  if (count > limit) throw new ScriptError(`${what} is '${duration}'; MQTT can say at most ${limit} seconds`);
  return count;
}
