import type { MessageProperties, QoS } from '../codec/packet.ts';

/** An Application Message: what a publisher hands over and a subscriber gets, whatever carries it. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  properties?: MessageProperties;
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
