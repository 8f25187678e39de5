import type { StateValue } from '../machine.ts';
import type { Exchange } from './exchange.ts';
import type { Message } from './message.ts';

/** What a sender half needs from the machine it belongs to. */
export interface SenderPort<M extends Message> {
  /** False holds back what may wait: the connection has more unsent than the machine's limit. */
  writable(): boolean;
  /**
   * Asked before each transmission of a PUBLISH. False: it expired (only while not yet `sent` [5.0/MQTT-4.3.3-7] [5.0/MQTT-4.3.3-13]), or is
   * larger than the receiver takes; it then counts as delivered and its identifier is free. The port tells whoever has to know.
   */
  admits(exchange: Exchange<M>): boolean;
  /**
   * Sends PUBLISH; a packet identifier of 0 means QoS 0. `dup` says that this sender has sent it before
   * [3.1.1/MQTT-3.3.1-1] [3.1.1/MQTT-3.3.1-3], which it never does with QoS 0 [3.1.1/MQTT-4.3.1-1]. `reveals` goes to the
   * outbox, with the exchange as the transmission.
   */
  publish(message: M, exchange: Exchange<M>, dup: boolean, reveals: boolean): void;
  /** An acknowledgement came for an identifier that is not in flight: harmless, and worth a note. */
  stray(type: 'PUBACK' | 'PUBREC' | 'PUBCOMP', packetId: number): void;
  /** Sends PUBREL; `reasonCode` is 0 or, 5.0, 0x92. */
  release(packetId: number, reasonCode: number): void;
  /** The exchange ended as QoS asks, with the reason code of its PUBACK or PUBREC (0 before 5.0). */
  finished(exchange: Exchange<M>, reasonCode: number): void;
  /** Somebody records state: {@link SenderPort.observe} is worth calling. */
  readonly attentive: boolean;
  observe(key: string, value: StateValue | undefined): void;
}
