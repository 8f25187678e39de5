/** Which lessons were passed. Kept in this browser, and nowhere else. */
const KEPT_AS = 'amber-lessons';

export class Progress {
  readonly #passed = new Set<string>();

  constructor() {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]');
      if (Array.isArray(kept)) for (const name of kept) if (typeof name === 'string') this.#passed.add(name);
    } catch {
      // A page without storage, or with something else in its place, begins anew each time.
    }
  }

  has(lesson: string): boolean {
    return this.#passed.has(lesson);
  }

  add(lesson: string): void {
    this.#passed.add(lesson);
    this.#keep();
  }

  forget(): void {
    this.#passed.clear();
    this.#keep();
  }

  #keep(): void {
    try {
      localStorage.setItem(KEPT_AS, JSON.stringify([...this.#passed]));
    } catch {
      // Not kept, and still known while the page is open.
    }
  }
}
