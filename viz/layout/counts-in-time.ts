/** Counts that change with time: how many of several sorts each of some things has within a window. */
export class CountsInTime {
  readonly #from: number;
  readonly #to: number;
  readonly #sorts: number;
  readonly #initial: Int32Array;
  readonly #later: { t: number; thing: number; sort: number; by: 1 | -1 }[] = [];
  readonly #things: number;

  constructor(things: number, sorts: number, from: number, to: number) {
    this.#things = things;
    this.#sorts = sorts;
    this.#from = from;
    this.#to = to;
    this.#initial = new Int32Array(things * sorts);
  }

  /** One more of a sort from `t1` up to, not including, `t2`. */
  add(thing: number, sort: number, t1: number, t2: number): void {
    if (t2 <= t1 || t1 > this.#to || t2 <= this.#from) return;
    if (t1 <= this.#from) this.#initial[thing * this.#sorts + sort]!++;
    else this.#later.push({ t: t1, thing, sort, by: 1 });
    if (t2 <= this.#to) this.#later.push({ t: t2, thing, sort, by: -1 });
  }

  steps<Step>(make: (counts: readonly number[], t: number) => Step): Step[][] {
    const counts = Array.from({ length: this.#things }, (_, thing) =>
      Array.from({ length: this.#sorts }, (_, sort) => this.#initial[thing * this.#sorts + sort]!),
    );
    const steps = counts.map((each) => [make(each, this.#from)]);
    this.#later.sort((one, other) => one.t - other.t);
    const times = counts.map(() => this.#from);
    for (const { t, thing, sort, by } of this.#later) {
      const here = counts[thing]!;
      here[sort]! += by;
      const step = make(here, t);
      // What changes in one instant is one step.
      if (times[thing] === t) steps[thing]![steps[thing]!.length - 1] = step;
      else steps[thing]!.push(step);
      times[thing] = t;
    }
    return steps;
  }
}
