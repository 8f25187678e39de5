/** What was sent and did not arrive yet, by the ordinal of its sending. Most arrives soon: that has a place in a ring, and only what waits long a key. */
import type { PacketSent, WebSocketSent } from './event.ts';

const RING = 1 << 12;

export class UnderWay {
  readonly #ring: (PacketSent | WebSocketSent | undefined)[] = new Array(RING).fill(undefined);
  readonly #late = new Map<number, PacketSent | WebSocketSent>();

  add(sent: PacketSent | WebSocketSent): void {
    const at = sent.i & (RING - 1);
    const before = this.#ring[at];
    if (before !== undefined) this.#late.set(before.i, before);
    this.#ring[at] = sent;
  }

  get(ordinal: number): PacketSent | WebSocketSent | undefined {
    const sent = this.#ring[ordinal & (RING - 1)];
    return sent?.i === ordinal ? sent : this.#late.get(ordinal);
  }

  delete(ordinal: number): void {
    const at = ordinal & (RING - 1);
    if (this.#ring[at]?.i === ordinal) this.#ring[at] = undefined;
    else this.#late.delete(ordinal);
  }
}
