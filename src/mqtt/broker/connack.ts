import type { ConnackProperties, Connect } from '../codec/packet.ts';
import type { BrokerOptions } from './options.ts';

const NEVER = 0xffffffff;

/** Seconds of a Session Expiry Interval, whose highest value means for ever [5.0/3.1.2.11.2]. */
export function expirySecondsOf(interval: number | undefined): number {
  return interval === NEVER ? Infinity : (interval ?? 0);
}

/**
 * What 5.0 tells a client that is accepted: what this server can do less than the standard, of which Maximum QoS has a statement of
 * its own [5.0/MQTT-3.2.2-9], and where it had its own way.
 */
export function connackProperties(
  connect: Connect,
  options: BrokerOptions,
  clientId: string,
  expirySeconds: number,
): ConnackProperties {
  const asked = connect.properties;
  const properties: ConnackProperties = {};
  if (expirySeconds !== expirySecondsOf(asked?.sessionExpiryInterval)) {
    properties.sessionExpiryInterval = expirySeconds;
  }
  if (options.receiveMaximum < 65_535) properties.receiveMaximum = options.receiveMaximum;
  if (options.maximumQoS < 2) properties.maximumQoS = options.maximumQoS as 0 | 1;
  if (!options.retainAvailable) properties.retainAvailable = 0;
  if (options.limits.packetSize < NEVER) properties.maximumPacketSize = options.limits.packetSize;
  if (connect.clientId === '') properties.assignedClientIdentifier = clientId;
  if (options.topicAliasMaximum > 0) properties.topicAliasMaximum = options.topicAliasMaximum;
  if (!options.wildcardSubscriptionAvailable) properties.wildcardSubscriptionAvailable = 0;
  if (!options.subscriptionIdentifiersAvailable) properties.subscriptionIdentifiersAvailable = 0;
  if (!options.sharedSubscriptionAvailable) properties.sharedSubscriptionAvailable = 0;
  if (options.serverKeepAlive !== undefined) properties.serverKeepAlive = options.serverKeepAlive;
  if (asked?.requestResponseInformation === 1 && options.responseInformation !== undefined) {
    properties.responseInformation = options.responseInformation;
  }
  return properties;
}
