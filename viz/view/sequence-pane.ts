/**
 * The scrolling pane of the sequence diagram. It draws three screens around what is seen and no more, so a trace may be long;
 * the browser scrolls, so that wheel, touch, keys and assistive tools work as everywhere.
 */
import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { DisplayList } from '../layout/display-list.ts';
import { type Lane, UNFOLDED_GROUP_MAX } from '../layout/roster.ts';
import { buildScene, type Scene, type Stage, stage } from '../layout/scene.ts';
import { sentenceOf } from '../layout/sentence.ts';
import { layoutSequence } from '../layout/sequence.ts';
import type { Story } from '../layout/story.ts';
import { ZOOM_MAX, ZOOM_MIN } from '../layout/time-axis.ts';
import { momentText } from '../layout/time-text.ts';
import { whyChain } from '../layout/why.ts';
import { pageMeasure } from './page-measure.ts';
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
  readonly list: DisplayList;
  constructor(list: DisplayList) {
    super('drawn', { bubbles: true });
    this.list = list;
  }
}

export class SequencePane extends LitElement {
  static override properties = {
    story: { attribute: false },
    selected: { type: Number },
    zoom: { type: Number },
  };

  declare story: Story | undefined;
  declare selected: number;
  declare zoom: number;

  #stage: Stage | undefined;
  #scene: Scene | undefined;
  #list: DisplayList | undefined;
  #painter: SequencePainter | undefined;
  #chain: ReadonlySet<number> = new Set();
  #unfolded: ReadonlySet<string> = new Set();
  #measure = pageMeasure();
  #resize = new ResizeObserver(() => this.#rebuild());
  #frame = 0;
  #goesOn = false;
  #headHeight = HEAD_HEIGHT;

  constructor() {
    super();
    this.selected = 0;
    this.zoom = 1;
    this.story = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('story')) {
      // The whole of a trace may follow its beginning; then the reader stays where they are.
      this.#goesOn = changed.get('story')?.header === this.story?.header;
      if (!this.#goesOn) {
        this.#unfolded = new Set();
        this.#scene = undefined;
      }
      this.#stage = this.story === undefined ? undefined : stage(this.story, this.#unfolded);
    }
    if (changed.has('selected') || changed.has('story')) this.#chain = this.#chainOfSelected();
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
      (ordinal) => this.#nameOf(ordinal),
    );
    this.#resize.observe(this.#pane);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('story')) {
      if (!this.#goesOn) this.#pane.scrollTo(0, 0);
      this.#rebuild();
    } else if (changed.has('zoom')) this.#rebuild();
    else if (changed.has('selected')) this.#emphasise();
  }

  get #pane(): HTMLElement {
    return this.querySelector<HTMLElement>('.pane')!;
  }

  #nameOf(ordinal: number): string {
    const event = this.story?.event(ordinal);
    if (event === undefined || this.story === undefined) return '';
    let name = `${momentText(event.t)}: ${sentenceOf(event, this.story)}`;
    if (event.k === 'packet.sent') {
      const end = this.story.flightOf(ordinal)?.end;
      if (end === undefined) name += ', still under way when the trace ends';
      else if (end.k === 'packet.lost') name += `, lost: ${end.reason}`;
      else name += `, arrives at ${momentText(end.t)}`;
    }
    return name;
  }

  /** Ordinals of the shapes that stand for the causes of what is selected. */
  #chainOfSelected(): ReadonlySet<number> {
    const event = this.story?.event(this.selected);
    if (this.story === undefined || event === undefined) return new Set();
    const chain = new Set<number>();
    for (const cause of whyChain(this.story, event).events) chain.add(shapeOf(cause));
    return chain;
  }

  /** Lays the whole anew, and keeps what is in the middle of the view in its place. */
  #rebuild(): void {
    if (this.#stage === undefined) return;
    const pane = this.#pane;
    const narrow = pane.clientWidth < NARROW;
    const gutter = narrow ? GUTTER_NARROW : GUTTER_WIDE;
    const viewWidth = Math.max(240, pane.clientWidth - gutter);
    const before = this.#scene;
    if (
      before !== undefined &&
      before.viewWidth === viewWidth &&
      before.zoom === this.zoom &&
      before.roster === this.#stage.roster
    ) {
      this.#draw(false);
      return;
    }
    const anchor = this.#anchor(before);
    const scene = buildScene(this.#stage, viewWidth, this.zoom, this.#measure);
    this.#scene = scene;
    const world = this.querySelector<HTMLElement>('.world')!;
    world.style.gridTemplateColumns = `${gutter}px ${scene.width}px`;
    this.#headHeight = HEAD_HEIGHT + (scene.pitch < STAGGERED_PITCH ? STAGGER : 0);
    world.style.gridTemplateRows = `${this.#headHeight}px ${Math.min(scene.axis.height, SCROLL_HEIGHT_MAX)}px`;
    this.querySelector('.gutter-svg')!.setAttribute('width', `${gutter}`);
    this.#paintHeads(scene, gutter);
    if (anchor !== undefined)
      this.#scrollToY(scene.axis.topOf(anchor.instant) + anchor.within - anchor.seen, 'instant');
    this.#draw(true);
  }

  /** The instant in the middle of the view, and where on the screen it is. */
  #anchor(scene: Scene | undefined): { instant: number; within: number; seen: number } | undefined {
    if (scene === undefined || scene.rows.times.length === 0) return undefined;
    const selected = this.selected > 0 ? scene.axis.y(this.selected - 1) : Number.NaN;
    const top = this.#viewTop(scene);
    const height = this.#viewHeight();
    const middle =
      selected >= top && selected <= top + height ? selected : top + Math.min(height / 2, top * 2);
    const instant = scene.axis.instantAt(middle);
    const y = scene.axis.topOf(instant);
    return { instant, within: 0, seen: y - top };
  }

  #viewHeight(): number {
    return Math.max(1, this.#pane.clientHeight - this.#headHeight);
  }

  /** Diagram pixels per pixel of scrolling: 1 unless the diagram is higher than a page can be. */
  #ratio(scene: Scene): number {
    const height = this.#viewHeight();
    if (scene.axis.height <= SCROLL_HEIGHT_MAX) return 1;
    return (scene.axis.height - height) / (SCROLL_HEIGHT_MAX - height);
  }

  #viewTop(scene: Scene): number {
    return this.#pane.scrollTop * this.#ratio(scene);
  }

  #scrollToY(y: number, behavior: ScrollBehavior): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    this.#pane.scrollTo({ top: y / this.#ratio(scene), behavior });
  }

  #paintHeads(scene: Scene, gutter: number): void {
    const heads = this.querySelector<HTMLElement>('.heads')!;
    heads.replaceChildren(
      ...scene.roster.lanes.map((lane) => {
        const head = document.createElement(lane.group === undefined ? 'div' : 'button');
        head.className = `head ${lane.side}`;
        head.style.left = `${gutter + scene.laneX[lane.index]!}px`;
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
        if (lane.group !== undefined) head.addEventListener('click', () => this.#fold(lane));
        return head;
      }),
    );
  }

  #fold(lane: Lane): void {
    if (lane.group === undefined || this.story === undefined || lane.nodes.length > UNFOLDED_GROUP_MAX)
      return;
    const unfolded = new Set(this.#unfolded);
    if (!unfolded.delete(lane.group)) unfolded.add(lane.group);
    this.#unfolded = unfolded;
    this.#stage = stage(this.story, unfolded);
    this.#rebuild();
  }

  #draw(always: boolean): void {
    const scene = this.#scene;
    const painter = this.#painter;
    if (scene === undefined || painter === undefined) return;
    const height = this.#viewHeight();
    const top = this.#viewTop(scene);
    const offset = this.#pane.scrollTop - top;
    const list = this.#list;
    const covered =
      list !== undefined &&
      (top >= list.top + height / 2 || list.top <= 0) &&
      (top + height <= list.bottom - height / 2 || list.bottom >= scene.axis.height);
    if (!always && covered && offset === 0) return;
    const from = Math.max(0, top - height);
    const to = Math.min(Math.max(scene.axis.height, height), top + 2 * height);
    const drawn = layoutSequence(scene, from, to);
    this.#list = drawn;
    painter.paint(drawn, scene.width, offset, this.#emphasis(drawn));
    this.#placeCursor();
    this.dispatchEvent(new DrawnEvent(drawn));
  }

  #emphasis(list: DisplayList): { selected: number; chain: ReadonlySet<number>; tabStop: number } {
    const event = this.story?.event(this.selected);
    const selected = event === undefined ? 0 : shapeOf(event);
    const here = [...list.arrows, ...list.marks, ...list.signs].some((shape) => shape.i === selected);
    const top = this.#scene === undefined ? 0 : this.#viewTop(this.#scene);
    const first = list.arrows.find((arrow) => arrow.y1 >= top) ?? list.arrows[0];
    return { selected, chain: this.#chain, tabStop: here ? selected : (first?.i ?? 0) };
  }

  #emphasise(): void {
    if (this.#list === undefined) return;
    this.#painter?.emphasise(this.#list, this.#emphasis(this.#list));
    this.#placeCursor();
  }

  /** A thin line through the moment of what is selected. */
  #placeCursor(): void {
    const cursor = this.querySelector<HTMLElement>('.cursor')!;
    const scene = this.#scene;
    const y = scene !== undefined && this.selected > 0 ? scene.axis.y(this.selected - 1) : Number.NaN;
    cursor.hidden = Number.isNaN(y);
    if (scene === undefined || cursor.hidden) return;
    cursor.style.top = `${y + this.#pane.scrollTop - this.#viewTop(scene)}px`;
  }

  /** Brings an event into view, without moving when it is seen already. */
  reveal(ordinal: number, focus: boolean): void {
    const scene = this.#scene;
    if (scene === undefined) return;
    const y = scene.axis.y(ordinal - 1);
    if (Number.isNaN(y)) return;
    const top = this.#viewTop(scene);
    const height = this.#viewHeight();
    if (y < top + 40 || y > top + height - 60) {
      const near = Math.abs(y - top) < 2 * height && !matchMedia('(prefers-reduced-motion: reduce)').matches;
      this.#scrollToY(y - height * 0.4, near && !focus ? 'smooth' : 'instant');
      this.#draw(false);
    }
    const event = this.story?.event(ordinal);
    if (event === undefined) return;
    this.#revealLane(scene, event.n);
    if (!focus) return;
    this.querySelector<SVGElement>(`.diagram [role=button][data-i="${shapeOf(event)}"]`)?.focus({
      preventScroll: true,
    });
  }

  /** On a narrow screen the lane of an event may be beside the view. */
  #revealLane(scene: Scene, node: string): void {
    const lane = scene.roster.laneOf.get(node);
    if (lane === undefined) return;
    const pane = this.#pane;
    const x = scene.laneX[lane.index]!;
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

/** The shape that stands for an event: an arrival is the end of the arrow that was sent. */
function shapeOf(event: { k: string; i: number; of?: number }): number {
  return event.k === 'packet.received' || event.k === 'packet.lost' ? (event.of ?? 0) : event.i;
}

function ordinalUnder(target: EventTarget | null): number {
  if (!(target instanceof Element)) return 0;
  return Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0);
}
