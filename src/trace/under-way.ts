/** What was sent and did not arrive yet, by the ordinal of its sending. Most arrives soon: that has a place in a ring, and only what waits long a key. */

const RING = 1 << 12;

export interface Sent {
  /** The ordinal of the sending; -1 once it has arrived. */
  i: number;
  /** And not what carries packets over WebSocket. */
  packet: boolean;
  n: string;
  conn: string;
  /** As `headOf` has it. */
  head: number;
}

export class UnderWay {
  /** What has arrived leaves its object to what comes next. */
  readonly #ring: (Sent | undefined)[] = new Array(RING).fill(undefined);
  readonly #late = new Map<number, Sent>();

  add(i: number, packet: boolean, n: string, conn: string, head: number): void {
    const at = i & (RING - 1);
    const before = this.#ring[at];
    if (before === undefined || before.i >= 0) {
      if (before !== undefined) this.#late.set(before.i, before);
      this.#ring[at] = { i, packet, n, conn, head };
      return;
    }
    before.i = i;
    before.packet = packet;
    before.n = n;
    before.conn = conn;
    before.head = head;
  }

  /** Good until something else is added. */
  get(ordinal: number): Sent | undefined {
    const sent = this.#ring[ordinal & (RING - 1)];
    return sent?.i === ordinal ? sent : this.#late.get(ordinal);
  }

  delete(sent: Sent): void {
    if (this.#ring[sent.i & (RING - 1)] !== sent) this.#late.delete(sent.i);
    sent.i = -1;
  }
}
