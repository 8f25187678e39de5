import type { Message } from './message.ts';
import type { Transmission } from './outbox.ts';

/** One message on its way to the peer. Handed to the outbox as the mark that tells when it was first written. */
export class Exchange<M extends Message> implements Transmission {
  /** Place in the order of this sender's messages; names its records. */
  readonly serial: number;
  /** Undefined once PUBREC has passed the message on and a crash has forgotten it: the identifier alone lives. */
  readonly message: M | undefined;
  /** 0 while queued. */
  packetId = 0;
  /** `publish`: waits for PUBACK or PUBREC. `release`: waits for PUBCOMP. */
  state: 'queued' | 'publish' | 'release' = 'queued';
  /**
   * The peer may have the PUBLISH, so that sending it again is a re-delivery: that alone makes DUP 1 [5.0/MQTT-3.3.1-1]
   * [5.0/MQTT-3.3.1-3].
   */
  sent = false;
  /** What PUBREC said: the end of the exchange tells it. */
  reasonCode = 0;
  /** A QoS 1 message that had a record before it had an identifier waits for the latter to be durable. */
  wasQueued = false;
  /** The one behind it in its window. */
  next: Exchange<M> | undefined = undefined;

  constructor(serial: number, message: M | undefined) {
    this.serial = serial;
    this.message = message;
  }

  transmitted(): void {
    this.sent = true;
  }

  /** It stays in flight and is sent, for the first time, once the session goes on. */
  dropped(): void {}
}
