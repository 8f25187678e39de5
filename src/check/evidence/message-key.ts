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
  const whole = payload.length & ~7;
  let i = 0;
  for (; i < whole; i += 8) {
    a = step(a, word(payload, i));
    b = step(b, word(payload, i + 4));
  }
  for (; i < payload.length; i++) a = step(a, payload[i]!);
  if (properties !== undefined) {
    if (properties.payloadFormatIndicator !== undefined) a = step(a, 1 + properties.payloadFormatIndicator);
    if (properties.contentType !== undefined) a = step(step(a, 3), hashText(properties.contentType));
    if (properties.responseTopic !== undefined) b = step(step(b, 4), hashText(properties.responseTopic));
    if (properties.correlationData !== undefined) {
      a = step(a, 5);
      b = step(b, hashBytes(properties.correlationData));
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

function hashBytes(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let i = 0; i < bytes.length; i++) hash = step(hash, bytes[i]!);
  return hash;
}

/** Four bytes, the first lowest. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
