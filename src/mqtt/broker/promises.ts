import type { BrokerLimits, BrokerOptions } from './options.ts';

/** Bytes of the longest packet there can be. */
const LONGEST_PACKET = 268_435_460;

/** What a broker of these options promises, for whoever judges it. */
export function promisesOf(options: BrokerOptions) {
  const { durability, queueQoS0, overlap, keepAliveFactor, maximumQoS } = options;
  const { sessionExpiry, retainedExpiry, limits } = options;
  return {
    durability,
    queueLimit: queueAtLeast(limits),
    queueQoS0,
    overlap,
    keepAliveFactor,
    maximumQoS,
    sessionExpiry,
    retainedExpiry,
  };
}

/** How many messages a session can queue at least, however large each of them is. */
function queueAtLeast({ queue, queueBytes, packetSize }: BrokerLimits): number {
  return Math.min(queue, Math.floor(queueBytes / Math.min(packetSize, LONGEST_PACKET)));
}
