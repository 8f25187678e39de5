import type { BrokerOptions } from './options.ts';

const SECOND = 1_000_000;

/**
 * What a broker is when nobody says otherwise: as faithful to the standard as it can be. Sessions and retained messages
 * are kept for ever, an acknowledgement is a promise that survives a power cut, and the limits are those of
 * mosquitto where it has them (window and Receive Maximum 20, Topic Alias Maximum 10, queue 1,000, 200 levels of a topic, $SYS every 10 s).
 */
export const brokerDefaults: BrokerOptions = {
  durability: 'sync',
  sessionExpiry: Infinity,
  sessionExpiryOf: () => undefined,
  sessionExpiryMaximum: Infinity,
  retainedExpiry: Infinity,
  keepAliveFactor: 1.5,
  connectTimeoutMicros: 10 * SECOND,
  maximumQoS: 2,
  receiveMaximum: 20,
  topicAliasMaximum: 10,
  topicAliases: 65_535,
  retainAvailable: true,
  wildcardSubscriptionAvailable: true,
  subscriptionIdentifiersAvailable: true,
  sharedSubscriptionAvailable: true,
  overlap: 'once',
  queueQoS0: false,
  sysIntervalMicros: 10 * SECOND,
  limits: {
    connections: 1_000_000,
    sessions: 1_000_000,
    queue: 1_000,
    queueBytes: 1_048_576_000,
    inflight: 20,
    subscriptionsPerSession: 10_000,
    retained: 1_000_000,
    retainedBytes: 1_073_741_824,
    topicLevels: 200,
    connectSize: 131_072,
    packetSize: 1_048_576,
    backlog: 1_048_576,
  },
};
