/**
 * What is drawn of the window in view: shapes with words, lines, or counts. What is selected, what was lost and what is accused are
 * shapes among lines and counts, too.
 */
import type { Arrow, DisplayList, Tick } from '../layout/display-list.ts';
import { momentText } from '../layout/time-text.ts';
import type { Arranged, Window } from '../worker/answers/sequence-answers.ts';
import { paintDensity } from './density-painter.ts';
import { Ink } from './ink.ts';
import { paintLines } from './line-painter.ts';
import { movedBy } from './pointing.ts';
import { type Emphasis, SequencePainter } from './sequence-painter.ts';
import type { Viewport } from './viewport.ts';

/** Among lines and counts so many that went wrong are shapes. */
const WRONG_MAX = 120;
/** Of a time in the margin. */
const LINE = 13;

export class SequencePicture {
  readonly #viewport: Viewport;
  readonly #painter: SequencePainter;
  readonly #ink: Ink;

  constructor(viewport: Viewport) {
    this.#viewport = viewport;
    const part = <Part extends Element>(name: string): Part => viewport.pane.querySelector<Part>(`.${name}`)!;
    this.#painter = new SequencePainter(part('ground'), part('diagram'), part('gutter-svg'), (ordinal) => {
      const { list, place } = viewport;
      return list?.names.get(ordinal) ?? (ordinal === place.shape ? place.name : '');
    });
    this.#ink = new Ink(part('ink'), part('ink-sample'));
  }

  paint(): void {
    this.#paintInk();
    this.paintShapes();
  }

  /** Everything that is an element: of lines and counts only what went wrong and what is pointed out. */
  paintShapes(): void {
    const { left, list, scene } = this.#viewport;
    if (list === undefined || scene === undefined) return;
    const shapes = this.#shapesOf(list);
    this.#painter.paint(shapes, scene.width, this.#emphasis(shapes));
    this.#painter.holdSigns(left);
  }

  /** Another event is selected. */
  emphasise(): void {
    const { list, scene } = this.#viewport;
    if (list === undefined || scene === undefined) return;
    const shapes = this.#shapesOf(list);
    this.#painter.emphasise(shapes, scene.width, this.#emphasis(shapes));
  }

  /** The lanes were scrolled sideways. */
  follow(): void {
    const { left, scene } = this.#viewport;
    this.#painter.holdSigns(left);
    if (scene !== undefined && this.#ink.misses(left, scene.viewWidth, scene.width)) this.#paintInk();
  }

  /** Puts the drawing where the page has scrolled to. */
  place(): void {
    const { list, pane, scroll } = this.#viewport;
    if (list === undefined) return;
    const top = `${list.origin + list.top + scroll.offset}px`;
    for (const name of ['ground', 'ink', 'diagram', 'gutter-svg'])
      pane.querySelector<HTMLElement | SVGElement>(`.${name}`)!.style.top = top;
  }

  /** Puts the head of the playback, whose time is at `y`, and the cursor through what is selected; undefined and NaN for no head. */
  placeLines(time: number | undefined, y: number): void {
    const viewport = this.#viewport;
    const { list } = viewport;
    // A head that stands at what is selected is the cursor: what happens at once has several rows.
    const { y: selected } = viewport.place;
    const together = time !== undefined && Math.abs(viewport.timeAt(selected) - time) < 1;
    const cursor = together ? Number.NaN : selected;
    const head = together ? selected : y;
    this.#placeLine('cursor', cursor);
    this.#placeLine('playhead', head);
    if (list === undefined) return;
    const marked: Tick[] = [];
    for (const each of [head, cursor]) {
      const at = each === head ? (time ?? viewport.timeAt(each)) : viewport.timeAt(each);
      const beside = marked.some((other) => Math.abs(other.y - (each - list.origin)) < LINE);
      if (!Number.isNaN(each) && !beside)
        marked.push({ y: each - list.origin, text: momentText(Math.round(at)) });
    }
    this.#painter.paintTimes(list, marked);
  }

  /** A thin line through a moment. */
  #placeLine(name: 'cursor' | 'playhead', y: number): void {
    const { pane, scroll } = this.#viewport;
    const line = pane.querySelector<HTMLElement>(`.${name}`)!;
    line.hidden = Number.isNaN(y);
    if (!line.hidden) line.style.top = `${y + scroll.offset}px`;
  }

  /** The theme is another one. */
  recolour(): void {
    this.#ink.forgetColours();
    this.#paintInk();
  }

  /** Everything that is not an element. */
  #paintInk(): void {
    const { lines, list, scene } = this.#viewport;
    if (list === undefined || scene === undefined) return;
    if (list.density === undefined && lines.length === 0) this.#ink.clear();
    else this.#paintMany(list, scene);
  }

  #paintMany(list: Window, scene: Arranged): void {
    const { fonts, left, lines } = this.#viewport;
    const height = Math.ceil(list.bottom - list.top);
    const brush = this.#ink.prepare(fonts, height, scene.width, left, scene.viewWidth);
    brush.context.translate(0, -list.top);
    if (list.density !== undefined) paintDensity(brush, list.density);
    else paintLines(brush, { ...list, arrows: lines, marks: list.tier === 'lines' ? list.marks : [] });
  }

  #shapesOf(list: Window): DisplayList {
    const { hovered, lines, place } = this.#viewport;
    const { arrows, marks, tier } = list;
    if (tier === 'shapes' && lines.length === 0) return list;
    const drawn = new Set(lines);
    const shapes = new Map<number, Arrow>();
    for (const arrow of arrows) if (!drawn.has(arrow)) shapes.set(arrow.i, arrow);
    for (const arrow of lines) {
      if (shapes.size >= WRONG_MAX) break;
      if ((arrow.accused || arrow.end === 'lost') && !arrow.dimmed) shapes.set(arrow.i, arrow);
    }
    for (const arrow of place.arrows) shapes.set(arrow.i, movedBy(arrow, -list.origin));
    if (hovered !== undefined && hovered.i !== place.shape) shapes.set(hovered.i, hovered);
    return {
      ...list,
      arrows: [...shapes.values()],
      marks: tier === 'shapes' ? marks : marks.filter(({ i }) => i === place.shape),
    };
  }

  #emphasis(list: DisplayList): Emphasis {
    const { place, top, list: window } = this.#viewport;
    const { shape, chain } = place;
    const here = [list.arrows, list.frames, list.marks, list.signs, list.flags].some((shapes) =>
      shapes.some(({ i }) => i === shape),
    );
    const from = top - (window?.origin ?? 0);
    const first = list.arrows.find((arrow) => arrow.y1 >= from) ?? list.arrows[0] ?? list.flags[0];
    return { selected: shape, chain: new Set(chain), tabStop: here ? shape : (first?.i ?? 0) };
  }
}
