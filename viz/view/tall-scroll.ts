/**
 * Scrolling a diagram that may be higher than a page can be. The browser scrolls, so that wheel, touch, keys and assistive tools
 * work as everywhere. Above the height at which browsers stop counting, small moves are still moves of as many pixels; the
 * scroll bar then stands for more than it has, and a great move goes where it points.
 */

/** Browsers stop counting somewhere above this. */
const SCROLL_HEIGHT_MAX = 8_000_000;
/** A move of more views than this was made with the scroll bar. */
const NEAR_VIEWS = 1.5;

/** As much of an element as is needed. */
export interface Scrolling {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  scrollTo(to: { top: number; behavior: 'instant' | 'smooth' }): void;
}

export class TallScroll {
  readonly #pane: Scrolling;
  #height = 1;
  #view = 1;
  #top = 0;
  /** The place of the scroll bar that belongs to `#top`. */
  #bar = 0;

  constructor(pane: Scrolling) {
    this.#pane = pane;
  }

  /** Of the diagram at the top of the view. */
  get top(): number {
    return this.#top;
  }

  /** What lies between a height of the diagram and its place in the page. */
  get offset(): number {
    return this.#bar - this.#top;
  }

  /** Says how high the diagram and the view are; returns the height that the page needs. */
  measure(height: number, view: number): number {
    this.#height = Math.max(1, height);
    this.#view = Math.max(1, view);
    return Math.min(this.#height, SCROLL_HEIGHT_MAX);
  }

  to(top: number, behavior: 'instant' | 'smooth' = 'instant'): void {
    const most = Math.max(0, this.#height - this.#view);
    const goal = Math.max(0, Math.min(most, top));
    if (behavior === 'smooth' && this.#isExact) {
      this.#pane.scrollTo({ top: goal, behavior });
      return;
    }
    this.#pane.scrollTo({ top: goal / this.#ratio, behavior: 'instant' });
    this.#bar = this.#pane.scrollTop;
    this.#top = this.#isExact ? this.#bar : goal;
  }

  /** The browser has scrolled. */
  follow(): void {
    const bar = this.#pane.scrollTop;
    const moved = bar - this.#bar;
    if (moved === 0) return;
    const most = Math.max(0, this.#height - this.#view);
    const end = this.#pane.scrollHeight - this.#pane.clientHeight - bar < 1;
    if (this.#isExact) this.#top = bar;
    else if (bar <= 0) this.#top = 0;
    else if (end) this.#top = most;
    else if (Math.abs(moved) < NEAR_VIEWS * this.#view) this.#top += moved;
    else this.#top = bar * this.#ratio;
    this.#top = Math.max(0, Math.min(most, this.#top));
    this.#bar = bar;
  }

  /** Puts the scroll bar where it belongs after many small moves; true if that moved it. */
  settle(): boolean {
    // A bar stands on whole pixels, of which each is many of the diagram.
    if (this.#isExact || Math.abs(this.#bar - this.#top / this.#ratio) < 1) return false;
    const before = this.#bar;
    this.to(this.#top);
    return this.#bar !== before;
  }

  get #isExact(): boolean {
    return this.#height <= SCROLL_HEIGHT_MAX;
  }

  /** Pixels of the diagram for each of the scroll bar. */
  get #ratio(): number {
    if (this.#isExact) return 1;
    return (this.#height - this.#view) / (SCROLL_HEIGHT_MAX - this.#view);
  }
}
