/**
 * Where mosquitto 2 does otherwise than our broker, and what decides. A line that is here and does not occur fails the test, as one that
 * occurs and is not here.
 */
export interface Difference {
  /** Of the dialogue, with its version. */
  readonly dialogue: string;
  /** What mosquitto does instead. */
  readonly mosquitto: string;
  /** Part of what the player sees. */
  readonly got: string;
  /** Who does as the standard says: ours, theirs, or both may. */
  readonly right: 'ours' | 'theirs' | 'both';
  /** The statement, or the section, that decides. */
  readonly statement: string;
}

const CLOSED = 'the connection ended';
const NOTHING = 'nothing came';

export const differences: readonly Difference[] = [
  ...['connect-takeover', 'connect-takeover-session', 'will-takeover', 'will-takeover-delayed'].map(
    (name): Difference => ({
      dialogue: `${name} (5.0)`,
      mosquitto: 'closes the old connection without DISCONNECT 0x8E',
      got: CLOSED,
      right: 'ours',
      statement: '5.0/MQTT-3.1.4-3',
    }),
  ),
  ...['connect-twice', 'will-protocol-error', 'auth-unasked', 'property-twice'].map(
    (name): Difference => ({
      dialogue: `${name} (5.0)`,
      mosquitto: 'closes without saying why: DISCONNECT with a reason code is a SHOULD',
      got: CLOSED,
      right: 'both',
      statement: '5.0/4.13.1',
    }),
  ),
  {
    dialogue: 'remaining-length (5.0)',
    mosquitto: 'closes without saying why: DISCONNECT with a reason code is a SHOULD',
    got: CLOSED,
    right: 'both',
    statement: '5.0/4.13.1',
  },
  {
    dialogue: 'keep-alive (5.0)',
    mosquitto: 'closes without DISCONNECT 0x8D, and some seconds after one and a half times',
    got: CLOSED,
    right: 'both',
    statement: '5.0/4.13.1',
  },
  ...['connect-reserved-flag', 'connect-will-qos-3', 'receive-maximum-0'].map(
    (name): Difference => ({
      dialogue: `${name} (5.0)`,
      mosquitto: 'closes without CONNACK: sending one is a MAY',
      got: CLOSED,
      right: 'both',
      statement: '5.0/MQTT-3.1.4-1',
    }),
  ),
  {
    dialogue: 'no-local-shared (5.0)',
    mosquitto: 'grants a shared subscription with No Local',
    got: 'suback came',
    right: 'ours',
    statement: '5.0/MQTT-3.8.3-4',
  },
  ...['pubrel-unknown', 'problem-information-0'].map(
    (name): Difference => ({
      dialogue: `${name} (5.0)`,
      mosquitto: 'answers PUBREL for an unknown identifier with PUBCOMP 0x00',
      got: 'code is 0 in pubcomp',
      right: 'ours',
      statement: '5.0/3.7.2.1',
    }),
  ),
  {
    dialogue: 'subscribe-empty (5.0)',
    mosquitto: 'says 0x81 (malformed) where the text says protocol error',
    got: 'code is 129 in disconnect',
    right: 'ours',
    statement: '5.0/MQTT-3.8.3-2',
  },
  {
    dialogue: 'shared-retained (5.0)',
    mosquitto: 'sends retained messages for a shared subscription',
    got: 'publish came',
    right: 'ours',
    statement: '5.0/4.8.2',
  },
  {
    dialogue: 'subscribe-overlap (5.0)',
    mosquitto: 'delivers a copy for each of the overlapping subscriptions, at the QoS of each',
    got: 'publish came',
    right: 'both',
    statement: '5.0/MQTT-3.3.4-2',
  },
  {
    dialogue: 'topic-alias-0 (5.0)',
    mosquitto: 'says 0x81 (malformed) where the text names 0x94 (Topic Alias invalid)',
    got: 'code is 129 in disconnect',
    right: 'ours',
    statement: '5.0/3.3.4',
  },
  {
    dialogue: 'topic-wildcard (5.0)',
    mosquitto: 'says 0x82 (protocol error): the text forbids the wildcard and names no code',
    got: 'code is 130 in disconnect',
    right: 'both',
    statement: '5.0/MQTT-3.3.2-2',
  },
  {
    dialogue: 'response-topic-wildcard (5.0)',
    mosquitto: 'takes a Response Topic with wildcards',
    got: NOTHING,
    right: 'ours',
    statement: '5.0/MQTT-3.3.2-14',
  },
  ...['3.1.1', '5.0'].map(
    (version): Difference => ({
      dialogue: `server-only (${version})`,
      mosquitto: 'ignores a PINGRESP from a client',
      got: NOTHING,
      right: 'ours',
      statement: version === '5.0' ? '5.0/MQTT-4.13.1-1' : '3.1.1/MQTT-4.8.0-1',
    }),
  ),
  {
    dialogue: 'subscription-identifier-from-client (5.0)',
    mosquitto: 'takes a PUBLISH of a client with a Subscription Identifier',
    got: NOTHING,
    right: 'ours',
    statement: '5.0/MQTT-3.3.4-6',
  },
  {
    dialogue: 'will-delay-session-end (5.0)',
    mosquitto: 'waits for the delay although the session has ended',
    got: NOTHING,
    right: 'ours',
    statement: '5.0/MQTT-3.1.2-8',
  },
  {
    dialogue: 'will-takeover-clean (5.0)',
    mosquitto: 'does not publish the will at once although Clean Start ends the session',
    got: NOTHING,
    right: 'ours',
    statement: '5.0/MQTT-3.1.2-8',
  },
  {
    dialogue: 'will-protocol-error (3.1.1)',
    mosquitto: 'does not publish the will of a client that it closes for a second CONNECT',
    got: NOTHING,
    right: 'ours',
    statement: '3.1.1/MQTT-3.1.2-8',
  },
];
