/** What the story in the editor can be told: its module is loaded in the worker for that, and its script is not run. */
import type { Parameters } from '../../src/scenario/parameters.ts';
import type { Engine } from '../engine/engine.ts';
import { STORY_FILE } from './attempt.ts';

/** Who writes is left alone until they pause. */
const PAUSE_MILLIS = 700;

export class Declaration {
  readonly #engine: Pick<Engine, 'card'>;
  /** Undefined for a text that cannot be run as it stands. */
  readonly #compiled: (text: string) => Promise<string | undefined>;
  readonly #changed: (parameters: Parameters) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;

  constructor(
    engine: Pick<Engine, 'card'>,
    compiled: (text: string) => Promise<string | undefined>,
    changed: (parameters: Parameters) => void,
  ) {
    this.#engine = engine;
    this.#compiled = compiled;
    this.#changed = changed;
  }

  /** Looks at what is being written, once it is not being written any more. */
  lookSoon(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(text), PAUSE_MILLIS);
  }

  /** A text that cannot be loaded changes nothing: running it says why. */
  async look(text: string): Promise<void> {
    clearTimeout(this.#timer);
    const mine = ++this.#looks;
    // Most stories declare nothing, and then there is nothing to load.
    if (!/\bparameters\b/.test(text)) {
      this.#changed({});
      return;
    }
    try {
      const source = await this.#compiled(text);
      if (source === undefined) return;
      const { parameters } = await this.#engine.card({ source, file: STORY_FILE });
      if (mine === this.#looks) this.#changed(parameters);
    } catch {
      // See above.
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#looks++;
  }
}
