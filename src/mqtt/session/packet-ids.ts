/** Packet Identifiers are 1 to 65,535 [3.1.1/MQTT-2.3.1-1]; 0 never is one. */
export const MAXIMUM_PACKET_ID = 65_535;

/** Above this many a scan costs more than the 8 KB of a bitmap. */
const SMALL = 32;

/**
 * A set of packet identifiers: a small array as long as it is small, a bitmap after that. Most sessions
 * hold a handful, and a million idle sessions must cost next to nothing.
 */
export class PacketIdSet {
  #small: number[] | undefined;
  #bits: Uint32Array | undefined;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  has(id: number): boolean {
    if (this.#bits === undefined) return placeOf(this.#small, id) >= 0;
    return (this.#bits[id >>> 5]! & (1 << (id & 31))) !== 0;
  }

  /** False when it was there already. */
  add(id: number): boolean {
    if (this.has(id)) return false;
    this.#count++;
    if (this.#bits === undefined) {
      if (this.#small === undefined) this.#small = [id];
      else this.#small.push(id);
      if (this.#small.length > SMALL) this.grow(this.#small);
    } else {
      this.#bits[id >>> 5]! |= 1 << (id & 31);
    }
    return true;
  }

  /** False when it was not there. */
  delete(id: number): boolean {
    if (this.#bits === undefined) {
      const small = this.#small;
      const index = placeOf(small, id);
      if (index < 0) return false;
      // The order within the array means nothing, so the last one fills the gap.
      const last = small!.pop()!;
      if (index < small!.length) small![index] = last;
      this.#count--;
      return true;
    }
    if (!this.has(id)) return false;
    this.#bits[id >>> 5]! &= ~(1 << (id & 31));
    this.#count--;
    if (this.#count === 0) this.clear();
    return true;
  }

  clear(): void {
    this.#small = undefined;
    this.#bits = undefined;
    this.#count = 0;
  }

  /** In ascending order. */
  toArray(): number[] {
    if (this.#bits === undefined) return [...(this.#small ?? [])].sort((a, b) => a - b);
    const ids: number[] = [];
    for (let id = 1; id <= MAXIMUM_PACKET_ID; id++) if (this.has(id)) ids.push(id);
    return ids;
  }

  private grow(small: readonly number[]): void {
    const bits = new Uint32Array((MAXIMUM_PACKET_ID + 1) >>> 5);
    for (const id of small) bits[id >>> 5]! |= 1 << (id & 31);
    this.#bits = bits;
    this.#small = undefined;
  }
}

/** Few that they are, a loop finds one before a call of `indexOf` begins to. */
function placeOf(ids: readonly number[] | undefined, id: number): number {
  if (ids === undefined) return -1;
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
