/** Which lessons were passed, and how far others were taken. Kept in this browser, and nowhere else. */
import type { ParameterValue } from '../../src/scenario/parameters.ts';

const PASSED_AS = 'amber-lessons';
const REACHED_AS = 'amber-lessons-begun';

export class Progress {
  readonly #passed: Set<string>;
  /** By the name of a lesson: values of the change that were predicted and brought its goal about. */
  readonly #reached: Map<string, Set<ParameterValue>>;

  constructor() {
    const passed = kept(PASSED_AS);
    const reached = kept(REACHED_AS);
    this.#passed = new Set(Array.isArray(passed) ? passed.filter((name) => typeof name === 'string') : []);
    this.#reached = new Map(
      Object.entries(reached ?? {}).map(([name, values]) => [
        name,
        new Set(Array.isArray(values) ? values.filter(isValue) : []),
      ]),
    );
  }

  has(lesson: string): boolean {
    return this.#passed.has(lesson);
  }

  add(lesson: string): void {
    this.#passed.add(lesson);
    keep(PASSED_AS, [...this.#passed]);
  }

  /** Values of the change that were predicted and brought the goal of a lesson about. */
  reachedIn(lesson: string): ReadonlySet<ParameterValue> {
    return this.#reached.get(lesson) ?? new Set();
  }

  reach(lesson: string, value: ParameterValue): void {
    this.#reached.set(lesson, new Set([...this.reachedIn(lesson), value]));
    this.#keepReached();
  }

  forget(): void {
    this.#passed.clear();
    this.#reached.clear();
    keep(PASSED_AS, []);
    this.#keepReached();
  }

  #keepReached(): void {
    keep(REACHED_AS, Object.fromEntries([...this.#reached].map(([name, values]) => [name, [...values]])));
  }
}

function isValue(value: unknown): value is ParameterValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function kept(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null');
  } catch {
    // A page without storage, or with something else in its place, begins anew each time.
    return null;
  }
}

function keep(name: string, what: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(what));
  } catch {
    // Not kept, and still known while the page is open.
  }
}
