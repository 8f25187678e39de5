import type { QoS } from '../codec/packet.ts';
import type { Durability, Micros } from '../machine.ts';
import type { AccessRequest, Admission, Credentials } from './access.ts';
import type { AuthenticationMethod } from './authentication.ts';

/** Everything a broker can be told. Defaults are `brokerDefaults`; docs say what each promises. */
export interface BrokerOptions {
  durability: Durability;
  /**
   * Seconds a session without a connection is kept when its client did not say: Clean Session 0 of 3.1 and 3.1.1.
   * Infinity keeps it for ever.
   */
  sessionExpiry: number;
  /**
   * Seconds for one client, where the server was told: a client of 3.1 and 3.1.1 cannot say it itself. Undefined means
   * `sessionExpiry`.
   */
  sessionExpiryOf: (clientId: string) => number | undefined;
  /** Seconds a client of 5.0 may ask its session to be kept; it is told when it gets less [5.0/3.2.2.3.2]. */
  sessionExpiryMaximum: number;
  /** Seconds a retained message is kept when its publisher did not say. Infinity keeps it for ever. */
  retainedExpiry: number;
  /** A silent client is closed after this many times its Keep Alive [3.1.1/MQTT-3.1.2-24]: 1.5 as the standard says; EMQX ships 2.5 in places. */
  keepAliveFactor: number;
  /** How long a connection may take to send CONNECT [3.1.1/3.1.4]. */
  connectTimeoutMicros: Micros;
  maximumQoS: QoS;
  /** Seconds, for clients of 5.0 in the place of their own Keep Alive; undefined leaves it to them [5.0/MQTT-3.2.2-22]. */
  serverKeepAlive?: number;
  /** Unacknowledged QoS 1 and 2 PUBLISHes from one client of 5.0: 1 to 65,535. */
  receiveMaximum: number;
  /** The highest Topic Alias a client may use; 0: none. */
  topicAliasMaximum: number;
  /** Topics the server numbers at most to one client, if the client allows it; 0: none. */
  topicAliases: number;
  /** Without it a message with RETAIN 1 ends its connection [5.0/3.2.2.3.5]. */
  retainAvailable: boolean;
  wildcardSubscriptionAvailable: boolean;
  subscriptionIdentifiersAvailable: boolean;
  sharedSubscriptionAvailable: boolean;
  /** Enhanced authentication, by the name of the method: none unless plugged in [5.0/4.12]. */
  authenticationMethods?: ReadonlyMap<string, AuthenticationMethod>;
  /** For clients of 5.0 that ask for it: from what to make their response topics [5.0/3.2.2.3.15]. */
  responseInformation?: string;
  /** One copy at the highest QoS for overlapping subscriptions, or one for each [3.1.1/MQTT-3.3.5-1]. */
  overlap: 'once' | 'each';
  /** QoS 0 messages are kept for sessions without a connection. */
  queueQoS0: boolean;
  /** How often $SYS values are published while somebody subscribes. */
  sysIntervalMicros: Micros;
  limits: BrokerLimits;
  /** Says who may connect, or where to connect instead; without it everybody may. Called once a CONNECT, and waited for. */
  authenticate?: (credentials: Credentials) => Admission;
  /**
   * Says who may publish to a topic or subscribe to a filter; without it everybody may everything. A message that may not be is
   * acknowledged and goes nowhere, in 5.0 with 0x87; a filter that may not be is answered with 0x80, in 5.0 with 0x87.
   */
  authorize?: (request: AccessRequest) => boolean;
}

/** What happens at each limit is said at the place that enforces it, in a note with rule `limit.NAME`. */
export interface BrokerLimits {
  connections: number;
  sessions: number;
  /** Messages queued for one session. */
  queue: number;
  /** Bytes of them: topics, payloads, and what else their publishers chose. */
  queueBytes: number;
  /** Unacknowledged QoS 1 and 2 PUBLISHes to one client. */
  inflight: number;
  subscriptionsPerSession: number;
  retained: number;
  /** Bytes of all retained messages. */
  retainedBytes: number;
  /** Levels of a Topic Name or Topic Filter. */
  topicLevels: number;
  /** Bytes of a CONNECT: what somebody may send before anybody knows who it is. */
  connectSize: number;
  /** Bytes. */
  packetSize: number;
  /** Bytes unsent on one connection before QoS 0 is dropped and the rest waits. */
  backlog: number;
}
