/** What a sequence pane and the map below it tell the page. All of them bubble. */
import type { Whole } from '../layout/clear-edge.ts';
import type { Window } from '../worker/answers/sequence-answers.ts';

/** Fired when the reader points at an event. */
export class PickEvent extends Event {
  readonly ordinal: number;
  constructor(ordinal: number) {
    super('pick', { bubbles: true });
    this.ordinal = ordinal;
  }
}

/** Fired when the window was drawn. Who draws more into it adds what should be seen whole or not at all. */
export class DrawnEvent extends Event {
  readonly list: Window;
  readonly wholes: Whole[] = [];
  constructor(list: Window) {
    super('drawn', { bubbles: true });
    this.list = list;
  }
}

export interface Shown {
  zoom: number;
  /** Pixels from the place of the first time down to the upper edge. */
  below: number;
}

/** First and last virtual time that a view shows, in microseconds. */
export interface TimeWindow {
  from: number;
  to: number;
  /** How a pane shows them, so that another one can take its place; undefined for as large as its height allows. */
  shown?: Shown | undefined;
}

/** Fired when a view shows other times than before, or should: a map fires it while it is brushed. */
export class WindowEvent extends Event {
  readonly window: TimeWindow;
  constructor(window: TimeWindow) {
    super('window', { bubbles: true });
    this.window = window;
  }
}

/** Fired when the reader wants to be at a virtual time, in microseconds. */
export class SeekEvent extends Event {
  readonly time: number;
  constructor(time: number) {
    super('seek', { bubbles: true });
    this.time = time;
  }
}
