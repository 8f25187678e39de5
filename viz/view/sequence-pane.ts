/**
 * The scrolling pane of the sequence diagram. It draws three screens around what is seen and no more, so a trace may be long;
 * the browser scrolls, so that wheel, touch, keys and assistive tools work as everywhere.
 */
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { UNFOLDED_GROUP_MAX } from '../layout/roster.ts';
import { ZOOM_MAX, ZOOM_MIN } from '../layout/time-axis.ts';
import type { Arranged, Arranging, Place, Window } from '../worker/answers/sequence-answers.ts';
import type { Desk } from '../worker/desk.ts';
import { fontsOf } from './fonts.ts';
import { SequencePainter } from './sequence-painter.ts';

/** Browsers stop counting somewhere above this height; beyond it the scroll bar stands for more pixels than it has. */
const SCROLL_HEIGHT_MAX = 8_000_000;
const GUTTER_WIDE = 92;
const GUTTER_NARROW = 70;
const NARROW = 640;
const HEAD_HEIGHT = 54;
/** Lanes that are closer have their heads in two rows. */
const STAGGERED_PITCH = 112;
const STAGGER = 44;
const ZOOM_STEP = 1.25;

/** Fired when the reader points at an event. */
export class PickEvent extends Event {
  readonly ordinal: number;
  constructor(ordinal: number) {
    super('pick', { bubbles: true });
    this.ordinal = ordinal;
  }
}

/** Fired when the window was drawn. */
export class DrawnEvent extends Event {
  readonly list: Window;
  constructor(list: Window) {
    super('drawn', { bubbles: true });
    this.list = list;
  }
}

/** Panes ask the worker by a name of their own. */
let panes = 0;

const NOWHERE: Place = { y: Number.NaN, x: undefined, shape: 0, chain: [] };

export class SequencePane extends LitElement {
  static override properties = {
    desk: { attribute: false },
    trace: { type: Number },
    edition: { type: Number },
    selected: { type: Number },
    zoom: { type: Number },
  };

  declare desk: Desk | undefined;
  /** The number of the trace at the desk; 0 is none. */
  declare trace: number;
  /** Grows when there is more of the trace than before. */
  declare edition: number;
  declare selected: number;
  declare zoom: number;

  readonly #view = `sequence ${++panes}`;
  #arranged: Arranged | undefined;
  /** What was arranged, so that a resize that changes nothing asks nothing. */
  #arranging = '';
  #list: Window | undefined;
  #painter: SequencePainter | undefined;
  #place: Place = NOWHERE;
  #unfolded: readonly string[] = [];
  #resize = new ResizeObserver(() => void this.#arrange());
  #frame = 0;
  /** A window is being asked for; `#dirty` says that it will be the wrong one. */
  #asking = false;
  #dirty = false;
  #headHeight = HEAD_HEIGHT;
  /** The shape that gets the focus once it is drawn; 0 is none. */
  #focusOn = 0;

  constructor() {
    super();
    this.selected = 0;
    this.zoom = 1;
    this.desk = undefined;
    this.trace = 0;
    this.edition = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
    void this.desk?.ask('sequence', 'leave', this.#view);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('trace')) return;
    this.#unfolded = [];
    this.#arranged = undefined;
    this.#arranging = '';
  }

  protected override render(): TemplateResult {
    return html`
      <div
        class="pane"
        tabindex="0"
        role="region"
        aria-label="Sequence diagram"
        @scroll=${this.#onScroll}
        @wheel=${this.#onWheel}
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @pointerover=${this.#onPointer}
        @pointerout=${this.#onPointer}
      >
        <div class="world">
          <div class="heads"></div>
          <div class="gutter"><svg class="gutter-svg" aria-hidden="true"></svg></div>
          <div class="stage">
            <svg class="diagram" role="group" aria-label="Packets and events, in order of time"></svg>
            <div class="cursor" aria-hidden="true" hidden></div>
          </div>
        </div>
      </div>
    `;
  }

  protected override firstUpdated(): void {
    this.#painter = new SequencePainter(
      this.querySelector<SVGSVGElement>('.diagram')!,
      this.querySelector<SVGSVGElement>('.gutter-svg')!,
      (ordinal) => this.#list?.names.get(ordinal) ?? '',
    );
    this.#resize.observe(this.#pane);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('trace')) this.#pane.scrollTo(0, 0);
    if (changed.has('trace') || changed.has('edition') || changed.has('zoom')) void this.#arrange();
    if (changed.has('selected')) void this.#findPlace();
  }

  get #pane(): HTMLElement {
    return this.querySelector<HTMLElement>('.pane')!;
  }

  /** Lays the whole anew, and keeps what is in the middle of the view in its place. */
  async #arrange(): Promise<void> {
    const { desk, trace } = this;
    if (desk === undefined || trace === 0) return;
    const pane = this.#pane;
    const narrow = pane.clientWidth < NARROW;
    const gutter = narrow ? GUTTER_NARROW : GUTTER_WIDE;
    const width = Math.max(240, pane.clientWidth - gutter);
    const wanted = `${trace} ${this.edition} ${width} ${this.zoom} ${this.#unfolded.join(' ')}`;
    if (wanted === this.#arranging) {
      this.#draw(false);
      return;
    }
    this.#arranging = wanted;
    const before = this.#arranged;
    const asked: Arranging = {
      width,
      zoom: this.zoom,
      unfolded: this.#unfolded,
      fonts: fontsOf(this),
      seen:
        before === undefined
          ? undefined
          : { top: this.#viewTop(before), height: this.#viewHeight(), selected: this.selected },
    };
    const arranged = await desk.ask('sequence', 'arrange', trace, this.#view, asked);
    // Something newer was asked for meanwhile.
    if (this.#arranging !== wanted) return;
    this.#arranged = arranged;
    const world = this.querySelector<HTMLElement>('.world')!;
    world.style.gridTemplateColumns = `${gutter}px ${arranged.width}px`;
    this.#headHeight = HEAD_HEIGHT + (arranged.pitch < STAGGERED_PITCH ? STAGGER : 0);
    world.style.gridTemplateRows = `${this.#headHeight}px ${Math.min(arranged.height, SCROLL_HEIGHT_MAX)}px`;
    this.querySelector('.gutter-svg')!.setAttribute('width', `${gutter}`);
    this.#paintHeads(arranged, gutter);
    if (before !== undefined) this.#scrollToY(arranged.top, 'instant');
    this.#draw(true);
    await this.#findPlace();
  }

  #viewHeight(): number {
    return Math.max(1, this.#pane.clientHeight - this.#headHeight);
  }

  /** Diagram pixels per pixel of scrolling: 1 unless the diagram is higher than a page can be. */
  #ratio(scene: Arranged): number {
    const height = this.#viewHeight();
    if (scene.height <= SCROLL_HEIGHT_MAX) return 1;
    return (scene.height - height) / (SCROLL_HEIGHT_MAX - height);
  }

  #viewTop(scene: Arranged): number {
    return this.#pane.scrollTop * this.#ratio(scene);
  }

  #scrollToY(y: number, behavior: ScrollBehavior): void {
    const scene = this.#arranged;
    if (scene === undefined) return;
    this.#pane.scrollTo({ top: y / this.#ratio(scene), behavior });
  }

  #paintHeads(scene: Arranged, gutter: number): void {
    const heads = this.querySelector<HTMLElement>('.heads')!;
    heads.replaceChildren(
      ...scene.lanes.map((lane) => {
        const head = document.createElement(lane.group === undefined ? 'div' : 'button');
        head.className = `head ${lane.side}`;
        head.style.left = `${gutter + lane.x}px`;
        const staggered = scene.pitch < STAGGERED_PITCH;
        head.style.maxWidth = `${Math.min((staggered ? 2 : 1) * scene.pitch - 10, 2 * scene.margin - 4)}px`;
        if (staggered && lane.index % 2 === 1) head.style.top = `${8 + STAGGER}px`;
        const name = document.createElement('b');
        name.textContent = lane.title;
        const role = document.createElement('span');
        role.textContent = lane.subtitle;
        head.append(name, role);
        head.title =
          lane.nodes.length > 1 ? `${lane.subtitle}: ${lane.nodes.slice(0, 20).join(', ')}` : lane.title;
        const { group } = lane;
        if (group !== undefined) head.addEventListener('click', () => this.#fold(group, lane.nodes.length));
        return head;
      }),
    );
  }

  #fold(group: string, size: number): void {
    if (size > UNFOLDED_GROUP_MAX) return;
    this.#unfolded = this.#unfolded.includes(group)
      ? this.#unfolded.filter((each) => each !== group)
      : [...this.#unfolded, group];
    void this.#arrange();
  }

  /** Draws what the window shows, unless what is drawn reaches far enough around it. */
  #draw(always: boolean): void {
    const scene = this.#arranged;
    if (scene === undefined) return;
    const height = this.#viewHeight();
    const top = this.#viewTop(scene);
    const list = this.#list;
    const covered =
      list !== undefined &&
      (top >= list.top + height / 2 || list.top <= 0) &&
      (top + height <= list.bottom - height / 2 || list.bottom >= scene.height);
    const offset = this.#pane.scrollTop - top;
    if (!always && covered && offset === 0) return;
    if (this.#asking) this.#dirty = true;
    else void this.#ask(scene, top, height);
  }

  async #ask(scene: Arranged, top: number, height: number): Promise<void> {
    const { desk } = this;
    if (desk === undefined) return;
    this.#asking = true;
    this.#dirty = false;
    this.#pane.setAttribute('aria-busy', 'true');
    const from = Math.max(0, top - height);
    const to = Math.min(Math.max(scene.height, height), top + 2 * height);
    let list: Window;
    try {
      list = await desk.ask('sequence', 'window', this.#view, from, to);
    } finally {
      this.#asking = false;
    }
    if (scene !== this.#arranged || !this.isConnected) {
      this.#draw(true);
      return;
    }
    this.#list = list;
    this.#painter?.paint(
      list,
      scene.width,
      this.#pane.scrollTop - this.#viewTop(scene),
      this.#emphasis(list),
    );
    this.#placeCursor();
    this.#focusShape();
    this.dispatchEvent(new DrawnEvent(list));
    if (this.#dirty) this.#draw(true);
    if (!this.#asking) this.#pane.removeAttribute('aria-busy');
  }

  #emphasis(list: Window): { selected: number; chain: ReadonlySet<number>; tabStop: number } {
    const { shape, chain } = this.#place;
    const here = [...list.arrows, ...list.marks, ...list.signs].some(({ i }) => i === shape);
    const top = this.#arranged === undefined ? 0 : this.#viewTop(this.#arranged);
    const first = list.arrows.find((arrow) => arrow.y1 >= top) ?? list.arrows[0];
    return { selected: shape, chain: new Set(chain), tabStop: here ? shape : (first?.i ?? 0) };
  }

  async #findPlace(): Promise<void> {
    const { selected, desk } = this;
    if (desk === undefined || this.#arranged === undefined) return;
    const place = selected === 0 ? NOWHERE : await desk.ask('sequence', 'place', this.#view, selected);
    if (selected !== this.selected) return;
    this.#place = place;
    if (this.#list !== undefined) this.#painter?.emphasise(this.#list, this.#emphasis(this.#list));
    this.#placeCursor();
  }

  /** A thin line through the moment of what is selected. */
  #placeCursor(): void {
    const cursor = this.querySelector<HTMLElement>('.cursor')!;
    const scene = this.#arranged;
    const { y } = this.#place;
    cursor.hidden = Number.isNaN(y);
    if (scene === undefined || cursor.hidden) return;
    cursor.style.top = `${y + this.#pane.scrollTop - this.#viewTop(scene)}px`;
  }

  /** Brings an event into view, without moving when it is seen already. */
  async reveal(ordinal: number, focus: boolean): Promise<void> {
    const { desk } = this;
    if (desk === undefined || this.#arranged === undefined) return;
    const { y, x, shape } = await desk.ask('sequence', 'place', this.#view, ordinal);
    const scene = this.#arranged;
    if (Number.isNaN(y) || scene === undefined || ordinal !== this.selected) return;
    const top = this.#viewTop(scene);
    const height = this.#viewHeight();
    if (y < top + 40 || y > top + height - 60) {
      const near = Math.abs(y - top) < 2 * height && !matchMedia('(prefers-reduced-motion: reduce)').matches;
      this.#scrollToY(y - height * 0.4, near && !focus ? 'smooth' : 'instant');
      this.#draw(false);
    }
    if (x !== undefined) this.#revealLane(scene, x);
    if (!focus) return;
    this.#focusOn = shape;
    this.#focusShape();
  }

  /** Focus follows once the shape is drawn. */
  #focusShape(): void {
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

  zoomBy(steps: number): void {
    let factor = this.zoom;
    for (let step = 0; step < Math.abs(steps); step++)
      factor = steps > 0 ? factor * ZOOM_STEP : factor / ZOOM_STEP;
    this.zoom = Math.round(Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, factor)) * 1000) / 1000;
  }

  #onScroll = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#painter?.holdSigns(this.#pane.scrollLeft);
      this.#draw(false);
    });
  };

  /** Ctrl and wheel is what a pinch on a touch pad sends, too. */
  #onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1 : -1);
  };

  #onClick = (event: MouseEvent): void => {
    const ordinal = ordinalUnder(event.target);
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
  };

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
}

function ordinalUnder(target: EventTarget | null): number {
  if (!(target instanceof Element)) return 0;
  return Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0);
}
