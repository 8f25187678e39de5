/** Packets by the thousand on a canvas: each look is drawn once, and then only copied. */
import type { ZoomTransform } from 'd3';
import { shapeOf } from '../layout/dot-shapes.ts';
import type { Dot } from '../layout/topology-picture.ts';
import type { Places } from '../layout/topology-places.ts';

/** Room around the middle of a shape, in pixels. */
const HALF = 13;
/** Directions that are told apart. */
const TURNS = 16;

export class CrowdPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #stamps = new Map<string, HTMLCanvasElement>();
  /** Under what the stamps were drawn: the theme, the pixels of the screen, and the zoom. */
  #made = '';

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** `marked` is the ordinal of the packet that is selected. */
  paint(
    dots: readonly Dot[],
    { width, height, scale }: Places,
    { k, x, y }: ZoomTransform,
    marked: number,
  ): void {
    const canvas = this.#canvas;
    const pixels = devicePixelRatio;
    if (canvas.width !== Math.round(width * pixels) || canvas.height !== Math.round(height * pixels)) {
      canvas.width = Math.round(width * pixels);
      canvas.height = Math.round(height * pixels);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const made = `${this.#colour('ink')} ${pixels} ${scale} ${k}`;
    if (made !== this.#made) this.#stamps.clear();
    this.#made = made;
    const context = canvas.getContext('2d')!;
    context.setTransform(pixels, 0, 0, pixels, 0, 0);
    context.clearRect(0, 0, width, height);
    context.translate(x, y);
    context.scale(k, k);
    const half = HALF * scale;
    for (const dot of dots) {
      context.drawImage(
        this.#stamp(dot, dot.i === marked, scale * pixels * k),
        dot.x - half,
        dot.y - half,
        2 * half,
        2 * half,
      );
    }
  }

  #stamp(dot: Dot, marked: boolean, scale: number): HTMLCanvasElement {
    const turn = dot.family === 'subscribe' ? turnOf(dot) : 0;
    const key = `${dot.family} ${dot.state} ${dot.qos} ${dot.accused} ${marked} ${turn}`;
    let stamp = this.#stamps.get(key);
    if (stamp === undefined) {
      stamp = this.#cut(dot, marked, scale);
      this.#stamps.set(key, stamp);
    }
    return stamp;
  }

  #cut(dot: Dot, marked: boolean, scale: number): HTMLCanvasElement {
    const stamp = document.createElement('canvas');
    stamp.width = Math.ceil(2 * HALF * scale);
    stamp.height = stamp.width;
    const context = stamp.getContext('2d')!;
    context.scale(scale, scale);
    context.translate(HALF, HALF);
    if (marked || dot.accused) {
      context.fillStyle = this.#colour(dot.accused ? 'fault' : 'glow');
      context.globalAlpha = dot.accused ? 0.25 : 0.6;
      context.beginPath();
      context.arc(0, 0, 11, 0, 2 * Math.PI);
      context.fill();
      context.globalAlpha = 1;
    }
    const outline = new Path2D(shapeOf(dot));
    const ink = this.#colour(dot.state === 'lost' ? 'fault' : dot.family);
    const hollow = dot.state !== 'flying' || dot.family === 'subscribe' || dot.family === 'ping';
    context.lineWidth = hollow ? 1.8 : 1;
    context.strokeStyle = hollow ? ink : this.#colour('paper');
    context.fillStyle = ink;
    if (!hollow) context.fill(outline);
    context.stroke(outline);
    return stamp;
  }

  /** A colour of the palette in the theme that holds here. */
  #colour(name: string): string {
    this.#canvas.style.color = `var(--${name})`;
    return getComputedStyle(this.#canvas).color;
  }
}

function turnOf({ dx, dy }: Dot): number {
  return Math.round((Math.atan2(dy, dx) / (2 * Math.PI)) * TURNS);
}
