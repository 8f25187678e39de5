/** Typed arrays that grow: what a trace of millions of events is kept in. */

export type Cells = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const FIRST_CELLS = 16;

/** A list of numbers of one type. Its array is replaced when it grows, so it is asked for anew after each `push`. */
export class Column<C extends Cells> {
  readonly #make: new (
    length: number,
  ) => C;
  #cells: C;
  #length = 0;

  constructor(make: new (length: number) => C) {
    this.#make = make;
    this.#cells = new make(FIRST_CELLS);
  }

  get length(): number {
    return this.#length;
  }

  /** Longer than the list. */
  get cells(): C {
    return this.#cells;
  }

  /** 0 beyond the end of the list. */
  at(index: number): number {
    return index < this.#length ? this.#cells[index]! : 0;
  }

  push(value: number): void {
    if (this.#length === this.#cells.length) this.#cells = grown(this.#cells, this.#make);
    this.#cells[this.#length++] = value;
  }

  /** Numbers between the end of the list and `index` are 0. */
  set(index: number, value: number): void {
    while (index >= this.#cells.length) this.#cells = grown(this.#cells, this.#make);
    if (index >= this.#length) this.#length = index + 1;
    this.#cells[index] = value;
  }
}

/** The same cells with as much room again. */
export function grown<C extends Cells>(cells: C, make: new (length: number) => C): C {
  const wider = new make(cells.length * 2);
  wider.set(cells);
  return wider;
}

/** How many of the first `length` cells, which ascend, are below `value`. */
export function lowerBound(cells: Cells, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cells[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the first `length` cells, which ascend, are not above `value`. */
export function upperBound(cells: Cells, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cells[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
