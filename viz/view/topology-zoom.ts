/**
 * Zooming a map and moving about in it, with the gestures of the other views: Ctrl and wheel or two fingers zoom, and what is larger than
 * its view is dragged, or moved with the wheel.
 */
import { type Selection, select, type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3';
import { pixelsOf, ZOOM_PER_PIXEL } from './zoom-gestures.ts';
import { ZOOM_STEP } from './zoomable.ts';

/** Larger, a station fills the view. */
const ZOOM_MAX = 8;

export class TopologyZoom {
  readonly #svg: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #zoom = zoom<SVGSVGElement, unknown>()
    .scaleExtent([1, ZOOM_MAX])
    .filter((event: Event) => this.#isMeant(event))
    .wheelDelta((event: WheelEvent) => -pixelsOf(event) * ZOOM_PER_PIXEL * Math.LOG2E);

  /** `onChange` is told after every move. */
  constructor(svg: SVGSVGElement, onChange: (transform: ZoomTransform) => void) {
    this.#svg = select(svg);
    this.#zoom.on('zoom', ({ transform }: { transform: ZoomTransform }) => onChange(transform));
    // A double click picks twice.
    this.#svg.call(this.#zoom).on('dblclick.zoom', null).on('wheel.move', this.#onWheel);
  }

  get transform(): ZoomTransform {
    return zoomTransform(this.#svg.node()!);
  }

  get scale(): number {
    return this.transform.k;
  }

  set scale(scale: number) {
    this.#zoom.scaleTo(this.#svg, scale);
  }

  scaleBy(steps: number): void {
    this.#zoom.scaleBy(this.#svg, ZOOM_STEP ** steps);
  }

  reset(): void {
    this.#zoom.transform(this.#svg, zoomIdentity);
  }

  /** The map has this size, and nothing outside of it is shown. */
  fit(width: number, height: number): void {
    const extent: [[number, number], [number, number]] = [
      [0, 0],
      [width, height],
    ];
    this.#zoom.extent(extent).translateExtent(extent);
    this.#zoom.translateBy(this.#svg, 0, 0);
  }

  /** Moves a place of the map into the middle, unless it is seen. */
  reveal(x: number, y: number, width: number, height: number): void {
    const [left, top] = this.transform.apply([x, y]);
    if (left < 0 || top < 0 || left > width || top > height) this.#zoom.translateTo(this.#svg, x, y);
  }

  /** At its usual size one finger and the wheel scroll the page. */
  #isMeant(event: Event): boolean {
    if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey;
    if (event instanceof MouseEvent) return event.button === 0 && this.scale > 1;
    return this.scale > 1 || (event as TouchEvent).touches.length > 1;
  }

  #onWheel = (event: WheelEvent): void => {
    const { scale } = this;
    if (scale === 1 || this.#isMeant(event)) return;
    event.preventDefault();
    this.#zoom.translateBy(this.#svg, -event.deltaX / scale, -pixelsOf(event) / scale);
  };
}
