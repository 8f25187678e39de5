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
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { Aim } from '../layout/aim.ts';
import type { Axis } from '../layout/axis-kind.ts';
import type { Arrow, DisplayList } from '../layout/display-list.ts';
import { UNFOLDED_GROUP_MAX } from '../layout/roster.ts';
import { placeAt, timeAt } from '../layout/time-map.ts';
import type { Arranged, Arranging, Place, Window } from '../worker/answers/sequence-answers.ts';
import type { Desk } from '../worker/desk.ts';
import { paintDensity } from './density-painter.ts';
import { fontsOf } from './fonts.ts';
import { Ink } from './ink.ts';
import { headsHeight, laneHeads } from './lane-heads.ts';
import { paintLines } from './line-painter.ts';
import { arrowNear, movedBy } from './pointing.ts';
import { DrawnEvent, PickEvent, type TimeWindow, WindowEvent } from './sequence-events.ts';
import { type Emphasis, SequencePainter } from './sequence-painter.ts';
import { TallScroll } from './tall-scroll.ts';

export { DrawnEvent, PickEvent } from './sequence-events.ts';

const GUTTER_WIDE = 92;
const GUTTER_NARROW = 76;
const NARROW = 640;
const ZOOM_STEP = 1.25;
/** Of a notch of a wheel with Ctrl, and of a pinch, which sends many small ones. */
const ZOOM_PER_PIXEL = 0.0022;
/** Among lines and counts so many that went wrong are shapes. */
const WRONG_MAX = 120;
/** Of its height that must be drawn beyond the view. */
const AHEAD = 0.2;
const LEAST_HEIGHT = 80;

const NOWHERE: Place = { y: Number.NaN, x: undefined, shape: 0, chain: [], arrows: [], name: '' };

/** Panes ask the worker by a name of their own. */
let panes = 0;

export class SequencePane extends LitElement {
  static override properties = {
    desk: { attribute: false },
    trace: { type: Number },
    edition: { type: Number },
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

  declare desk: Desk | undefined;
  /** The number of the trace at the desk; 0 is none. */
  declare trace: number;
  /** Grows when there is more of the trace than before. */
  declare edition: number;
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

  readonly #view = `sequence ${++panes}`;
  #arranged: Arranged | undefined;
  /** What was arranged, so that a resize that changes nothing asks nothing. */
  #arranging = '';
  /** Where the next arrangement should look; undefined to stay. */
  #aim: Aim | undefined;
  #arrangingNow = false;
  /** Counts desks. */
  #round = 0;
  #list: Window | undefined;
  #painter: SequencePainter | undefined;
  #scroll: TallScroll | undefined;
  #ink: Ink | undefined;
  #place: Place = NOWHERE;
  #unfolded: readonly string[] = [];
  #resize = new ResizeObserver(() => {
    this.#measure();
    void this.#arrange();
  });
  #scheme = matchMedia('(prefers-color-scheme: dark)');
  #frame = 0;
  /** A window is being asked for; `#dirty` says that it will be the wrong one. */
  #asking = false;
  #dirty = false;
  #headHeight = 0;
  /** Of the pane, as last measured: to ask for it between changes would lay out the page each time. */
  #inner = { width: 0, height: 0, left: 0 };
  /** Which heads are there. */
  #heads = '';
  /** The shape that gets the focus once it is drawn; 0 is none. */
  #focusOn = 0;
  /** Under the pointer, among lines. */
  #hovered: Arrow | undefined;
  #revealing: { ordinal: number; focus: boolean } | undefined;
  #shown: TimeWindow | undefined;
  #pinch = 0;

  constructor() {
    super();
    this.desk = undefined;
    this.trace = 0;
    this.edition = 0;
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

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#resize.observe(this.#pane);
    this.#scheme.addEventListener('change', this.#onScheme);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#onScheme);
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
    void this.desk?.ask('sequence', 'leave', this.#view);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('trace') && !changed.has('desk')) return;
    this.#unfolded = [];
    this.#arranged = undefined;
    this.#arranging = '';
    this.#list = undefined;
    this.#shown = undefined;
    // What another desk was asked is never answered.
    if (!changed.has('desk')) return;
    this.#round++;
    this.#arrangingNow = false;
    this.#asking = false;
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
        @wheel=${this.#onWheel}
        @touchstart=${this.#onTouch}
        @touchmove=${this.#onTouch}
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @pointerover=${this.#onPointer}
        @pointerout=${this.#onPointer}
        @pointermove=${this.#onPointerMove}
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
    const part = <Part extends Element>(name: string): Part => this.querySelector<Part>(`.${name}`)!;
    this.#painter = new SequencePainter(
      part('ground'),
      part('diagram'),
      part('gutter-svg'),
      (ordinal) => this.#list?.names.get(ordinal) ?? (ordinal === this.#place.shape ? this.#place.name : ''),
    );
    this.#scroll = new TallScroll(this.#pane);
    this.#ink = new Ink(part('ink'), part('ink-sample'));
    this.#resize.observe(this.#pane);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('desk')) {
      this.#scroll?.to(0);
      this.#aim = { is: 'start' };
    }
    if (changed.has('window') && this.window !== undefined && !sameWindow(this.window, this.#shown)) {
      this.#aim = { is: 'times', ...this.window };
    }
    if (ARRANGES.some((name) => changed.has(name))) void this.#arrange();
    if (changed.has('selected')) void this.#findPlace();
    if (changed.has('theme')) this.#onScheme();
    if (changed.has('time') || changed.has('follow')) this.#placeHead();
  }

  /** Everything in one view. */
  fitAll(): void {
    this.#look({ is: 'all' });
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
    this.#zoomTo(this.zoom * ZOOM_STEP ** steps, undefined);
  }

  /** The trace begins at the top of the view. */
  get atStart(): boolean {
    return (this.#scroll?.top ?? 0) <= 0;
  }

  /** The virtual time at a height of the page, in microseconds; 0 while nothing is drawn. */
  timeAtClientY(clientY: number): number {
    const { top } = this.#pane.getBoundingClientRect();
    return this.#timeAt((this.#scroll?.top ?? 0) + clientY - top - this.#headHeight);
  }

  /** The height in the page at which a virtual time is, also when it is not in view. */
  clientYAtTime(time: number): number {
    const { top } = this.#pane.getBoundingClientRect();
    return this.#yAt(time) - (this.#scroll?.top ?? 0) + top + this.#headHeight;
  }

  #timeAt(y: number): number {
    const map = this.#list?.timeMap;
    const within = map !== undefined && y >= map.places[0]! && y <= map.places[map.places.length - 1]!;
    if (within) return timeAt(map, y);
    return this.#arranged === undefined ? 0 : timeAt(this.#arranged.timeMap, y);
  }

  #yAt(time: number): number {
    const map = this.#list?.timeMap;
    const within = map !== undefined && time >= map.times[0]! && time <= map.times[map.times.length - 1]!;
    if (within) return placeAt(map, time);
    return this.#arranged === undefined ? Number.NaN : placeAt(this.#arranged.timeMap, time);
  }

  get #pane(): HTMLElement {
    return this.querySelector<HTMLElement>('.pane')!;
  }

  #measure(): void {
    const { clientWidth, clientHeight, scrollLeft } = this.#pane;
    this.#inner = { width: clientWidth, height: clientHeight, left: scrollLeft };
  }

  #viewHeight(): number {
    return Math.max(LEAST_HEIGHT, this.#inner.height - this.#headHeight);
  }

  #look(aim: Aim): void {
    this.#aim = aim;
    void this.#arrange();
  }

  /** `at` is the height of the diagram that stays in its place. */
  #zoomTo(zoom: number, at: number | undefined): void {
    const scroll = this.#scroll;
    if (this.#arranged === undefined || scroll === undefined) return;
    const { zoomMin, zoomMax } = this.#arranged;
    const within = Math.max(zoomMin, Math.min(zoomMax, zoom));
    if (within === this.zoom) return;
    this.zoom = within;
    if (at !== undefined) this.#aim = this.#keeping(scroll.top, at);
  }

  /** What is selected stays in its place when it is seen, else what is in the middle. */
  #stay(): Aim {
    const scroll = this.#scroll;
    if (this.#arranged === undefined || scroll === undefined) return { is: 'start' };
    const { top } = scroll;
    const height = this.#viewHeight();
    const { y } = this.#place;
    // At its beginning a trace begins at the top of the view.
    const at = y >= top && y <= top + height ? y : top + Math.min(height / 2, top * 2);
    return this.#keeping(top, at);
  }

  #keeping(top: number, at: number): Aim {
    const time = this.#timeAt(at);
    return { is: 'keep', time, beside: at - this.#yAt(time), below: at - top };
  }

  /** Lays the whole anew; one question at a time, and the last wish counts. */
  async #arrange(): Promise<void> {
    if (this.#arrangingNow) return;
    this.#arrangingNow = true;
    this.#tellBusy();
    const round = this.#round;
    try {
      while (await this.#arrangeOnce());
    } finally {
      if (round === this.#round) this.#arrangingNow = false;
      this.#tellBusy();
    }
    const revealing = this.#revealing;
    this.#revealing = undefined;
    if (revealing !== undefined) await this.reveal(revealing.ordinal, revealing.focus);
  }

  /** False when everything is as it should be. */
  async #arrangeOnce(): Promise<boolean> {
    const { desk, trace } = this;
    if (desk === undefined || trace === 0 || !this.hasUpdated) return false;
    if (this.#inner.width === 0) this.#measure();
    const { width } = this.#inner;
    if (width === 0) return false;
    const gutter = width < NARROW ? GUTTER_NARROW : GUTTER_WIDE;
    const asked: Omit<Arranging, 'aim'> = {
      width: Math.max(240, width - gutter),
      height: this.#viewHeight(),
      zoom: this.zoom,
      axis: this.axis,
      unfolded: this.#unfolded,
      hiddenNodes: this.hiddenLanes,
      pingRuns: this.pings === 'runs',
      filter: this.filter,
      others: this.filterMode,
      fonts: fontsOf(this),
    };
    const wanted = `${trace} ${this.edition} ${this.filterEdition} ${JSON.stringify(asked)}`;
    const aim = this.#aim;
    if (wanted === this.#arranging && aim === undefined) return false;
    this.#arranging = wanted;
    this.#aim = undefined;
    const before = this.#scroll?.top;
    let arranged: Arranged;
    try {
      arranged = await desk.ask('sequence', 'arrange', trace, this.#view, {
        ...asked,
        aim: aim ?? this.#stay(),
      });
    } catch (error) {
      // The trace was closed meanwhile, and another one is shown.
      if (trace !== this.trace || !this.isConnected) return trace !== this.trace;
      throw error;
    }
    if (trace !== this.trace || !this.isConnected) return true;
    if (this.zoom === asked.zoom && arranged.zoom !== asked.zoom) {
      this.zoom = arranged.zoom;
      this.#arranging = `${trace} ${this.edition} ${this.filterEdition} ${JSON.stringify({ ...asked, zoom: arranged.zoom })}`;
    }
    const top = this.#scroll?.top ?? 0;
    // Who has gone elsewhere meanwhile stays there.
    const gone = aim === undefined && top !== before ? this.#timeAt(top) : undefined;
    this.#take(arranged, gutter);
    if (gone !== undefined) {
      this.#scroll?.to(this.#yAt(gone));
      this.#draw();
    }
    await this.#findPlace();
    return true;
  }

  #take(arranged: Arranged, gutter: number): void {
    this.#arranged = arranged;
    const world = this.querySelector<HTMLElement>('.world')!;
    this.#headHeight = headsHeight(arranged);
    const height = this.#scroll!.measure(arranged.height, this.#viewHeight());
    world.style.gridTemplateColumns = `${gutter}px ${arranged.width}px`;
    world.style.gridTemplateRows = `${this.#headHeight}px ${height}px`;
    this.querySelector('.gutter-svg')!.setAttribute('width', `${gutter}`);
    const { lanes, margin, pitch } = arranged;
    const heads = JSON.stringify([gutter, margin, pitch, lanes]);
    if (heads !== this.#heads) {
      this.#heads = heads;
      this.querySelector('.heads')!.replaceChildren(
        ...laneHeads(arranged, gutter, (group, size) => this.#fold(group, size)),
      );
    }
    this.#scroll!.to(arranged.top);
    this.#show(arranged.window);
    this.#draw();
  }

  #fold(group: string, size: number): void {
    if (size > UNFOLDED_GROUP_MAX) return;
    this.#unfolded = this.#unfolded.includes(group)
      ? this.#unfolded.filter((each) => each !== group)
      : [...this.#unfolded, group];
    void this.#arrange();
  }

  /** Asks for what the window shows, unless what is drawn reaches far enough around it. */
  #draw(): void {
    const scene = this.#arranged;
    const list = this.#list;
    if (scene === undefined) return;
    const height = this.#viewHeight();
    const { top } = this.#scroll!;
    if (list !== undefined) {
      const from = list.origin + list.top;
      const to = list.origin + list.bottom;
      const ahead = AHEAD * height;
      if ((top >= from + ahead || from <= 2) && (top + height <= to - ahead || to >= scene.height - 2))
        return;
    }
    if (this.#asking) this.#dirty = true;
    else void this.#ask(scene, top, height);
  }

  async #ask(scene: Arranged, top: number, height: number): Promise<void> {
    const { desk } = this;
    if (desk === undefined) return;
    this.#asking = true;
    this.#dirty = false;
    this.#tellBusy();
    let list: Window | undefined;
    try {
      list = await desk.ask('sequence', 'window', this.#view, top, height);
    } finally {
      this.#asking = false;
    }
    if (!this.isConnected) return;
    if (scene === this.#arranged) this.#show(list);
    if (this.#dirty || scene !== this.#arranged) this.#draw();
    this.#tellBusy();
  }

  /** While the worker is at it, what is seen is not what was asked for. */
  #tellBusy(): void {
    const busy = this.#asking || this.#arrangingNow;
    const pane = this.querySelector('.pane');
    if (busy) pane?.setAttribute('aria-busy', 'true');
    else pane?.removeAttribute('aria-busy');
  }

  #show(list: Window): void {
    this.#list = list;
    this.#hovered = undefined;
    this.#paintInk();
    this.#paintShapes();
    this.#placeParts();
    this.#focusShape();
    this.#tellWindow();
    this.dispatchEvent(new DrawnEvent(list));
  }

  /** Everything that is an element: of lines and counts only what went wrong and what is pointed out. */
  #paintShapes(): void {
    const list = this.#list;
    const scene = this.#arranged;
    if (list === undefined || scene === undefined) return;
    const shapes = this.#shapesOf(list);
    this.#painter?.paint(shapes, scene.width, this.#emphasis(shapes));
    this.#painter?.holdSigns(this.#inner.left);
  }

  #shapesOf(list: Window): DisplayList {
    if (list.tier === 'shapes') return list;
    const shapes = new Map<number, Arrow>();
    for (const arrow of list.arrows) {
      if (shapes.size === WRONG_MAX) break;
      if ((arrow.accused || arrow.end === 'lost') && !arrow.dimmed) shapes.set(arrow.i, arrow);
    }
    for (const arrow of this.#place.arrows) shapes.set(arrow.i, movedBy(arrow, -list.origin));
    const { shape } = this.#place;
    if (this.#hovered !== undefined && this.#hovered.i !== shape) shapes.set(this.#hovered.i, this.#hovered);
    return { ...list, arrows: [...shapes.values()], marks: list.marks.filter(({ i }) => i === shape) };
  }

  /** Everything that is not. */
  #paintInk(): void {
    const list = this.#list;
    const scene = this.#arranged;
    const ink = this.#ink;
    if (list === undefined || scene === undefined || ink === undefined) return;
    if (list.tier === 'shapes') {
      ink.clear();
      return;
    }
    const height = Math.ceil(list.bottom - list.top);
    const brush = ink.prepare(fontsOf(this), height, scene.width, this.#inner.left, scene.viewWidth);
    brush.context.translate(0, -list.top);
    if (list.density !== undefined) paintDensity(brush, list.density);
    else paintLines(brush, list.arrows, list.marks, height / Math.max(1, list.arrows.length));
  }

  #emphasis(list: DisplayList): Emphasis {
    const { shape, chain } = this.#place;
    const here = [list.arrows, list.marks, list.signs, list.flags].some((shapes) =>
      shapes.some(({ i }) => i === shape),
    );
    const top = (this.#scroll?.top ?? 0) - (this.#list?.origin ?? 0);
    const first = list.arrows.find((arrow) => arrow.y1 >= top) ?? list.arrows[0] ?? list.flags[0];
    return { selected: shape, chain: new Set(chain), tabStop: here ? shape : (first?.i ?? 0) };
  }

  async #findPlace(): Promise<void> {
    const { selected, desk } = this;
    if (desk === undefined || this.#arranged === undefined) return;
    const place = selected === 0 ? NOWHERE : await desk.ask('sequence', 'place', this.#view, selected);
    if (selected !== this.selected) return;
    this.#place = place;
    const list = this.#list;
    if (list === undefined) return;
    if (list.tier === 'shapes') this.#painter?.emphasise(list, this.#emphasis(list));
    else this.#paintShapes();
    this.#placeParts();
    this.#focusShape();
  }

  /** Puts everything where the page has scrolled to. */
  #placeParts(): void {
    const list = this.#list;
    const { offset } = this.#scroll!;
    if (list !== undefined) {
      const top = `${list.origin + list.top + offset}px`;
      for (const name of ['ground', 'ink', 'diagram', 'gutter-svg'])
        this.querySelector<HTMLElement | SVGElement>(`.${name}`)!.style.top = top;
    }
    this.#placeHead();
  }

  /** A thin line through a moment. */
  #placeLine(name: 'cursor' | 'playhead', y: number): void {
    const line = this.querySelector<HTMLElement>(`.${name}`)!;
    line.hidden = Number.isNaN(y);
    if (!line.hidden) line.style.top = `${y + this.#scroll!.offset}px`;
  }

  #placeHead(): void {
    const { time } = this;
    if (this.#scroll === undefined) return;
    const y = time === undefined ? Number.NaN : this.#yAt(time);
    if (this.follow && !Number.isNaN(y)) {
      const height = this.#viewHeight();
      const { top } = this.#scroll;
      const { height: whole, timeMap } = this.#arranged!;
      // What happens at one moment may take many rows: at the end it is their last that is wanted.
      if (time! >= timeMap.times[timeMap.times.length - 1]!) {
        this.#scroll.to(whole - height);
        this.#draw();
      } else if (y < top || y > top + 0.6 * height) {
        const near = y > top && y < top + height;
        this.#scroll.to(near ? y - 0.6 * height : y - 0.3 * height);
        this.#draw();
      }
    }
    // A head that stands at what is selected is the cursor: what happens at once has several rows.
    const { y: selected } = this.#place;
    const together = time !== undefined && Math.abs(this.#timeAt(selected) - time) < 1;
    this.#placeLine('cursor', together ? Number.NaN : selected);
    this.#placeLine('playhead', together ? selected : y);
  }

  #tellWindow(): void {
    const { top } = this.#scroll!;
    const shown = { from: this.#timeAt(top), to: this.#timeAt(top + this.#viewHeight()) };
    if (sameWindow(shown, this.#shown)) return;
    this.#shown = shown;
    this.dispatchEvent(new WindowEvent(shown));
  }

  /** Brings an event into view, without moving when it is seen already. */
  async reveal(ordinal: number, focus: boolean): Promise<void> {
    const { desk } = this;
    if (desk === undefined || this.#arranged === undefined) return;
    const { y, x, shape } = await desk.ask('sequence', 'place', this.#view, ordinal);
    // An arrangement that is under way would put the view back where it was when it was asked for.
    if (this.#arrangingNow) {
      this.#revealing = { ordinal, focus };
      return;
    }
    const scene = this.#arranged;
    const scroll = this.#scroll;
    if (Number.isNaN(y) || scene === undefined || scroll === undefined || ordinal !== this.selected) return;
    const { top } = scroll;
    const height = this.#viewHeight();
    if (y < top + 40 || y > top + height - 60) {
      const near = Math.abs(y - top) < 2 * height && !matchMedia('(prefers-reduced-motion: reduce)').matches;
      scroll.to(y - height * 0.4, near && !focus ? 'smooth' : 'instant');
      this.#draw();
    }
    if (x !== undefined) this.#revealLane(scene, x);
    if (!focus) return;
    this.#focusOn = shape;
    this.#focusShape();
  }

  /** Focus follows once the shape is drawn. */
  #focusShape(): void {
    if (this.#focusOn === 0) return;
    const shape = this.querySelector<SVGElement>(`.diagram [role=button][data-i="${this.#focusOn}"]`);
    if (shape === null) return;
    this.#focusOn = 0;
    shape.focus({ preventScroll: true });
  }

  /** On a narrow screen the lane of an event may be beside the view. */
  #revealLane(scene: Arranged, x: number): void {
    const pane = this.#pane;
    const room = Math.min(scene.pitch / 2, scene.viewWidth / 3);
    if (x >= pane.scrollLeft + room && x <= pane.scrollLeft + scene.viewWidth - room) return;
    pane.scrollTo({ left: x - scene.viewWidth / 2, behavior: 'instant' });
  }

  #onScroll = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const { scrollLeft } = this.#pane;
      this.#inner.left = scrollLeft;
      const scene = this.#arranged;
      this.#scroll?.follow();
      this.#painter?.holdSigns(scrollLeft);
      if (scene !== undefined && this.#ink?.misses(scrollLeft, scene.viewWidth, scene.width) === true)
        this.#paintInk();
      this.#placeParts();
      this.#tellWindow();
      this.#draw();
    });
  };

  #onScrollEnd = (): void => {
    if (this.#scroll?.settle() === true) this.#placeParts();
  };

  /** Ctrl and wheel is what a pinch on a touch pad sends, too. */
  #onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const notches = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 40;
    this.#zoomAbout(Math.exp(-notches * ZOOM_PER_PIXEL), event.clientY);
  };

  /** Two fingers zoom; one scrolls, as everywhere. */
  #onTouch = (event: TouchEvent): void => {
    if (event.touches.length !== 2) {
      this.#pinch = 0;
      return;
    }
    event.preventDefault();
    const [one, other] = [event.touches[0]!, event.touches[1]!];
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (this.#pinch > 0) this.#zoomAbout(apart / this.#pinch, (one.clientY + other.clientY) / 2);
    this.#pinch = apart;
  };

  #zoomAbout(factor: number, clientY: number): void {
    const { top } = this.#pane.getBoundingClientRect();
    const below = Math.max(0, clientY - top - this.#headHeight);
    this.#zoomTo(this.zoom * factor, (this.#scroll?.top ?? 0) + below);
  }

  #onScheme = (): void => {
    this.#ink?.forgetColours();
    this.#paintInk();
  };

  #onClick = (event: MouseEvent): void => {
    const ordinal = ordinalUnder(event.target) || (this.#hovered?.i ?? 0);
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
    else if (this.#list?.tier === 'density') void this.#pickNearest(event);
  };

  /** A count stands for many; the one that is nearest is meant, or one that went wrong. */
  async #pickNearest(event: MouseEvent): Promise<void> {
    const { desk } = this;
    const stage = this.querySelector('.stage')!.getBoundingClientRect();
    const y = event.clientY - stage.top - this.#scroll!.offset;
    const ordinal = await desk?.ask('sequence', 'nearest', this.#view, event.clientX - stage.left, y);
    if (ordinal !== undefined && ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    const ordinal = ordinalUnder(event.target);
    if (ordinal === 0) return;
    event.preventDefault();
    this.dispatchEvent(new PickEvent(ordinal));
  };

  /** A label and its arrow light up together. */
  #onPointer = (event: PointerEvent): void => {
    const ordinal = ordinalUnder(event.target);
    if (ordinal === 0) return;
    for (const shape of this.querySelectorAll(`.diagram [data-i="${ordinal}"]`)) {
      shape.classList.toggle('hover', event.type === 'pointerover');
    }
  };

  /** Lines are no elements: the nearest one becomes a shape while the pointer is on it. */
  #onPointerMove = (event: PointerEvent): void => {
    const list = this.#list;
    if (list?.tier !== 'lines') return;
    const stage = this.querySelector('.stage')!.getBoundingClientRect();
    const y = event.clientY - stage.top - this.#scroll!.offset - list.origin;
    const near = arrowNear(list.arrows, event.clientX - stage.left, y);
    if (near === this.#hovered) return;
    this.#hovered = near;
    this.#pane.classList.toggle('pointing', near !== undefined);
    this.#paintShapes();
  };
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

function ordinalUnder(target: EventTarget | null): number {
  if (!(target instanceof Element)) return 0;
  return Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0);
}
