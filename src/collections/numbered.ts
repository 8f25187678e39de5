const FIRST_PLACES = 8;

/** What has a number: whole, above 0, and the same as long as it is here. */
interface Numbers {
  readonly id: number;
}

/**
 * What has a number, found by it without a hash: numbers that were given one after the other fall into places of their own, as long as
 * not too many of them are gone.
 */
export class Numbered<T extends Numbers> {
  /** At least half of the places are free. */
  #places: (T | undefined)[] = emptyPlaces(FIRST_PLACES);
  #mask = FIRST_PLACES - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    return this.#places[this.#placeOf(id)];
  }

  /** One whose number nothing here has. */
  add(element: T): void {
    if (2 * ++this.#size > this.#mask) this.#grow();
    this.#places[this.#placeOf(element.id)] = element;
  }

  delete(id: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let hole = this.#placeOf(id);
    if (places[hole] === undefined) return;
    this.#size--;
    // What had to give way to it, and to others like it, moves nearer to its own place: so no search ends too early.
    for (let place = (hole + 1) & mask; places[place] !== undefined; place = (place + 1) & mask) {
      const own = places[place]!.id & mask;
      if (((place - own) & mask) < ((place - hole) & mask)) continue;
      places[hole] = places[place];
      hole = place;
    }
    places[hole] = undefined;
  }

  /** In the order of their numbers. */
  values(): T[] {
    return this.#places.filter((element) => element !== undefined).sort((a, b) => a.id - b.id);
  }

  /** Where it is, or would be. */
  #placeOf(id: number): number {
    const places = this.#places;
    const mask = this.#mask;
    let place = id & mask;
    for (let there = places[place]; there !== undefined && there.id !== id; there = places[place])
      place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = emptyPlaces(2 * before.length);
    this.#mask = this.#places.length - 1;
    for (const element of before)
      if (element !== undefined) this.#places[this.#placeOf(element.id)] = element;
  }
}

/** With room for no more: what grows by being pushed to is up to half empty. */
function emptyPlaces<T>(count: number): (T | undefined)[] {
  return new Array<T | undefined>(count).fill(undefined);
}
