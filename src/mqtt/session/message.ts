import type { MessageProperties, QoS } from '../codec/packet.ts';

/** An Application Message: what a publisher hands over and a subscriber gets, whatever carries it. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  properties?: MessageProperties;
}

/** What a message costs whoever keeps it, roughly: the bytes that its publisher chose. */
export function bytesOf({ topic, payload, properties }: Message): number {
  let bytes = topic.length + payload.length;
  if (properties === undefined) return bytes;
  bytes += properties.correlationData?.length ?? 0;
  bytes += (properties.responseTopic?.length ?? 0) + (properties.contentType?.length ?? 0);
  for (const [name, value] of properties.userProperties ?? []) bytes += name.length + value.length;
  return bytes;
}

/**
 * Gives what is going to be kept bytes of its own. What a decoder makes are views of what the network handed over: a
 * payload of a few bytes that is retained, or waits for a client that is away, would keep 64 KiB in memory.
 */
export function keepOwnBytes(message: Pick<Message, 'payload' | 'properties'>): void {
  message.payload = ownBytes(message.payload);
  const correlationData = message.properties?.correlationData;
  if (correlationData === undefined) return;
  message.properties = { ...message.properties, correlationData: ownBytes(correlationData) };
}

/** A copy, unless the bytes are at least half of the memory they keep alive. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength <= 2 * bytes.length ? bytes : bytes.slice();
}
