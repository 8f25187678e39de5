/**
 * A canvas for what is too many to be elements. It covers what is drawn downwards, and sideways as much of wide lanes as a view
 * and a half; its colours are those of the style sheet, so that both themes are told in one place.
 */
import { FAMILIES, type Family } from '../index/family.ts';
import type { TextStyle } from '../layout/text-measure.ts';

export type Colour = Family | 'muted' | 'line' | 'paper' | 'ink';

const COLOURS: readonly Colour[] = [...FAMILIES, 'muted', 'line', 'paper', 'ink'];

/** Sharper than this costs more than it shows. */
const SCALE_MAX = 2;
const PIXELS_MAX = 16_000_000;
const HEIGHT_STEP = 512;

export interface Brush {
  context: CanvasRenderingContext2D;
  colours: Readonly<Record<Colour, string>>;
  fonts: Readonly<Record<TextStyle, string>>;
}

export class Ink {
  readonly #canvas: HTMLCanvasElement;
  /** Has the colour of each name in turn: what a custom property holds depends on the theme only when it is used. */
  readonly #sample: HTMLElement;
  #colours: Readonly<Record<Colour, string>> | undefined;
  #blank = true;
  #left = 0;
  #width = 0;

  constructor(canvas: HTMLCanvasElement, sample: HTMLElement) {
    this.#canvas = canvas;
    this.#sample = sample;
  }

  /** True when the view reaches beyond what was drawn sideways. */
  misses(viewLeft: number, viewWidth: number, width: number): boolean {
    if (this.#blank) return false;
    return viewLeft < this.#left || Math.min(width, viewLeft + viewWidth) > this.#left + this.#width;
  }

  /** Empties the canvas, and makes it as large as what will be drawn. */
  prepare(
    fonts: Readonly<Record<TextStyle, string>>,
    height: number,
    width: number,
    viewLeft: number,
    viewWidth: number,
  ): Brush {
    this.#left = Math.max(0, Math.floor(viewLeft - viewWidth / 4));
    this.#width = Math.min(width - this.#left, Math.ceil(viewWidth * 1.5));
    const area = Math.max(1, this.#width * height);
    const scale = Math.min(SCALE_MAX, devicePixelRatio, Math.sqrt(PIXELS_MAX / area));
    const canvas = this.#canvas;
    // Heights change with every zoom, and a canvas of another size is another piece of memory.
    const tall = HEIGHT_STEP * Math.ceil(height / HEIGHT_STEP);
    const [across, down] = [Math.ceil(this.#width * scale), Math.ceil(tall * scale)];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
    canvas.style.width = `${this.#width}px`;
    canvas.style.height = `${tall}px`;
    canvas.style.left = `${this.#left}px`;
    canvas.hidden = false;
    this.#blank = false;
    this.#colours ??= coloursOf(this.#sample);
    const context = canvas.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, across, down);
    context.setTransform(scale, 0, 0, scale, -this.#left * scale, 0);
    return { context, colours: this.#colours, fonts };
  }

  /** The theme is another one. */
  forgetColours(): void {
    this.#colours = undefined;
  }

  /** Nothing is drawn here: everything is an element. */
  clear(): void {
    if (this.#blank) return;
    this.#blank = true;
    this.#canvas.hidden = true;
    this.#canvas.width = 0;
  }
}

/** What the colours of the palette are in the theme of an element, whose own colour is used to find out. */
export function coloursOf(sample: HTMLElement): Record<Colour, string> {
  const colours = {} as Record<Colour, string>;
  for (const name of COLOURS) {
    sample.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(sample).color;
  }
  return colours;
}
