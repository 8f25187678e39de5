/**
 * A scroll bar for more pixels than a browser can count.
 *
 * Beyond a height the bar stands for more than it has. A wheel, a finger or a key still moves by what it says, so that no row is
 * jumped over; only a leap (the thumb dragged, a click beside it) is taken for a share of the whole. Once all is quiet the thumb
 * is put where it belongs.
 */

/** Browsers stop counting somewhere above this height. */
const SCROLL_HEIGHT_MAX = 8_000_000;
const QUIET_MILLISECONDS = 150;

export class LongScroll {
  readonly #pane: HTMLElement;
  readonly #onMove: () => void;
  #height = 0;
  #viewHeight = 1;
  /** Of what is seen, in the content. */
  #top = 0;
  /** Of the bar, when it was last looked at. */
  #barTop = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** `onMove` is called when something else is seen than before, or when it has to be put elsewhere. */
  constructor(pane: HTMLElement, onMove: () => void) {
    this.#pane = pane;
    this.#onMove = onMove;
  }

  /** Both in pixels: of the whole content, and of the part of it that is seen at once. Returns the height for the scrolled element. */
  resize(height: number, viewHeight: number): number {
    this.#height = height;
    this.#viewHeight = Math.max(1, viewHeight);
    this.#top = this.#within(this.#top);
    return Math.min(height, SCROLL_HEIGHT_MAX);
  }

  /** Where in the content the view begins. */
  get top(): number {
    return this.#top;
  }

  get viewHeight(): number {
    return this.#viewHeight;
  }

  /** What is at `y` of the content belongs at `y + offset` of the scrolled element. */
  get offset(): number {
    return this.#barTop - this.#top;
  }

  moveTo(top: number): void {
    this.#top = this.#within(top);
    this.#putBar();
    this.#onMove();
  }

  /** To be called when the pane was scrolled. */
  scrolled(): void {
    const before = this.#barTop;
    this.#barTop = this.#pane.scrollTop;
    const moved = this.#barTop - before;
    if (moved === 0) return;
    const ratio = this.#ratio;
    if (ratio === 1) this.#top = this.#barTop;
    else if (Math.abs(moved) <= this.#viewHeight) this.#top = this.#within(this.#top + moved);
    else this.#top = this.#within(this.#barTop * ratio);
    clearTimeout(this.#quiet);
    if (ratio !== 1) {
      this.#quiet = setTimeout(() => {
        this.#putBar();
        this.#onMove();
      }, QUIET_MILLISECONDS);
    }
    this.#onMove();
  }

  leave(): void {
    clearTimeout(this.#quiet);
  }

  /** Pixels of content for each one of the bar. */
  get #ratio(): number {
    const view = this.#viewHeight;
    if (this.#height <= SCROLL_HEIGHT_MAX) return 1;
    return (this.#height - view) / (SCROLL_HEIGHT_MAX - view);
  }

  #within(top: number): number {
    return Math.max(0, Math.min(top, this.#height - this.#viewHeight));
  }

  #putBar(): void {
    this.#pane.scrollTop = this.#top / this.#ratio;
    // A browser may round.
    this.#barTop = this.#pane.scrollTop;
    if (this.#ratio === 1) this.#top = this.#barTop;
  }
}
