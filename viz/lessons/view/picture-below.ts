/** Whether a picture goes on below what is seen of it, and the way there. */
import type { Viewer } from '../../view/viewer.ts';

/** Below its last event a picture is empty, in pixels. */
const EMPTY = 48;
/** So much of the view is left behind by who goes on. */
const STEP = 0.75;

export class PictureBelow {
  readonly #viewer: Viewer;
  readonly #changed: (below: boolean) => void;

  /** @param changed hears whether there is more below, at each look that there is to take */
  constructor(viewer: Viewer, changed: (below: boolean) => void) {
    this.#viewer = viewer;
    this.#changed = changed;
    const root = viewer.renderRoot;
    root.addEventListener('drawn', this.#look);
    // What is scrolled tells nobody above it, but on the way down everybody hears of it.
    root.addEventListener('scroll', this.#look, { capture: true, passive: true });
  }

  /** Scrolls on. */
  goOn(): void {
    const pane = this.#pane;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    pane?.scrollBy({ top: pane.clientHeight * STEP, behavior: still ? 'instant' : 'smooth' });
    pane?.focus({ preventScroll: true });
  }

  get #pane(): HTMLElement | null {
    return this.#viewer.renderRoot.querySelector<HTMLElement>('amber-sequence .pane');
  }

  #look = (): void => {
    const pane = this.#pane;
    if (pane === null) return;
    const { clientHeight, scrollHeight, scrollTop } = pane;
    this.#changed(scrollHeight - scrollTop - clientHeight > EMPTY);
  };
}
