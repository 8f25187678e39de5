/**
 * What a sequence pane has in view: the arrangement of the whole, the window of it that is drawn, and where the selected event is in
 * them. It turns heights into times and back, and knows how the page has scrolled.
 */
import type { Aim } from '../layout/aim.ts';
import type { Arrow } from '../layout/display-list.ts';
import type { TextStyle } from '../layout/text-measure.ts';
import { placeAt, timeAt } from '../layout/time-map.ts';
import type { Arranged, Place, Window } from '../worker/answers/sequence-answers.ts';
import { fontsOf } from './fonts.ts';
import type { TimeWindow } from './sequence-events.ts';
import { TallScroll } from './tall-scroll.ts';

const LEAST_HEIGHT = 80;
/** What is selected keeps so far from the lower edge when that comes nearer: its words are seen, too. */
const FOOT = 60;

export const NOWHERE: Place = {
  y: Number.NaN,
  x: undefined,
  shape: 0,
  chain: [],
  arrows: [],
  name: '',
  away: undefined,
};

export class Viewport {
  scene: Arranged | undefined;
  list: Window | undefined;
  /** Of the selected event. */
  place: Place = NOWHERE;
  /** Of the list, what is a line and no shape. */
  lines: readonly Arrow[] = [];
  /** Under the pointer, among lines. */
  hovered: Arrow | undefined;
  /** Of the names above the lanes, which cover the top of the pane. */
  headHeight = 0;
  /** Of the view, when the whole was arranged last. */
  arrangedHeight = 0;
  /** Of the pane, as last measured: to ask for it between changes would lay out the page each time. */
  width = 0;
  left = 0;
  readonly pane: HTMLElement;
  readonly scroll: TallScroll;
  #paneHeight = 0;
  #fonts: Readonly<Record<TextStyle, string>> | undefined;

  constructor(pane: HTMLElement) {
    this.pane = pane;
    this.scroll = new TallScroll(pane);
  }

  measure(): void {
    this.#fonts = undefined;
    const { clientWidth, clientHeight, scrollLeft } = this.pane;
    this.width = clientWidth;
    this.#paneHeight = clientHeight;
    this.left = scrollLeft;
  }

  /** Kept as what was measured is, and for the same reason. */
  get fonts(): Readonly<Record<TextStyle, string>> {
    this.#fonts ??= fontsOf(this.pane);
    return this.#fonts;
  }

  /** Another trace will be shown. */
  clear(): void {
    this.scene = undefined;
    this.list = undefined;
  }

  /** In the diagram, of what is below the heads. */
  get top(): number {
    return this.scroll.top;
  }

  get height(): number {
    return Math.max(LEAST_HEIGHT, this.#paneHeight - this.headHeight);
  }

  /** First and last virtual time in view. */
  get times(): TimeWindow {
    const { height, scene, top } = this;
    const from = this.timeAt(top);
    const shown = scene === undefined ? undefined : { zoom: scene.zoom, below: top - this.yAt(from) };
    return { from, to: this.timeAt(top + height), shown };
  }

  /** The virtual time at a height of the diagram, in microseconds; 0 while nothing is drawn. */
  timeAt(y: number): number {
    const map = this.list?.timeMap;
    const within = map !== undefined && y >= map.places[0]! && y <= map.places[map.places.length - 1]!;
    if (within) return timeAt(map, y);
    return this.scene === undefined ? 0 : timeAt(this.scene.timeMap, y);
  }

  /** The height in the diagram at which a virtual time is; NaN while nothing is drawn. */
  yAt(time: number): number {
    const map = this.list?.timeMap;
    const within = map !== undefined && time >= map.times[0]! && time <= map.times[map.times.length - 1]!;
    if (within) return placeAt(map, time);
    return this.scene === undefined ? Number.NaN : placeAt(this.scene.timeMap, time);
  }

  /** The height in the diagram of a height of the page. */
  yAtClient(clientY: number): number {
    return this.top + clientY - this.pane.getBoundingClientRect().top - this.headHeight;
  }

  /** The height of the page of a height in the diagram. */
  clientYOf(y: number): number {
    return y - this.top + this.pane.getBoundingClientRect().top + this.headHeight;
  }

  /** To look where a height of the diagram stays in its place. */
  keeping(y: number): Aim {
    const time = this.timeAt(y);
    return { is: 'keep', time, beside: y - this.yAt(time), below: y - this.top };
  }

  /** To look where what is selected stays in its place when it is seen, else what is in the middle. */
  staying(): Aim {
    if (this.scene === undefined) return { is: 'start' };
    const { height, top } = this;
    const { y } = this.place;
    // At its beginning a trace begins at the top of the view.
    if (!(y >= top && y <= top + Math.max(height, this.arrangedHeight)))
      return this.keeping(top + Math.min(height / 2, top * 2));
    // Of a view that is lower now it stays within.
    const below = Math.min(y - top, Math.max(height / 2, height - FOOT));
    return { is: 'keep', time: this.timeAt(y), beside: y - this.yAt(this.timeAt(y)), below };
  }
}
