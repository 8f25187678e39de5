const FIRST_PLACES = 8;

/**
 * What has a number, found by it without a hash: numbers that were given one after the other fall into places of their own, as long as
 * not too many of them are gone. Numbers are whole and above 0.
 */
export class Numbered<T> {
  /** Pairs of a number and what has it, 0 where there is none. At least half of the places are free. */
  #places: (number | T | undefined)[] = emptyPlaces(FIRST_PLACES);
  #mask = FIRST_PLACES - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(number: number): T | undefined {
    const places = this.#places;
    for (let place = number & this.#mask; ; place = (place + 1) & this.#mask) {
      const there = places[2 * place];
      if (there === number) return places[2 * place + 1] as T;
      if (there === 0) return undefined;
    }
  }

  /** Of a number that nothing here has. */
  add(number: number, element: T): void {
    if (2 * ++this.#size > this.#mask) this.#grow();
    this.#put(number, element);
  }

  delete(number: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let hole = number & mask;
    while (places[2 * hole] !== number) {
      if (places[2 * hole] === 0) return;
      hole = (hole + 1) & mask;
    }
    this.#size--;
    // What had to give way to it, and to others like it, moves nearer to its own place: so no search ends too early.
    for (let place = (hole + 1) & mask; places[2 * place] !== 0; place = (place + 1) & mask) {
      const own = (places[2 * place] as number) & mask;
      if (((place - own) & mask) < ((place - hole) & mask)) continue;
      places[2 * hole] = places[2 * place];
      places[2 * hole + 1] = places[2 * place + 1];
      hole = place;
    }
    places[2 * hole] = 0;
    places[2 * hole + 1] = undefined;
  }

  /** In the order of their numbers. */
  values(): T[] {
    const numbers: number[] = [];
    for (let i = 0; i < this.#places.length; i += 2) {
      const number = this.#places[i] as number;
      if (number !== 0) numbers.push(number);
    }
    return numbers.sort((a, b) => a - b).map((number) => this.get(number)!);
  }

  #put(number: number, element: T): void {
    let place = number & this.#mask;
    while (this.#places[2 * place] !== 0) place = (place + 1) & this.#mask;
    this.#places[2 * place] = number;
    this.#places[2 * place + 1] = element;
  }

  #grow(): void {
    const before = this.#places;
    this.#places = emptyPlaces(before.length);
    this.#mask = before.length - 1;
    for (let i = 0; i < before.length; i += 2) {
      const number = before[i] as number;
      if (number !== 0) this.#put(number, before[i + 1] as T);
    }
  }
}

function emptyPlaces<T>(count: number): (number | T | undefined)[] {
  const places: (number | T | undefined)[] = [];
  for (let i = 0; i < count; i++) places.push(0, undefined);
  return places;
}
