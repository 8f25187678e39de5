import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Acknowledgement } from './acknowledgement.ts';
import type { MessageKey } from './message-key.ts';

/** A packet that was written and not yet read, and is no acknowledgement. */
export class UnderWay {
  readonly packet: Packet;
  /** Of a PUBLISH. */
  topic = '';
  key: MessageKey = 0;
  bytes: number;
  /** Ordinal and time of the event at hand, and the ordinal of the sending. */
  i: number;
  t: number;
  readonly sentAt: number;

  constructor(packet: Packet, bytes: number, i: number, t: number) {
    this.packet = packet;
    this.bytes = bytes;
    this.i = i;
    this.t = t;
    this.sentAt = i;
  }
}

/** Of an acknowledgement there is nothing to know but what it is: a number. */
export type Written = UnderWay | Acknowledgement;

/** Read packets before the first that is still under way are dropped together. */
const DROPPED_AT_ONCE = 64;

/** What is under way in one direction of a connection: it is read in the order in which it was written. */
export class PacketsUnderWay {
  readonly #packets: Written[] = [];
  /** Ordinals of their sendings. */
  readonly #sentAt: number[] = [];
  #first = 0;

  get size(): number {
    return this.#packets.length - this.#first;
  }

  add(packet: Written, sentAt: number): void {
    this.#packets.push(packet);
    this.#sentAt.push(sentAt);
  }

  /** Takes out the packet whose sending had this ordinal. */
  take(sentAt: number): Written | undefined {
    const first = this.#first;
    const at = this.#sentAt[first] === sentAt ? first : this.#sentAt.indexOf(sentAt, first);
    if (at === -1) return undefined;
    const taken = this.#packets[at]!;
    if (at !== first) this.#drop(at, 1);
    else if (++this.#first === this.#packets.length) this.#empty();
    else if (this.#first >= DROPPED_AT_ONCE) {
      this.#drop(0, this.#first);
      this.#first = 0;
    }
    return taken;
  }

  #drop(from: number, count: number): void {
    this.#packets.splice(from, count);
    this.#sentAt.splice(from, count);
  }

  /** One by one, so that what comes next finds room: mostly there is one. */
  #empty(): void {
    for (; this.#first > 0; this.#first--) {
      this.#packets.pop();
      this.#sentAt.pop();
    }
  }
}
