/** What is being written, kept in this browser until it is written over. */

const KEPT_AS = 'amber-playground';
const KEEP_MILLIS = 400;

export class Draft {
  #timer: ReturnType<typeof setTimeout> | undefined;

  get kept(): string | undefined {
    try {
      return localStorage.getItem(KEPT_AS) ?? undefined;
    } catch {
      // Storage is turned off: nothing is remembered.
      return undefined;
    }
  }

  keep(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      try {
        localStorage.setItem(KEPT_AS, text);
      } catch {
        // Not kept, and still in the editor.
      }
    }, KEEP_MILLIS);
  }
}
