/**
 * What a message is known by: topic, payload and the properties that travel untouched, as one number.
 *
 * Two messages with the same key are the same to an observer, who counts them; 53 bits of hash keep different
 * ones apart. The expiry interval is left out, since a server lowers it.
 */

import type { MessageProperties } from '../../mqtt/codec/packet.ts';
import { hashText, step } from '../../trace/hash.ts';

export type MessageKey = number;

export function messageKey(
  topic: string,
  payload: Uint8Array,
  properties: MessageProperties | undefined,
): MessageKey {
  let a = hashText(topic);
  let b = step(a, payload.length);
  [a, b] = mixBytes(a, b, payload);
  if (properties !== undefined) {
    if (properties.payloadFormatIndicator !== undefined) a = step(a, 1 + properties.payloadFormatIndicator);
    if (properties.contentType !== undefined) a = step(step(a, 3), hashText(properties.contentType));
    if (properties.responseTopic !== undefined) b = step(step(b, 4), hashText(properties.responseTopic));
    if (properties.correlationData !== undefined) {
      [a, b] = mixBytes(step(a, 5), step(b, properties.correlationData.length), properties.correlationData);
    }
    for (const [name, value] of properties.userProperties ?? []) {
      a = step(step(a, 6), hashText(name));
      b = step(b, hashText(value));
    }
  }
  return (a >>> 0) * 0x20_0000 + (step(b, a) >>> 11);
}

/** Whether a client before 5.0 knows the message by another key: it is sent none of these properties. */
export function isBarer(properties: MessageProperties | undefined): boolean {
  return (
    properties !== undefined &&
    (properties.payloadFormatIndicator !== undefined ||
      properties.contentType !== undefined ||
      properties.responseTopic !== undefined ||
      properties.correlationData !== undefined ||
      properties.userProperties !== undefined)
  );
}

function mixBytes(first: number, second: number, bytes: Uint8Array): [number, number] {
  let a = first;
  let b = second;
  const length = bytes.length;
  const whole = length & ~7;
  let i = 0;
  for (; i < whole; i += 8) {
    a = step(a, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    b = step(b, bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24));
  }
  for (; i < length; i++) a = step(a, bytes[i]!);
  return [a, b];
}
