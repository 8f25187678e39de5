/** What 5.0 lets travel with a message, or a will, from its publisher to every subscriber. */
import type { MessageProperties, ProtocolVersion, UserProperties } from '../mqtt/codec/packet.ts';
import type { Duration } from '../sim/time.ts';
import { bytesOf, oneOf, onlySince5, type Payload, pairsOf, seconds, textOf } from './option-values.ts';

/** Of 5.0 only. What is undefined is not sent, so that an answer can pass on what the question had. */
export interface MessageOptions {
  /** Who has not got the message after so long never will. Whole seconds. */
  messageExpiry?: Duration | undefined;
  /** 1 says that the payload is UTF-8 text, 0 that nothing is said of it. */
  payloadFormatIndicator?: 0 | 1 | undefined;
  /** What the payload is, in words that publisher and subscriber share: `'application/json'`. */
  contentType?: string | undefined;
  /** Where an answer is to be published. */
  responseTopic?: string | undefined;
  /** For the asker to know what an answer answers. */
  correlationData?: Payload | undefined;
  /** Pairs of the application's own, in order; names may repeat. */
  userProperties?: UserProperties | undefined;
}

export const MESSAGE_OPTIONS: readonly (keyof MessageOptions)[] = [
  ...(['messageExpiry', 'payloadFormatIndicator', 'contentType'] as const),
  ...(['responseTopic', 'correlationData', 'userProperties'] as const),
];

/**
 * @returns undefined when there are none.
 * @throws ScriptError or DurationError naming the option.
 */
export function messageProperties(
  options: MessageOptions,
  version: ProtocolVersion,
  what: string,
): MessageProperties | undefined {
  // Most messages have none.
  const { messageExpiry, payloadFormatIndicator, contentType } = options;
  const { responseTopic, correlationData, userProperties } = options;
  if (
    messageExpiry === undefined &&
    payloadFormatIndicator === undefined &&
    contentType === undefined &&
    responseTopic === undefined &&
    correlationData === undefined &&
    userProperties === undefined
  )
    return undefined;
  onlySince5(options, MESSAGE_OPTIONS, version, what);
  const properties: MessageProperties = {};
  if (messageExpiry !== undefined)
    properties.messageExpiryInterval = seconds(messageExpiry, `messageExpiry of ${what}`);
  if (payloadFormatIndicator !== undefined) {
    const indicator = `payloadFormatIndicator of ${what}`;
    properties.payloadFormatIndicator = oneOf(payloadFormatIndicator, [0, 1], indicator);
  }
  if (contentType !== undefined) properties.contentType = textOf(contentType, `contentType of ${what}`);
  if (responseTopic !== undefined)
    properties.responseTopic = textOf(responseTopic, `responseTopic of ${what}`);
  if (correlationData !== undefined)
    properties.correlationData = bytesOf(correlationData, `correlationData of ${what}`);
  if (userProperties !== undefined)
    properties.userProperties = pairsOf(userProperties, `userProperties of ${what}`);
  return properties;
}
