/**
 * The scrolling pane of the sequence diagram. It draws two views around what is seen and no more, so a trace may be long. How
 * packets are drawn follows from how many there are: shapes with words, lines on a canvas, or counts; what is selected, what was
 * lost and what is accused are always shapes.
 *
 * Whoever holds it sets its properties and listens to `pick` (an event was pointed at), `window` (other times are in view) and
 * `drawn`; {@link SequencePane.fitAll}, {@link SequencePane.zoomToSelection} and {@link SequencePane.zoomBy} move it. For
 * playback set `time`, and `follow` to keep it in view; {@link SequencePane.timeAtClientY} and
 * {@link SequencePane.clientYAtTime} turn a pointer into a time and back.
 */
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { type Aim, FAR_VIEWS, type Flight, SOUGHT_AT, type Stretch } from '../layout/aim.ts';
import type { Axis } from '../layout/axis-kind.ts';
import { clearEdge, REACH, type Whole, wholesOf } from '../layout/clear-edge.ts';
import { linesOf } from '../layout/nameless.ts';
import type { Arranged, Place, Window } from '../worker/answers/sequence-answers.ts';
import { DeskElement } from './desk-element.ts';
import { headsHeight, laneHeads } from './lane-heads.ts';
import { DrawnEvent, PickEvent, type TimeWindow, WindowEvent } from './sequence-events.ts';
import { SequencePicture } from './sequence-picture.ts';
import { SequencePointer } from './sequence-pointer.ts';
import { SequenceQuestions } from './sequence-questions.ts';
import { Viewport } from './viewport.ts';
import { ZoomGestures } from './zoom-gestures.ts';

export { DrawnEvent, PickEvent } from './sequence-events.ts';

const ZOOM_STEP = 1.25;
/** Nearer than this to an edge of the view nothing is seen. */
const EDGE = 8;
/** Between a lane that is sought and the edge of the view: half of its head. */
const LANE_ROOM = 40;
/** Further below its beginning the end of a packet need not be in view with it. */
const NEAR = 60;
export class SequencePane extends DeskElement {
  static override properties = {
    selected: { type: Number },
    zoom: { type: Number },
    axis: {},
    window: { attribute: false },
    time: { type: Number },
    follow: { type: Boolean },
    hiddenLanes: { attribute: false },
    filter: {},
    filterMode: {},
    filterEdition: { type: Number },
    pings: {},
    theme: {},
  };

  declare selected: number;
  /** 1 shows words at their full size; the whole of a long trace is far below. */
  declare zoom: number;
  declare axis: Axis;
  /** The times in view. Set, it moves and zooms the pane; the pane tells of its own moves by the event `window`. */
  declare window: TimeWindow | undefined;
  /** Of the playback head, in microseconds; undefined for none. */
  declare time: number | undefined;
  /** Keeps the playback head in view. */
  declare follow: boolean;
  /** Names of nodes that have no lane. */
  declare hiddenLanes: readonly string[];
  /** Stands for what it matches once it was applied in the worker; `filterEdition` grows then. */
  declare filter: string;
  declare filterEdition: number;
  declare filterMode: 'dim' | 'hide';
  /** Keep-alives that follow one another: one for all of them, or each. */
  declare pings: 'runs' | 'each';
  /** Any name: what is drawn on canvas is drawn anew when it changes. */
  declare theme: string | undefined;

  readonly #questions = new SequenceQuestions(this, {
    viewport: () => this.#viewport,
    arranged: (arranged, gutter, aim) => this.#take(arranged, gutter, aim),
    moved: () => this.#findPlace(),
    settled: async () => {
      const revealing = this.#revealing;
      this.#revealing = undefined;
      if (revealing !== undefined) await this.reveal(revealing.ordinal, revealing.focus);
    },
    window: (list) => this.#show(list),
    busy: (busy) => this.#tellBusy(busy),
  });
  /** Both are there once the pane is. */
  #viewport: Viewport | undefined;
  #picture: SequencePicture | undefined;
  #resize = new ResizeObserver(() => {
    this.#viewport?.measure();
    void this.#questions.arrange();
  });
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #frame = 0;
  /** Which heads are there. */
  #heads = '';
  /** The shape that gets the focus once it is drawn; 0 is none. */
  #focusOn = 0;
  /** Where the view was to begin that was sought last: it begins nearby, where it cuts no words. NaN once the reader has scrolled. */
  #sought = Number.NaN;
  /** In the drawing, what should be seen whole or not at all. */
  #wholes: readonly Whole[] = [];
  /** Once it is arranged. */
  #revealing: { ordinal: number; focus: boolean } | undefined;
  /** What was told of the view. */
  #shown: TimeWindow | undefined;
  readonly #gestures = new ZoomGestures((factor, clientY) => {
    this.#zoomTo(this.zoom * factor, clientY);
  });
  readonly #pointer = new SequencePointer({
    viewport: () => this.#viewport,
    pick: (ordinal) => this.dispatchEvent(new PickEvent(ordinal)),
    nearest: (x, y) => this.#questions.nearest(x, y),
    hovered: () => this.#picture?.paintShapes(),
  });

  constructor() {
    super();
    this.selected = 0;
    this.zoom = 1;
    this.axis = 'compressed';
    this.window = undefined;
    this.time = undefined;
    this.follow = false;
    this.hiddenLanes = [];
    this.filter = '';
    this.filterMode = 'dim';
    this.filterEdition = 0;
    this.pings = 'runs';
    this.theme = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#resize.observe(this.#pane);
    for (const name of SCROLLS) this.addEventListener(name, this.#onMove, { passive: true });
    this.#scheme.addEventListener('change', this.#onScheme);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#resize.disconnect();
    for (const name of SCROLLS) this.removeEventListener(name, this.#onMove);
    cancelAnimationFrame(this.#frame);
    this.#questions.leave();
    this.#viewport?.clear();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('trace') && !changed.has('desk')) return;
    this.#questions.forget();
    this.#viewport?.clear();
    this.#shown = undefined;
    if (changed.has('desk')) this.#questions.moveDesk();
  }

  protected override render(): TemplateResult {
    return html`
      <div
        class="pane"
        tabindex="0"
        role="region"
        aria-label="Sequence diagram"
        @scroll=${this.#onScroll}
        @scrollend=${this.#onScrollEnd}
        @wheel=${this.#gestures.onWheel}
        @touchstart=${this.#gestures.onTouch}
        @touchmove=${this.#gestures.onTouch}
        @click=${this.#pointer.onClick}
        @keydown=${this.#pointer.onKey}
        @pointerover=${this.#pointer.onPointer}
        @pointerout=${this.#pointer.onPointer}
        @pointermove=${this.#pointer.onMove}
      >
        <div class="world">
          <div class="heads"></div>
          <div class="gutter"><svg class="gutter-svg" aria-hidden="true"></svg></div>
          <div class="stage">
            <svg class="ground" role="group" aria-label="Connections, crashes and faults"></svg>
            <canvas class="ink" aria-hidden="true" hidden></canvas>
            <div class="cursor" aria-hidden="true" hidden></div>
            <div class="playhead" aria-hidden="true" hidden></div>
            <svg class="diagram" role="group" aria-label="Packets and events, in order of time"></svg>
          </div>
        </div>
        <i class="ink-sample" hidden></i>
      </div>
    `;
  }

  protected override firstUpdated(): void {
    this.#viewport = new Viewport(this.#pane);
    this.#picture = new SequencePicture(this.#viewport);
    this.#resize.observe(this.#pane);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('desk')) {
      this.#viewport?.scroll.to(0);
      this.#questions.aim = { is: 'start' };
    }
    if (changed.has('window') && this.window !== undefined && !sameWindow(this.window, this.#shown)) {
      this.#questions.aim = this.#aimAt(this.window);
    }
    if (ARRANGES.some((name) => changed.has(name))) void this.#questions.arrange();
    if (changed.has('selected')) void this.#findPlace();
    if (changed.has('theme')) this.#onScheme();
    if (changed.has('time') || changed.has('follow')) this.#placeHead();
  }

  /** What another pane has shown is shown as it was there. */
  #aimAt({ from, to, shown }: TimeWindow): Aim {
    if (shown === undefined) return { is: 'times', from, to };
    this.zoom = shown.zoom;
    return { is: 'keep', time: from, beside: shown.below, below: 0 };
  }

  /** Everything in one view. */
  fitAll(): void {
    this.#look({ is: 'all' });
  }

  /**
   * What comes from a time in microseconds on, so large that it takes the room that there is, if it is short, and words have room beside a flight;
   * as long as that allows it, all until another time is in view, or all of a shorter stretch.
   */
  fill(from = 0, flight?: Flight, until?: number, shorter?: readonly Stretch[]): void {
    this.#look({ is: 'fill', from, flight, until, shorter });
  }

  /** Where the trace begins, at the size it has. */
  toStart(): void {
    this.#look({ is: 'start' });
  }

  /** What is selected, with all that belongs to it, as large as the view allows. */
  zoomToSelection(): void {
    if (this.selected > 0) this.#look({ is: 'event', ordinal: this.selected });
  }

  /** Steps of a quarter, in if they are above 0. */
  zoomBy(steps: number): void {
    this.#zoomTo(this.zoom * ZOOM_STEP ** steps);
  }

  /** The trace begins at the top of the view. */
  get atStart(): boolean {
    return (this.#viewport?.top ?? 0) <= 0;
  }

  /** The virtual time at a height of the page, in microseconds; 0 while nothing is drawn. */
  timeAtClientY(clientY: number): number {
    const viewport = this.#viewport;
    return viewport?.timeAt(viewport.yAtClient(clientY)) ?? 0;
  }

  /** The height in the page at which a virtual time is, also when it is not in view; NaN while nothing is drawn. */
  clientYAtTime(time: number): number {
    const viewport = this.#viewport;
    return viewport?.clientYOf(viewport.yAt(time)) ?? Number.NaN;
  }

  get #pane(): HTMLElement {
    return this.querySelector<HTMLElement>('.pane')!;
  }

  #look(aim: Aim): void {
    this.#questions.aim = aim;
    void this.#questions.arrange();
  }

  /** What is at `clientY` stays there; without it what {@link Viewport.staying} says. */
  #zoomTo(zoom: number, clientY?: number): void {
    const viewport = this.#viewport;
    if (viewport?.scene === undefined) return;
    const { zoomMin, zoomMax } = viewport.scene;
    const within = Math.max(zoomMin, Math.min(zoomMax, zoom));
    if (within === this.zoom) return;
    this.zoom = within;
    if (clientY !== undefined)
      this.#questions.aim = viewport.keeping(Math.max(viewport.top, viewport.yAtClient(clientY)));
  }

  #take(arranged: Arranged, gutter: number, aim: Aim | undefined): void {
    const viewport = this.#viewport!;
    viewport.scene = arranged;
    const world = this.querySelector<HTMLElement>('.world')!;
    viewport.headHeight = headsHeight(arranged);
    viewport.arrangedHeight = viewport.height;
    // Lanes of a short trace go on to the end of the view.
    const height = Math.max(viewport.height, viewport.scroll.measure(arranged.height, viewport.height));
    world.style.gridTemplateColumns = `${gutter}px ${arranged.width}px`;
    world.style.gridTemplateRows = `${viewport.headHeight}px ${height}px`;
    this.querySelector('.gutter-svg')!.setAttribute('width', `${gutter}`);
    const { lanes, margin, pitch } = arranged;
    const heads = JSON.stringify([gutter, margin, pitch, lanes]);
    if (heads !== this.#heads) {
      this.#heads = heads;
      this.querySelector('.heads')!.replaceChildren(
        ...laneHeads(arranged, gutter, (group, size) => this.#questions.fold(group, size)),
      );
    }
    viewport.scroll.to(arranged.top);
    // Who stays where the view was sought stays there, and else where the reader has scrolled to.
    if (aim !== undefined || !Number.isNaN(this.#sought))
      this.#sought = isSought(aim) ? arranged.top : Number.NaN;
    this.#show(arranged.window);
    this.#questions.draw();
  }

  /** While the worker is at it, what is seen is not what was asked for. */
  #tellBusy(busy: boolean): void {
    const pane = this.querySelector('.pane');
    if (busy) pane?.setAttribute('aria-busy', 'true');
    else pane?.removeAttribute('aria-busy');
  }

  #show(list: Window): void {
    const viewport = this.#viewport!;
    viewport.list = list;
    viewport.lines = linesOf(list);
    viewport.hovered = undefined;
    this.#picture?.paint();
    this.#placeParts();
    this.#focusShape();
    this.#tellWindow();
    const drawn = new DrawnEvent(list);
    this.dispatchEvent(drawn);
    this.#wholes = [...wholesOf(list), ...drawn.wholes].map(({ height, y }) => ({
      height,
      y: y + list.origin,
    }));
    this.#clearEdge();
  }

  /** Where the view begins that was sought, or a little beside it. */
  get #edge(): number {
    const { height, scene } = this.#viewport!;
    const last = Math.max(0, scene!.height - height);
    return clearEdge(this.#wholes, Math.max(0, Math.min(last, this.#sought)), height, last);
  }

  /** Moves a view that has come to where it was sought. */
  #clearEdge(): void {
    const { scroll, top } = this.#viewport!;
    // Not while it scrolls there.
    if (!(Math.abs(this.#sought - top) <= REACH)) return;
    const edge = this.#edge;
    if (Math.abs(edge - top) < 1) return;
    scroll.to(edge);
    this.#placeParts();
    this.#tellWindow();
  }

  async #findPlace(): Promise<void> {
    const { selected } = this;
    const viewport = this.#viewport;
    const place = await this.#questions.placeOf(selected);
    if (place === undefined || viewport === undefined || selected !== this.selected) return;
    // Whoever brings it into view draws it there.
    if (place.away !== undefined) await undefined;
    if (viewport.place === place) return;
    viewport.place = place;
    if (viewport.list === undefined) return;
    this.#picture?.emphasise();
    this.#placeParts();
    this.#focusShape();
  }

  /** Puts everything where the page has scrolled to. */
  #placeParts(): void {
    this.#picture?.place();
    this.#placeHead();
  }

  #placeHead(): void {
    const { time } = this;
    const viewport = this.#viewport;
    if (viewport === undefined) return;
    const y = time === undefined ? Number.NaN : viewport.yAt(time);
    if (this.follow && !Number.isNaN(y)) this.#followHead(viewport, time!, y);
    this.#picture?.placeLines(time, y);
  }

  /** Scrolls before the head leaves the view. */
  #followHead(viewport: Viewport, time: number, y: number): void {
    const { height, scroll, top } = viewport;
    const { height: whole, timeMap } = viewport.scene!;
    this.#sought = Number.NaN;
    // What happens at one moment may take many rows: at the end it is their last that is wanted.
    if (time >= timeMap.times[timeMap.times.length - 1]!) {
      scroll.to(whole - height);
      this.#questions.draw();
    } else if (y < top || y > top + 0.6 * height) {
      const near = y > top && y < top + height;
      scroll.to(near ? y - 0.6 * height : y - 0.3 * height);
      this.#questions.draw();
    }
  }

  #tellWindow(): void {
    const shown = this.#viewport?.times;
    if (shown === undefined || sameWindow(shown, this.#shown)) return;
    this.#shown = shown;
    this.dispatchEvent(new WindowEvent(shown));
  }

  /** Brings an event into view, without moving when it is seen already. */
  async reveal(ordinal: number, focus: boolean): Promise<void> {
    const viewport = this.#viewport;
    const arranged = viewport?.scene !== undefined && !this.#questions.arranging;
    const place = arranged ? await this.#questions.placeOf(ordinal) : undefined;
    // Before it is arranged nothing has a place, and an arrangement that is under way would put the view back where it was.
    if (!arranged || this.#questions.arranging) {
      this.#revealing = { ordinal, focus };
      return;
    }
    if (place === undefined) return;
    const { arrows, y, x, shape } = place;
    const { height, scene, top } = viewport;
    if (Number.isNaN(y) || scene === undefined || ordinal !== this.selected) return;
    // Sideways first: a move at once would end the smooth one downwards.
    const arrow = arrows.find(({ i }) => i === shape);
    if (x !== undefined) this.#revealLanes(scene, arrow?.x1 ?? x, arrow?.aimX ?? x);
    // A packet is seen with its end, if that is near.
    const end = arrow?.y2 ?? y;
    if (y < top + EDGE || Math.min(end, y + NEAR) > top + height - EDGE) this.#goTo(viewport, place, focus);
    if (!focus) return;
    this.#focusOn = shape;
    this.#focusShape();
  }

  #goTo(viewport: Viewport, place: Place, focus: boolean): void {
    const { height, scroll, top } = viewport;
    const { away, y } = place;
    if (away === undefined || Math.abs(y - top) < FAR_VIEWS * height) {
      const still = focus || matchMedia('(prefers-reduced-motion: reduce)').matches;
      this.#sought = y - SOUGHT_AT * height;
      scroll.to(this.#edge, still ? 'instant' : 'smooth');
    } else {
      this.#sought = away.top;
      scroll.to(away.top);
      const { tops } = away.window;
      viewport.place = place;
      if (viewport.top >= tops.from && viewport.top < tops.to) this.#show(away.window);
    }
    this.#questions.draw();
  }

  /** Focus follows once the shape is drawn. */
  #focusShape(): void {
    if (this.#focusOn === 0) return;
    const root = this.getRootNode() as Document | ShadowRoot;
    // Who has begun to type meanwhile goes on typing.
    if (root.activeElement?.matches('input, textarea, select') === true) {
      this.#focusOn = 0;
      return;
    }
    const shape = this.querySelector<SVGElement>(`.diagram [role=button][data-i="${this.#focusOn}"]`);
    if (shape === null) return;
    this.#focusOn = 0;
    shape.focus({ preventScroll: true });
  }

  /** On a narrow screen lanes may be beside the view: of those of a packet it is the one to which it goes that is seen, if not both. */
  #revealLanes({ viewWidth }: Arranged, from: number, to: number): void {
    const { left } = this.#viewport!;
    const [least, most] = [Math.max(from, to) + LANE_ROOM - viewWidth, Math.min(from, to) - LANE_ROOM];
    if (left >= least && left <= most) return;
    const both = least <= most;
    this.#pane.scrollTo({
      left: both ? (left < least ? least : most) : to > from ? least : most,
      behavior: 'instant',
    });
  }

  #onScroll = (): void => {
    // A pane that was scrolled and then taken out of the page hears of it afterwards, and stands at its top by then.
    if (!this.isConnected) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const viewport = this.#viewport;
      if (viewport === undefined) return;
      viewport.left = this.#pane.scrollLeft;
      viewport.scroll.follow();
      this.#picture?.follow();
      this.#placeParts();
      this.#tellWindow();
      this.#questions.draw();
    });
  };

  /** The reader may scroll. */
  #onMove = (): void => {
    this.#sought = Number.NaN;
  };

  #onScrollEnd = (): void => {
    if (this.#viewport?.scroll.settle() === true) this.#placeParts();
  };

  #onScheme = (): void => {
    this.#picture?.recolour();
  };
}

/** What readers scroll with. */
const SCROLLS = ['keydown', 'pointerdown', 'touchmove', 'wheel'] as const;

/** Of a view that another one begins with as well nothing is moved. */
function isSought(aim: Aim | undefined): boolean {
  return aim === undefined || aim.is === 'fill' || aim.is === 'event';
}

/** Properties that ask for a new arrangement. */
const ARRANGES = [
  'desk',
  'trace',
  'edition',
  'zoom',
  'axis',
  'window',
  'hiddenLanes',
  'filter',
  'filterMode',
  'filterEdition',
  'pings',
] as const;

/** A microsecond more or less is the same: times of a view are those of its pixels. */
function sameWindow(one: TimeWindow, other: TimeWindow | undefined): boolean {
  return other !== undefined && Math.abs(one.from - other.from) < 1 && Math.abs(one.to - other.to) < 1;
}
