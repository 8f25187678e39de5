/** What a client on a real connection is told, in the shape MQTT.js users know, and what its machine makes of it. */
import type { ClientOptions } from '../mqtt/client/application.ts';
import { clientDefaults, reconnectDefaults } from '../mqtt/client/defaults.ts';
import type { ProtocolVersion, QoS, UserProperties, Will } from '../mqtt/codec/packet.ts';
import type { TlsOptions } from './dial.ts';
import type { Store } from './store.ts';

/** As many topics as there are numbers for them. */
const TOPIC_ALIASES = 65_535;

/** Options as MQTT.js names them; units are in the comments, as there. */
export interface ConnectOptions extends TlsOptions {
  /** Default: one that is made up, for a session that is clean. */
  clientId?: string;
  /** 3 is 3.1, 4 is 3.1.1, 5 is 5.0. Default: 4. */
  protocolVersion?: ProtocolVersion;
  /**
   * Default true: no session is kept. Without a store, false takes up whatever session the server has for this `clientId`, as other
   * clients do; only with a store is QoS 2 exactly once over the end of this process.
   */
  clean?: boolean;
  /** Seconds. Default 60; 0 is off. */
  keepalive?: number;
  username?: string;
  password?: string | Uint8Array;
  will?: {
    topic: string;
    payload?: string | Uint8Array;
    qos?: QoS;
    retain?: boolean;
    properties?: Will['properties'];
  };
  /** Milliseconds before the first attempt to connect again; later ones wait longer. Default 1000; 0 gives up. */
  reconnectPeriod?: number;
  /** Milliseconds until CONNACK. Default 30000. */
  connectTimeout?: number;
  /** Whether QoS 0 messages wait for a connection. Default true. */
  queueQoSZero?: boolean;
  /** 5.0. */
  properties?: ConnectProperties;
  /** 5.0. Sends aliases in the place of topics, as far as the server takes them. Default false. */
  autoAssignTopicAlias?: boolean;
  /** Keeps a session that lasts over the end of this process; the client closes it. */
  store?: Store;
}

/** Properties of CONNECT, as MQTT.js names them. */
export interface ConnectProperties {
  /** Seconds. */
  sessionExpiryInterval?: number;
  /** Bytes. */
  maximumPacketSize?: number;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  requestResponseInformation?: boolean;
  requestProblemInformation?: boolean;
  userProperties?: UserProperties;
}

/** @param username, passwordText of the address go before those of the options. */
export function clientOptions(
  options: ConnectOptions,
  username = options.username,
  passwordText: string | Uint8Array | undefined = options.password,
): ClientOptions {
  const { will, properties, reconnectPeriod = 1_000, connectTimeout, store } = options;
  return {
    ...clientDefaults,
    clientId:
      options.clientId ??
      `amber_${Math.floor(Math.random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0')}`,
    protocolVersion: options.protocolVersion ?? clientDefaults.protocolVersion,
    cleanStart: options.clean ?? clientDefaults.cleanStart,
    keepAlive: options.keepalive ?? clientDefaults.keepAlive,
    sessionExpiry: properties?.sessionExpiryInterval ?? clientDefaults.sessionExpiry,
    maximumPacketSize: properties?.maximumPacketSize ?? clientDefaults.maximumPacketSize,
    topicAliases: options.autoAssignTopicAlias === true ? TOPIC_ALIASES : 0,
    ...given(properties, [
      'receiveMaximum',
      'topicAliasMaximum',
      'requestResponseInformation',
      'requestProblemInformation',
      'userProperties',
    ]),
    queueQoS0: options.queueQoSZero ?? clientDefaults.queueQoS0,
    reconnect:
      reconnectPeriod === 0 ? 'off' : { ...reconnectDefaults, initialMicros: reconnectPeriod * 1_000 },
    connackTimeoutMicros:
      connectTimeout === undefined ? clientDefaults.connackTimeoutMicros : connectTimeout * 1_000,
    durability: store === undefined ? 'none' : clientDefaults.durability,
    adoptSession: store === undefined,
    ...(username === undefined ? {} : { username }),
    ...(passwordText === undefined ? {} : { password: bytesOf(passwordText) }),
    ...(will === undefined
      ? {}
      : {
          will: {
            topic: will.topic,
            payload: bytesOf(will.payload ?? ''),
            qos: will.qos ?? 0,
            retain: will.retain ?? false,
            ...(will.properties === undefined ? {} : { properties: will.properties }),
          },
        }),
  };
}

export function tlsOptions(options: ConnectOptions): TlsOptions {
  return given(options, ['ca', 'cert', 'key', 'rejectUnauthorized']);
}

/** Those of the properties that were given. */
function given<T extends object, K extends keyof T>(
  all: T | undefined,
  names: readonly K[],
): Partial<Pick<T, K>> {
  const some: Partial<Pick<T, K>> = {};
  for (const name of names) if (all?.[name] !== undefined) some[name] = all[name];
  return some;
}

export function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? new TextEncoder().encode(payload) : Uint8Array.from(payload);
}
