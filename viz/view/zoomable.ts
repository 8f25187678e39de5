/** A view that shows its picture at a size of the reader's choice. */
export interface Zoomable {
  /** 1 is the usual size; 0 while there is no picture. */
  zoom: number;
  /** Steps of a quarter, in if they are above 0. */
  zoomBy(steps: number): void;
  /** All of it in one view. */
  fitAll(): void;
}

/** Of a step in or out. */
export const ZOOM_STEP = 1.25;

/** Fired when a view has another size than before. */
export class ZoomedEvent extends Event {
  constructor() {
    super('zoomed', { bubbles: true });
  }
}
