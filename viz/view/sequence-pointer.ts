/** What a pointer or a key does to the shapes, lines and counts of a sequence. */
import type { Arrow } from '../layout/display-list.ts';
import { arrowNear } from './pointing.ts';
import type { Viewport } from './viewport.ts';

export interface Pointed {
  /** Undefined while nothing is drawn. */
  viewport(): Viewport | undefined;
  /** An event is meant. */
  pick(ordinal: number): void;
  /** The event that is nearest to a point of the diagram; 0 if none is near. */
  nearest(x: number, y: number): Promise<number>;
  /** Another line is under the pointer. */
  hovered(): void;
}

export class SequencePointer {
  readonly #pointed: Pointed;

  constructor(pointed: Pointed) {
    this.#pointed = pointed;
  }

  onClick = (event: MouseEvent): void => {
    const viewport = this.#pointed.viewport();
    const ordinal = ordinalUnder(event.target) || lineUnder(event, viewport)?.i || 0;
    if (ordinal > 0) this.#pointed.pick(ordinal);
    else if (viewport?.list?.tier === 'density') void this.#pickNearest(event, viewport);
  };

  /** A count stands for many; the one that is nearest is meant, or one that went wrong. */
  async #pickNearest(event: MouseEvent, viewport: Viewport): Promise<void> {
    const { x, y } = pointOf(event, viewport);
    const ordinal = await this.#pointed.nearest(x, y);
    if (ordinal > 0) this.#pointed.pick(ordinal);
  }

  onKey = (event: KeyboardEvent): void => {
    if ((event.key !== 'Enter' && event.key !== ' ') || event.ctrlKey || event.metaKey) return;
    const ordinal = ordinalUnder(event.target);
    if (ordinal === 0) return;
    event.preventDefault();
    this.#pointed.pick(ordinal);
  };

  /** A label and its arrow light up together. */
  onPointer = (event: PointerEvent): void => {
    const ordinal = ordinalUnder(event.target);
    const viewport = this.#pointed.viewport();
    if (ordinal === 0 || viewport === undefined) return;
    for (const shape of viewport.pane.querySelectorAll(`.diagram [data-i="${ordinal}"]`)) {
      shape.classList.toggle('hover', event.type === 'pointerover');
    }
  };

  /** Lines are no elements: the nearest one becomes a shape while the pointer is on it. */
  onMove = (event: PointerEvent): void => {
    const viewport = this.#pointed.viewport();
    if (viewport === undefined || viewport.lines.length === 0) return;
    const under = ordinalUnder(event.target);
    const onShape = under > 0 && under !== viewport.hovered?.i;
    const near = onShape ? undefined : lineUnder(event, viewport);
    if (near === viewport.hovered) return;
    viewport.hovered = near;
    viewport.pane.classList.toggle('pointing', near !== undefined);
    this.#pointed.hovered();
  };
}

function lineUnder(event: MouseEvent, viewport: Viewport | undefined): Arrow | undefined {
  if (viewport?.list === undefined || viewport.lines.length === 0) return undefined;
  const { x, y } = pointOf(event, viewport);
  return arrowNear(viewport.lines, x, y - viewport.list.origin);
}

/** Where in the diagram a pointer is. */
function pointOf(event: MouseEvent, { pane, scroll }: Viewport): { x: number; y: number } {
  const stage = pane.querySelector('.stage')!.getBoundingClientRect();
  return { x: event.clientX - stage.left, y: event.clientY - stage.top - scroll.offset };
}

function ordinalUnder(target: EventTarget | null): number {
  if (!(target instanceof Element)) return 0;
  return Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0);
}
