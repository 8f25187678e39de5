/** Whether a picture goes on above or below what is seen of it, and the ways there. */
import type { Viewer } from '../../view/viewer.ts';

/** Below its last event a picture is empty, in pixels. */
const EMPTY = 48;
/** So is it above its first one. */
const EMPTY_ABOVE = 24;
/** The moment that is marked has its time in the margin: nearer than this to the lower edge nothing else is there, in pixels. */
const MARKED = 38;
/** So much of the view is left behind by who goes on. */
const STEP = 0.75;

/** Whether there is more below; `marked` when the time of what is marked stands at the lower edge. */
export type More = 'none' | 'below' | 'marked';

export class PictureBeyond {
  readonly #viewer: Viewer;
  readonly #changed: (more: More, above: boolean) => void;
  /** The line of the moment moves without a word. */
  readonly #moves = new MutationObserver(() => this.#look());

  /** @param changed hears it, and whether there is more above, at each look that there is to take */
  constructor(viewer: Viewer, changed: (more: More, above: boolean) => void) {
    this.#viewer = viewer;
    this.#changed = changed;
    const root = viewer.renderRoot;
    root.addEventListener('drawn', this.#look);
    // What is scrolled tells nobody above it, but on the way down everybody hears of it.
    root.addEventListener('scroll', this.#look, { capture: true, passive: true });
  }

  /** Scrolls on, or back. */
  go(way: 'on' | 'back'): void {
    const pane = this.#pane;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const top = (pane?.clientHeight ?? 0) * STEP * (way === 'on' ? 1 : -1);
    pane?.scrollBy({ top, behavior: still ? 'instant' : 'smooth' });
    pane?.focus({ preventScroll: true });
  }

  get #pane(): HTMLElement | null {
    return this.#viewer.renderRoot.querySelector<HTMLElement>('amber-sequence .pane');
  }

  #look = (): void => {
    const pane = this.#pane;
    if (pane === null) return;
    const { clientHeight, scrollHeight, scrollTop } = pane;
    const line = pane.querySelector('.playhead')!;
    this.#moves.observe(line, { attributes: true });
    const edge = pane.getBoundingClientRect().bottom - line.getBoundingClientRect().top;
    const more = scrollHeight - scrollTop - clientHeight > EMPTY;
    this.#changed(!more ? 'none' : edge > 0 && edge < MARKED ? 'marked' : 'below', scrollTop > EMPTY_ABOVE);
  };
}
