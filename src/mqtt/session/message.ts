import type { MessageProperties, QoS } from '../codec/packet.ts';

/** An Application Message: what a publisher hands over and a subscriber gets, whatever carries it. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  properties?: MessageProperties;
}
