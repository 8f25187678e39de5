/**
 * The whole trace in a strip: how much happened when, faults and broken promises, what is in view, and where the head is. A click
 * goes there, a drag chooses what is in view, and what is in view can be dragged along.
 *
 * It is a slider of time for who uses keys. It fires `seek` (a time in microseconds) and `window` (times that should be in view);
 * whoever holds it hands `window`, `time` and the properties of the filter to it and to the pane alike.
 */
import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { Axis } from '../layout/axis-kind.ts';
import type { Minimap } from '../layout/minimap.ts';
import { placeAt, timeAt } from '../layout/time-map.ts';
import { momentText } from '../layout/time-text.ts';
import { DeskElement } from './desk-element.ts';
import { coloursOf } from './ink.ts';
import { paintMinimap } from './minimap-painter.ts';
import { SeekEvent, type TimeWindow, WindowEvent } from './sequence-events.ts';

/** Pixels by which a pointer moves before that is a drag. */
const DRAG_MIN = 4;
/** Of the strip, for a key and for one with Shift. */
const STEP = 0.01;
const LEAP = 0.1;
/** What is in view is drawn at least so wide. */
const WINDOW_MIN = 6;

export class MinimapStrip extends DeskElement {
  static override properties = {
    axis: {},
    window: { attribute: false },
    time: { type: Number },
    hiddenLanes: { attribute: false },
    filter: {},
    filterMode: {},
    filterEdition: { type: Number },
    pings: {},
    theme: {},
    map: { state: true },
    brush: { state: true },
  };

  declare axis: Axis;
  /** The times in view. */
  declare window: TimeWindow | undefined;
  /** Of the head, in microseconds. */
  declare time: number;
  declare hiddenLanes: readonly string[];
  declare filter: string;
  declare filterMode: 'dim' | 'hide';
  declare filterEdition: number;
  declare pings: 'runs' | 'each';
  declare theme: string | undefined;
  declare map: Minimap | undefined;
  /** While a window is being drawn, in pixels. */
  declare brush: { from: number; to: number } | undefined;

  #resize = new ResizeObserver(([entry]) => {
    this.#width = Math.floor(entry!.contentRect.width);
    void this.#ask();
  });
  /** As last measured, in pixels: to ask for it while a seek is drawn would lay out the page once more. */
  #width = 0;
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #asked = '';
  #drag: { x: number; moves: TimeWindow | undefined } | undefined;

  constructor() {
    super();
    this.axis = 'compressed';
    this.window = undefined;
    this.time = 0;
    this.hiddenLanes = [];
    this.filter = '';
    this.filterMode = 'dim';
    this.filterEdition = 0;
    this.pings = 'runs';
    this.theme = undefined;
    this.map = undefined;
    this.brush = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scheme.addEventListener('change', this.#onScheme);
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#resize.disconnect();
  }

  protected override render(): TemplateResult {
    const { map } = this;
    const end = map?.timeMap.times[map.timeMap.times.length - 1] ?? 0;
    return html`<div
      class="map"
      role="slider"
      tabindex="0"
      aria-label="Time in the whole trace"
      aria-valuemin="0"
      aria-valuemax=${Math.round(end / 1_000)}
      aria-valuenow=${Math.round(Math.min(end, this.time) / 1_000)}
      aria-valuetext=${momentText(Math.round(this.time))}
      title="Click to go there, drag to choose what is in view"
      @pointerdown=${this.#onPointerDown}
      @pointermove=${this.#onPointerMove}
      @pointerup=${this.#onPointerUp}
      @pointercancel=${this.#onPointerCancel}
      @keydown=${this.#onKey}
    >
      <canvas class="map-ink" aria-hidden="true"></canvas>
      <div class="map-view" aria-hidden="true">
        <span class="map-window"></span>
        <span class="map-head"></span>
      </div>
      <i class="ink-sample" hidden></i>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('map') || changed.has('theme')) this.#paint();
    this.#placeParts();
    void this.#ask();
  }

  #onScheme = (): void => this.#paint();

  get #strip(): HTMLElement {
    return this.querySelector<HTMLElement>('.map')!;
  }

  async #ask(): Promise<void> {
    const { desk, trace } = this;
    const width = this.#width;
    if (desk === undefined || trace === 0 || width < 40) return;
    const staging = {
      unfolded: [],
      hiddenNodes: this.hiddenLanes,
      pingRuns: this.pings === 'runs',
      filter: this.filter,
      others: this.filterMode,
    };
    const asked = JSON.stringify([trace, this.edition, this.filterEdition, this.axis, width, staging]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    try {
      const map = await desk.ask('minimap', 'picture', trace, staging, this.axis, width);
      // Something newer was asked for meanwhile.
      if (this.#asked === asked) this.map = map;
    } catch (error) {
      // The trace was closed meanwhile.
      if (trace === this.trace && this.isConnected) throw error;
    }
  }

  #paint(): void {
    const { map } = this;
    const canvas = this.querySelector<HTMLCanvasElement>('.map-ink');
    if (map === undefined || canvas === null) return;
    const style = getComputedStyle(this);
    const font = `10px ${style.getPropertyValue('--sans')}`;
    paintMinimap(canvas, map, coloursOf(this.querySelector('.ink-sample')!), font);
  }

  #placeParts(): void {
    const { map, brush, window: seen } = this;
    const frame = this.querySelector<HTMLElement>('.map-window')!;
    const head = this.querySelector<HTMLElement>('.map-head')!;
    head.hidden = map === undefined;
    frame.hidden = map === undefined || (seen === undefined && brush === undefined);
    if (map === undefined) return;
    head.style.left = `${placeAt(map.timeMap, this.time)}px`;
    if (frame.hidden) return;
    const from = brush === undefined ? placeAt(map.timeMap, seen!.from) : Math.min(brush.from, brush.to);
    const to = brush === undefined ? placeAt(map.timeMap, seen!.to) : Math.max(brush.from, brush.to);
    const wide = Math.max(WINDOW_MIN, to - from);
    frame.style.left = `${Math.max(0, Math.min(map.width - wide, (from + to - wide) / 2))}px`;
    frame.style.width = `${wide}px`;
  }

  #xOf(event: PointerEvent): number {
    const { left, width } = this.#strip.getBoundingClientRect();
    return Math.max(0, Math.min(width, event.clientX - left));
  }

  #onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || this.map === undefined) return;
    const onWindow = (event.target as Element).classList.contains('map-window');
    this.#drag = { x: this.#xOf(event), moves: onWindow ? this.window : undefined };
    this.#strip.setPointerCapture(event.pointerId);
  };

  #onPointerMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    const { map } = this;
    if (drag === undefined || map === undefined) return;
    const x = this.#xOf(event);
    if (drag.moves === undefined) {
      if (this.brush !== undefined || Math.abs(x - drag.x) >= DRAG_MIN) this.brush = { from: drag.x, to: x };
      return;
    }
    if (Math.abs(x - drag.x) < 1) return;
    const [from, to] = [drag.moves.from, drag.moves.to].map((time) => placeAt(map.timeMap, time));
    const by = Math.max(-from!, Math.min(map.width - to!, x - drag.x));
    this.dispatchEvent(
      new WindowEvent({ from: timeAt(map.timeMap, from! + by), to: timeAt(map.timeMap, to! + by) }),
    );
  };

  #onPointerUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    const { brush, map } = this;
    this.#drag = undefined;
    this.brush = undefined;
    if (drag === undefined || map === undefined) return;
    const x = this.#xOf(event);
    if (brush !== undefined) {
      const [from, to] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
      this.dispatchEvent(new WindowEvent({ from: timeAt(map.timeMap, from), to: timeAt(map.timeMap, to) }));
    } else if (Math.abs(x - drag.x) < DRAG_MIN) this.#seek(x);
  };

  #onPointerCancel = (): void => {
    this.#drag = undefined;
    this.brush = undefined;
  };

  #onKey = (event: KeyboardEvent): void => {
    const { map } = this;
    if (map === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = placeAt(map.timeMap, this.time);
    const step = map.width * (event.shiftKey ? LEAP : STEP);
    const to = {
      ArrowLeft: here - step,
      ArrowDown: here - step,
      ArrowRight: here + step,
      ArrowUp: here + step,
      PageDown: here - map.width * LEAP,
      PageUp: here + map.width * LEAP,
      Home: 0,
      End: map.width,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#seek(Math.max(0, Math.min(map.width, to)));
  };

  #seek(x: number): void {
    this.dispatchEvent(new SeekEvent(Math.round(timeAt(this.map!.timeMap, x))));
  }
}
