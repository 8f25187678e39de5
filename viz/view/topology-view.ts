/**
 * The map of a trace at one moment: who is there, what joins them, where every packet is. The page asks for windows of time and
 * moves what is in them by itself, so that playing costs the worker nothing.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import type { TopologyPlan, TopologyWindow } from '../layout/topology.ts';
import { momentBefore, pictureAt, type TopologyPicture } from '../layout/topology-picture.ts';
import { type Places, placeTopology } from '../layout/topology-places.ts';
import type { Way } from '../layout/topology-ways.ts';
import { DeskElement } from './desk-element.ts';
import { dotLegend } from './dot-legend.ts';
import { PickEvent } from './sequence-events.ts';
import { type Aim, aimOf, topologyActs } from './topology-acts.ts';
import { type Marked, TopologyPainter } from './topology-painter.ts';
import { TopologyZoom } from './topology-zoom.ts';
import { type Zoomable, ZoomedEvent } from './zoomable.ts';

const UNMARKED: Marked = { from: -1, to: -1, sent: 0 };
/** A window reaches so far ahead: as many median latencies, and as much as plays in so many seconds. */
const SPAN_LATENCIES = 40;
const SPAN_SECONDS = 2;
/** The next window is asked for when this share of the one at hand has passed. */
const ASK_AT = 0.6;
/** Of a pointer from a packet, in pixels. */
const REACH = 12;

/**
 * `<amber-topology>`: give it `desk`, `trace` and `edition`, the `time` in microseconds that is to be shown (as often as you like)
 * and the ordinal that is `selected`. It fires a `PickEvent` for the packet, fault or node that the reader chooses; of a node it is
 * the last event up to that time. It fires a `ZoomedEvent` when it was zoomed.
 */
export class TopologyView extends DeskElement implements Zoomable {
  static override properties = {
    time: { type: Number },
    selected: { type: Number },
    acts: { attribute: false },
    aimed: { state: true },
  };

  /** The moment that is shown, in microseconds. */
  declare time: number;
  declare selected: number;
  /** What was chosen can be acted on. */
  declare acts: boolean;
  /** The link or the node that was chosen. */
  declare aimed: Aim | undefined;

  #plan: TopologyPlan | undefined;
  #window: TopologyWindow | undefined;
  #places: Places | undefined;
  #picture: TopologyPicture | undefined;
  #painter: TopologyPainter | undefined;
  #zoom: TopologyZoom | undefined;
  #marked: Marked = UNMARKED;
  #asking = false;
  /** Microseconds of the trace for each millisecond of the reader. */
  #pace = 0;
  #setAt = 0;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #resize = new ResizeObserver(() => this.#lay());

  constructor() {
    super();
    this.time = 0;
    this.selected = 0;
    this.acts = false;
    this.aimed = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) this.aimed = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="topology" @click=${this.#onClick} @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        <div class="topology-head">
          <p class="topology-clock"><b></b> <span></span></p>
          ${dotLegend}
        </div>
        ${this.acts && this.aimed !== undefined ? topologyActs(this.aimed, this.time, () => this.#aim(undefined)) : nothing}
        <svg class="topology-svg" role="group" aria-label="Topology"></svg>
        <canvas class="topology-canvas" aria-hidden="true" hidden></canvas>
      </div>
    `;
  }

  protected override firstUpdated(): void {
    const svg = this.querySelector<SVGSVGElement>('.topology-svg')!;
    this.#painter = new TopologyPainter(svg, this.querySelector<HTMLCanvasElement>('.topology-canvas')!);
    this.#zoom = new TopologyZoom(svg, (transform) => {
      this.#painter?.look(transform);
      this.#show();
      this.dispatchEvent(new ZoomedEvent());
    });
    this.#resize.observe(this.querySelector('.topology')!);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('time')) this.#follow(this.time - (changed.get('time') ?? 0));
    if (changed.has('trace') || changed.has('edition')) void this.#begin();
    else this.#show();
    if (changed.has('selected') || changed.has('trace')) void this.#mark();
  }

  get zoom(): number {
    return this.#zoom?.scale ?? 1;
  }

  set zoom(scale: number) {
    if (this.#zoom !== undefined) this.#zoom.scale = scale;
  }

  zoomBy(steps: number): void {
    this.#zoom?.scaleBy(steps);
  }

  fitAll(): void {
    this.#zoom?.reset();
  }

  /** Learns how fast time goes, from how it is set. */
  #follow(moved: number): void {
    const now = performance.now();
    const since = now - this.#setAt;
    this.#setAt = now;
    this.#pace = since > 0 && since < 250 && moved > 0 ? moved / since : 0;
  }

  async #begin(): Promise<void> {
    const { desk, trace } = this;
    if (desk === undefined || trace === 0) return;
    const plan = await desk.ask('topology', 'plan', trace);
    if (trace !== this.trace) return;
    this.#plan = plan;
    this.#window = undefined;
    this.#lay();
  }

  #lay(): void {
    const map = this.querySelector<HTMLElement>('.topology')!;
    if (this.#plan === undefined || map.clientWidth === 0) return;
    this.#places = placeTopology(this.#plan, map.clientWidth, map.clientHeight);
    this.#painter?.place(this.#plan, this.#places);
    this.#zoom?.fit(this.#places.width, this.#places.height);
    this.#show();
    this.dispatchEvent(new ZoomedEvent());
  }

  /** Draws the moment, and asks for a window that has it. */
  #show(): void {
    const plan = this.#plan;
    const places = this.#places;
    if (plan === undefined || places === undefined) return;
    const window = this.#window;
    const { time } = this;
    const within = window !== undefined && window.from <= time && time <= window.to;
    if (!within || (this.#pace > 0 && time > window.from + (window.to - window.from) * ASK_AT))
      void this.#ask(plan);
    if (!within) return;
    const shown = this.#still.matches ? momentBefore(window, time) : time;
    this.#picture = pictureAt(plan, window, places, shown);
    this.#painter?.paint(this.#picture, this.#marked);
    const [clock, words] = this.querySelector('.topology-clock')!.children;
    clock!.textContent = momentText(time);
    words!.textContent = underWayText(this.#picture.underWay, window.leftOut);
  }

  async #ask(plan: TopologyPlan): Promise<void> {
    const { desk, trace, time } = this;
    if (desk === undefined || this.#asking) return;
    this.#asking = true;
    const span = Math.max(SPAN_LATENCIES * plan.latency, this.#pace * 1_000 * SPAN_SECONDS);
    try {
      const window = await desk.ask('topology', 'window', trace, time, span);
      if (plan === this.#plan) this.#window = window;
    } finally {
      this.#asking = false;
    }
    this.#show();
  }

  async #mark(): Promise<void> {
    const { desk, trace, selected } = this;
    if (desk === undefined || trace === 0) return;
    const marked = selected === 0 ? UNMARKED : await desk.ask('topology', 'place', trace, selected);
    if (selected !== this.selected) return;
    this.#marked = marked;
    this.#show();
  }

  #onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : undefined;
    if (target === undefined || target.closest('.topology-acts') !== null) return;
    const ordinal = Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0) || this.#dotNear(event);
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
    else if (target.closest('[data-station]') !== null) void this.#pickStation(target);
    else void this.#pickWay(event);
  };

  #onKey = (event: KeyboardEvent): void => {
    if ((event.key !== 'Enter' && event.key !== ' ') || !(event.target instanceof Element)) return;
    if (event.target.closest('.topology-acts') !== null) return;
    event.preventDefault();
    const ordinal = Number(event.target.getAttribute('data-i') ?? 0);
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
    else void this.#pickStation(event.target);
  };

  /** Who goes from station to station by keys sees where they are. */
  #onFocus = (event: FocusEvent): void => {
    const station = event.target instanceof Element ? event.target.getAttribute('data-station') : null;
    const places = this.#places;
    if (station === null || places === undefined) return;
    const { x, y } = places.spots[Number(station)]!;
    this.#zoom?.reveal(x, y, places.width, places.height);
  };

  async #pickStation(target: Element): Promise<void> {
    const station = target.closest('[data-station]')?.getAttribute('data-station');
    const { desk, trace, time } = this;
    if (station === null || station === undefined || desk === undefined) return;
    void this.#aim(this.#namesOf(Number(station)));
    const ordinal = await desk.ask('topology', 'lastAt', trace, Number(station), time);
    if (ordinal > 0 && trace === this.trace) this.dispatchEvent(new PickEvent(ordinal));
  }

  /** Of what joins two stations the reader sees what happened last on it. */
  async #pickWay(event: MouseEvent): Promise<void> {
    const { desk, trace, time } = this;
    const place = this.#placeOf(event);
    const reach = REACH / (this.#zoom?.scale ?? 1);
    const edge =
      place === undefined ? -1 : (this.#places?.ways.findIndex((way) => isOnWay(place, way, reach)) ?? -1);
    if (edge < 0 || desk === undefined) {
      void this.#aim(undefined);
      return;
    }
    const { a, b } = this.#plan!.edges[edge]!;
    void this.#aim(this.#namesOf(a, b));
    const ordinal = await desk.ask('topology', 'lastOn', trace, edge, time);
    if (ordinal > 0 && trace === this.trace) this.dispatchEvent(new PickEvent(ordinal));
  }

  /** Of stations that are one node each. */
  #namesOf(...stations: readonly number[]): string[] | undefined {
    const chosen = stations.map((index) => this.#plan!.stations[index]!);
    return chosen.every(({ size }) => size === 1) ? chosen.map(({ names }) => names[0]!) : undefined;
  }

  /** What can be acted on of a node, or of what joins two. */
  async #aim(names: readonly string[] | undefined): Promise<void> {
    const { desk, trace, acts } = this;
    if (names === undefined || desk === undefined || !acts) {
      this.aimed = undefined;
      return;
    }
    const actors = await desk.ask('fork', 'actors', trace);
    if (trace === this.trace) this.aimed = aimOf(actors, names);
  }

  /** Where on the map the pointer is. */
  #placeOf({ clientX, clientY }: MouseEvent): readonly [x: number, y: number] | undefined {
    const { left, top } = this.querySelector('.topology-svg')!.getBoundingClientRect();
    return this.#zoom?.transform.invert([clientX - left, clientY - top]);
  }

  /** The nearest packet within reach; 0 is none. */
  #dotNear(event: MouseEvent): number {
    const zoom = this.#zoom;
    const place = this.#placeOf(event);
    if (zoom === undefined || place === undefined) return 0;
    const [atX, atY] = place;
    let nearest = 0;
    let least = (REACH / zoom.scale) ** 2;
    for (const { i, x, y } of this.#picture?.dots ?? []) {
      const square = (x - atX) ** 2 + (y - atY) ** 2;
      if (square > least) continue;
      least = square;
      nearest = i;
    }
    return nearest;
  }
}

function isOnWay([x, y]: readonly [x: number, y: number], { x1, y1, x2, y2 }: Way, reach: number): boolean {
  const square = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const share = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / square));
  return (x - x1 - share * (x2 - x1)) ** 2 + (y - y1 - share * (y2 - y1)) ** 2 <= reach ** 2;
}

function underWayText(count: number, leftOut: number): string {
  const packets = count === 0 ? 'nothing under way' : `${count.toLocaleString('en')} under way`;
  return leftOut === 0 ? packets : `${packets}, ${leftOut.toLocaleString('en')} more than can be shown`;
}
