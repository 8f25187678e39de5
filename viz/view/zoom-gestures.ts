/** The gestures that zoom, as they are everywhere: the wheel with Ctrl, and two fingers. One finger scrolls. */

/** Of a notch of a wheel with Ctrl, and of a pinch, which sends many small ones. */
export const ZOOM_PER_PIXEL = 0.0022;
/** Of a wheel that counts lines. */
const PIXELS_PER_LINE = 40;

/** How far a wheel was turned. */
export function pixelsOf({ deltaMode, deltaY }: WheelEvent): number {
  return deltaMode === WheelEvent.DOM_DELTA_PIXEL ? deltaY : deltaY * PIXELS_PER_LINE;
}

export class ZoomGestures {
  readonly #zoom: (factor: number, clientY: number) => void;
  /** How far two fingers are apart, in pixels; 0 is none. */
  #apart = 0;

  /** `zoom` is told by how much, and which height of the page stays in its place. */
  constructor(zoom: (factor: number, clientY: number) => void) {
    this.#zoom = zoom;
  }

  /** Ctrl and wheel is what a pinch on a touch pad sends, too. */
  onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoom(Math.exp(-pixelsOf(event) * ZOOM_PER_PIXEL), event.clientY);
  };

  onTouch = (event: TouchEvent): void => {
    if (event.touches.length !== 2) {
      this.#apart = 0;
      return;
    }
    event.preventDefault();
    const [one, other] = [event.touches[0]!, event.touches[1]!];
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (this.#apart > 0) this.#zoom(apart / this.#apart, (one.clientY + other.clientY) / 2);
    this.#apart = apart;
  };
}
