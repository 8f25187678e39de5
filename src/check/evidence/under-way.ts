import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Conn } from './conn.ts';
import type { MessageKey } from './message-key.ts';

/** A packet that was written and not yet read. */
export interface UnderWay {
  conn: Conn;
  packet: Packet;
  /** It is a PUBACK, PUBREC, PUBREL or PUBCOMP. */
  acknowledges: boolean;
  /** Of a PUBLISH. */
  topic: string;
  key: MessageKey;
  bytes: number;
  /** Ordinal and time of the event at hand, and the ordinal of the sending. */
  i: number;
  t: number;
  sentAt: number;
}

/** Read packets before the first that is still under way are dropped together. */
const DROPPED_AT_ONCE = 64;

/** What is under way in one direction of a connection: it is read in the order in which it was written. */
export class PacketsUnderWay {
  #packets: UnderWay[] = [];
  #first = 0;

  get size(): number {
    return this.#packets.length - this.#first;
  }

  add(packet: UnderWay): void {
    this.#packets.push(packet);
  }

  /** Takes out the packet whose sending had this ordinal. */
  take(sentAt: number): UnderWay | undefined {
    const packets = this.#packets;
    const at = packets[this.#first]?.sentAt === sentAt ? this.#first : this.#indexOf(sentAt);
    if (at === -1) return undefined;
    const taken = packets[at]!;
    if (at !== this.#first) packets.splice(at, 1);
    else if (packets.length === 1) packets.pop();
    else if (++this.#first === packets.length) {
      packets.length = 0;
      this.#first = 0;
    } else if (this.#first >= DROPPED_AT_ONCE) {
      packets.splice(0, this.#first);
      this.#first = 0;
    }
    return taken;
  }

  #indexOf(sentAt: number): number {
    for (let at = this.#first; at < this.#packets.length; at++) {
      if (this.#packets[at]!.sentAt === sentAt) return at;
    }
    return -1;
  }
}
