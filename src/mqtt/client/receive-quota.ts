import type { Publish } from '../codec/packet.ts';
import type { Transmission } from '../session/outbox.ts';
import { PacketIdSet } from '../session/packet-ids.ts';

/**
 * How many PUBLISHes with QoS above 0 the server may have unanswered on one connection: our Receive Maximum, counted as the server
 * counts it [5.0/4.9]. A PUBLISH takes one; PUBACK, PUBCOMP and a PUBREC that refuses give it back, also a PUBCOMP of an earlier
 * connection's exchange, but never above the beginning. An answer that waits for the disk has not been given.
 */
export class ReceiveQuota implements Transmission {
  readonly #maximum: number;
  #unanswered = 0;
  /** QoS 2 identifiers that were published on this connection: a repetition takes no second place. */
  readonly #counted = new PacketIdSet();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** A PUBLISH with QoS above 0 came. False: it is one more than the server may send [5.0/MQTT-3.3.4-9]. */
  take({ qos, packetId }: Publish): boolean {
    if (qos === 2 && this.#counted.has(packetId!)) return true;
    if (this.#unanswered === this.#maximum) return false;
    if (qos === 2) this.#counted.add(packetId!);
    this.#unanswered++;
    return true;
  }

  /** What hears of this acknowledgement being written, if it gives back a place. */
  answer(
    type: 'puback' | 'pubrec' | 'pubcomp',
    packetId: number,
    reasonCode: number,
  ): Transmission | undefined {
    if (type === 'pubrec' && reasonCode < 0x80) return undefined;
    if (type !== 'puback') this.#counted.delete(packetId);
    return this;
  }

  transmitted(): void {
    if (this.#unanswered > 0) this.#unanswered--;
  }

  /** The connection has ended, and the count with it. */
  dropped(): void {}
}
