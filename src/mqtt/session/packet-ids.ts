/** Packet Identifiers are 1 to 65,535 [3.1.1/MQTT-2.3.1-1]; 0 never is one. */
export const MAXIMUM_PACKET_ID = 65_535;

/** Above this many a scan costs more than the 8 KB of a bitmap. */
const SMALL = 32;

/**
 * A set of packet identifiers: a number while there is one at most, a small array as long as there are few, a bitmap after that. Most
 * sessions hold one or none, and a million idle sessions must cost next to nothing.
 */
export class PacketIdSet {
  /** 0 is none. */
  #held: number | number[] | Uint32Array = 0;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  has(id: number): boolean {
    const held = this.#held;
    if (typeof held === 'number') return held === id && id !== 0;
    if (held instanceof Uint32Array) return (held[id >>> 5]! & (1 << (id & 31))) !== 0;
    return placeOf(held, id) >= 0;
  }

  /** False when it was there already. */
  add(id: number): boolean {
    if (this.has(id)) return false;
    const held = this.#held;
    this.#count++;
    if (held === 0) this.#held = id;
    else if (typeof held === 'number') this.#held = [held, id];
    else if (held instanceof Uint32Array) held[id >>> 5]! |= 1 << (id & 31);
    else {
      held.push(id);
      if (held.length > SMALL) this.#held = bitsOf(held);
    }
    return true;
  }

  /** False when it was not there. */
  delete(id: number): boolean {
    if (!this.has(id)) return false;
    const held = this.#held;
    this.#count--;
    if (this.#count === 0) this.#held = 0;
    else if (held instanceof Uint32Array) held[id >>> 5]! &= ~(1 << (id & 31));
    else if (typeof held === 'object') {
      // The order within the array means nothing, so the last one fills the gap.
      const place = placeOf(held, id);
      const last = held.pop()!;
      if (place < held.length) held[place] = last;
    }
    return true;
  }

  clear(): void {
    this.#held = 0;
    this.#count = 0;
  }

  /** In ascending order. */
  toArray(): number[] {
    const held = this.#held;
    if (held === 0) return [];
    if (typeof held === 'number') return [held];
    if (!(held instanceof Uint32Array)) return [...held].sort((a, b) => a - b);
    const ids: number[] = [];
    for (let id = 1; id <= MAXIMUM_PACKET_ID; id++) if (this.has(id)) ids.push(id);
    return ids;
  }
}

function bitsOf(ids: readonly number[]): Uint32Array {
  const bits = new Uint32Array((MAXIMUM_PACKET_ID + 1) >>> 5);
  for (const id of ids) bits[id >>> 5]! |= 1 << (id & 31);
  return bits;
}

/** Few that they are, a loop finds one before a call of `indexOf` begins to. */
function placeOf(ids: readonly number[], id: number): number {
  for (let place = 0; place < ids.length; place++) if (ids[place] === id) return place;
  return -1;
}

/**
 * Hands out identifiers in a circle, so that one is reused as late as possible, and never while it is in use
 * [3.1.1/MQTT-2.3.1-2] [3.1.1/MQTT-2.3.1-4] [5.0/MQTT-2.2.1-3] [5.0/MQTT-2.2.1-4]. PUBLISH, SUBSCRIBE and UNSUBSCRIBE of one
 * sender share one of these; what the other side sends has its own numbers.
 */
export class PacketIds extends PacketIdSet {
  #last = 0;

  /** The next free identifier, or 0 when all 65,535 are in use. */
  take(): number {
    if (this.size === MAXIMUM_PACKET_ID) return 0;
    do {
      this.#last = this.#last === MAXIMUM_PACKET_ID ? 1 : this.#last + 1;
    } while (!this.add(this.#last));
    return this.#last;
  }

  /** Marks an identifier that a recovered session holds; the circle goes on behind it. */
  reserve(id: number): void {
    this.add(id);
    if (id > this.#last) this.#last = id;
  }

  free(id: number): void {
    this.delete(id);
  }
}
