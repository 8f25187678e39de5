/** The property that stands for a topic has three bytes. */
const ALIAS_BYTES = 3;

/**
 * Whether a topic is longer than its alias. One that is no longer goes as it is, every time: with the alias a packet could be larger
 * than the one that was found to fit into what its reader takes [5.0/MQTT-3.1.2-24].
 */
export function isWorthAnAlias(topic: string): boolean {
  return topic.length > ALIAS_BYTES;
}
