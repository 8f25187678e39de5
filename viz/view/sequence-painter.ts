/**
 * Draws a display list as SVG: lanes and what lasts on the ground, packets and marks above it, times in the margin. Knows nothing of
 * traces: what a shape is called comes from outside. A shape keeps its element, and so the focus, as long as it is drawn.
 */
import { nothing, render, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Band, DisplayList, Tick } from '../layout/display-list.ts';
import { timesOf } from '../layout/margin-times.ts';
import { arrowShape, glowOf } from './arrow-shapes.ts';
import { bandShape, gapShape, hatches, laneLine } from './ground-shapes.ts';
import { labelShape, type Named, namesOf, tickText } from './label-shapes.ts';
import { flagShape, frameShape, markShape, signShape } from './mark-shapes.ts';
import { Slots } from './slots.ts';

/** What is pointed out beside what is drawn. */
export interface Emphasis {
  /** Ordinal of the shape that is selected; 0 is none. */
  selected: number;
  /** Ordinals of the shapes that led to it. */
  chain: ReadonlySet<number>;
  /** Ordinal of the one shape that the Tab key reaches. */
  tabStop: number;
}

/** What a shape is called, by its ordinal. */
export type Naming = (ordinal: number) => string;

export class SequencePainter {
  readonly #ground: SVGSVGElement;
  readonly #diagram: SVGSVGElement;
  readonly #gutter: SVGSVGElement;
  readonly #nameOf: Naming;
  readonly #slots = new Map<string, Slots>();
  #left = 0;
  /** What the margin tells of. */
  #timed: DisplayList | undefined;
  #marked = '';

  /** A canvas may lie between the ground and the diagram. */
  constructor(ground: SVGSVGElement, diagram: SVGSVGElement, gutter: SVGSVGElement, nameOf: Naming) {
    this.#ground = ground;
    this.#diagram = diagram;
    this.#gutter = gutter;
    this.#nameOf = nameOf;
  }

  paint(list: DisplayList, width: number, emphasis: Emphasis): void {
    const height = list.bottom - list.top;
    for (const element of [this.#ground, this.#diagram]) {
      element.setAttribute('width', `${width}`);
      element.setAttribute('height', `${height}`);
      element.setAttribute('viewBox', `0 ${list.top} ${width} ${height}`);
    }
    this.#gutter.setAttribute('height', `${height}`);
    this.#paintGround(list, width);
    this.#paintDiagram(list, width, emphasis);
  }

  /** Points out without drawing everything anew. */
  emphasise(list: DisplayList, width: number, emphasis: Emphasis): void {
    this.#paintDiagram(list, width, emphasis);
  }

  /** Banners and flags stay in view when the lanes are scrolled sideways. */
  holdSigns(x: number): void {
    if (x === this.#left) return;
    this.#left = x;
    for (const name of ['signs', 'flags'])
      this.#diagram.querySelector(`.${name}`)?.setAttribute('transform', `translate(${x} 0)`);
  }

  #paintGround({ bands, bottom, gaps, lanes, top }: DisplayList, width: number): void {
    const shapes = this.#layer('bands', bands, nameOfBand, (band) => bandShape(band, this.#nameOf(band.i)));
    render(
      svg`${hatches}<g class="lanes" aria-hidden="true">${lanes.map(({ x }) => laneLine(x, top, bottom))}</g
        >${shapes}<g class="gaps" aria-hidden="true">${gaps.map((gap) => gapShape(gap, width))}</g>`,
      this.#ground,
    );
  }

  #paintDiagram(list: DisplayList, width: number, emphasis: Emphasis): void {
    const { arrows, flags, frames, marks, signs } = list;
    const glowing = arrows.filter(({ i }) => i === emphasis.selected || emphasis.chain.has(i));
    const nameOf = this.#nameOf;
    const layers = [
      this.#layer('arrows', arrows, ordinalOf, (arrow) => arrowShape(arrow, list, nameOf(arrow.i), emphasis)),
      this.#layer('frames', frames, ordinalOf, (frame) => frameShape(frame, nameOf(frame.i), emphasis)),
      this.#layer('marks', marks, ordinalOf, (mark) => markShape(mark, nameOf(mark.i), emphasis)),
      this.#layer('signs', signs, ordinalOf, (sign) => signShape(sign, nameOf(sign.i), emphasis)),
      this.#layer('labels', namesOf(list), nameOfLabel, (named) => labelShape(named, emphasis)),
      this.#layer('flags', flags, ordinalOf, (flag) => flagShape(flag, nameOf(flag.i), width, emphasis)),
    ];
    render(
      svg`<g class="glows" aria-hidden="true">${glowing.map((arrow) => glowOf(arrow, list, emphasis))}</g>${layers}`,
      this.#diagram,
    );
  }

  #layer<Shape>(
    name: string,
    shapes: readonly Shape[],
    keyOf: (shape: Shape) => number | string,
    draw: (shape: Shape) => TemplateResult<2>,
  ): TemplateResult<2> {
    let slots = this.#slots.get(name);
    if (slots === undefined) {
      slots = new Slots();
      this.#slots.set(name, slots);
    }
    const slotOf = slots.assign(shapes.map(keyOf));
    return svg`<g class=${name} aria-hidden=${name === 'labels' ? 'true' : nothing}>${repeat(
      shapes,
      (shape) => slotOf.get(keyOf(shape)),
      draw,
    )}</g>`;
  }

  /** Times in the margin, and that of what is marked in any case. */
  paintTimes(list: DisplayList, marked: readonly Tick[]): void {
    const key = marked.map(({ text, y }) => `${y} ${text}`).join();
    if (list === this.#timed && key === this.#marked) return;
    this.#timed = list;
    this.#marked = key;
    const right = Number(this.#gutter.getAttribute('width'));
    render(
      svg`<g class="ticks">${timesOf(list, marked).map((time) => tickText(time, right, list.top))}</g>`,
      this.#gutter,
    );
  }
}

function ordinalOf({ i }: { i: number }): number {
  return i;
}

function nameOfBand({ i, kind }: Band): string {
  return `${kind}${i}`;
}

function nameOfLabel({ i, kind }: Named): string {
  return `${kind}${i}`;
}
