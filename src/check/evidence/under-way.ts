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

/** What is under way in one direction of a connection: it is read in the order in which it was written. Mostly there is one: it has a place of its own. */
export class PacketsUnderWay {
  #first: Written = 0;
  /** Ordinal of its sending; 0 while there is none. */
  #firstAt = 0;
  /** Those behind it, from `#next` on, and the ordinals of their sendings. */
  readonly #packets: Written[] = [];
  readonly #sentAt: number[] = [];
  #next = 0;

  get size(): number {
    return (this.#firstAt === 0 ? 0 : 1) + this.#packets.length - this.#next;
  }

  add(packet: Written, sentAt: number): void {
    if (this.#firstAt === 0) {
      this.#first = packet;
      this.#firstAt = sentAt;
      return;
    }
    this.#packets.push(packet);
    this.#sentAt.push(sentAt);
  }

  /** Takes out the packet whose sending had this ordinal. */
  take(sentAt: number): Written | undefined {
    if (this.#firstAt === sentAt && sentAt > 0) {
      const taken = this.#first;
      this.#moveUp();
      return taken;
    }
    const at = this.#sentAt.indexOf(sentAt, this.#next);
    if (at === -1) return undefined;
    const taken = this.#packets[at]!;
    this.#drop(at, 1);
    return taken;
  }

  /** The next one is the first from here on. */
  #moveUp(): void {
    const next = this.#next;
    if (next === this.#packets.length) {
      this.#first = 0;
      this.#firstAt = 0;
      return;
    }
    this.#first = this.#packets[next]!;
    this.#firstAt = this.#sentAt[next]!;
    this.#next = next + 1;
    if (this.#next === this.#packets.length) this.#empty();
    else if (this.#next >= DROPPED_AT_ONCE) {
      this.#drop(0, this.#next);
      this.#next = 0;
    }
  }

  /** One by one, so that what comes next finds room. */
  #empty(): void {
    for (; this.#next > 0; this.#next--) {
      this.#packets.pop();
      this.#sentAt.pop();
    }
  }

  #drop(from: number, count: number): void {
    this.#packets.splice(from, count);
    this.#sentAt.splice(from, count);
  }
}
