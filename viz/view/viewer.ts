/**
 * The viewer: one trace, seen in several ways at one moment. This file holds what is common to them (which trace, which event, what
 * time, which filter) and hands it down. `reading.ts` opens a trace, `head.ts` moves in it, `address-bar.ts` makes a link of where
 * one is; what can be done is in `deeds.ts`, how it looks in the files of its parts.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { START_ID } from '../export/single-file.ts';
import { CARRIED_NAMES, lateCode, latePlace } from '../late/late-code.ts';
import { type LoadedViews, loadLateViews } from '../late/late-views.ts';
import type { Axis } from '../layout/axis-kind.ts';
import { embeddedTrace } from '../source/embedded-trace.ts';
import type { TraceSource } from '../source/trace-source.ts';
import type { Theme } from '../theme/palette.ts';
import { keepTheme, keptTheme, systemTheme, viewerSheets } from '../theme/theme.ts';
import { Desk } from '../worker/desk.ts';
import type { Overview } from '../worker/overview.ts';
import { AddressBar } from './address-bar.ts';
import type { ExportKind } from './export-kinds.ts';
import type { OwnCode } from './exports.ts';
import { FileDrop } from './file-drop.ts';
import type { FilterBox } from './filter-box.ts';
import { footBar } from './foot-bar.ts';
import { Head } from './head.ts';
import type { Help } from './help.ts';
import type { Keyboard } from './keyboard.ts';
import {
  type Against,
  BEGINNING,
  type FilterMode,
  type PanelName,
  type Pings,
  type ViewName,
} from './link.ts';
import type { GoalEvent, Palette } from './palette.ts';
import { picture } from './picture.ts';
import { type Phase, Reading } from './reading.ts';
import { runDrawer } from './run-drawer.ts';
import { Runs } from './runs.ts';
import type { TimeWindow } from './sequence-events.ts';
import type { SequencePane } from './sequence-pane.ts';
import { sidePanel } from './side-panel.ts';
import { emptyState, failedState, loadingState, problemBar, readingBar, startState } from './states.ts';
import { titleBar } from './title-bar.ts';
import { toolBar } from './tool-bar.ts';
import type { Zoomable } from './zoomable.ts';

/** For a page that is made of this one. */
const OWN_CODE: OwnCode = {
  script: import.meta.url,
  carried: CARRIED_NAMES,
  codeOf: lateCode,
  placeOf: latePlace,
};
/** What happened is told for so long. */
const TOLD_MILLIS = 4_000;

export class Viewer extends LitElement {
  static override properties = {
    src: {},
    page: { type: Boolean, reflect: true },
    theme: { reflect: true, attribute: 'data-theme' },
    phase: { state: true },
    view: { state: true },
    selected: { state: true },
    time: { state: true },
    follow: { state: true },
    filter: { state: true },
    filterMode: { state: true },
    filterEdition: { state: true },
    axis: { state: true },
    hiddenLanes: { state: true },
    pings: { state: true },
    panel: { state: true },
    zoom: { state: true },
    window: { state: true },
    other: { state: true },
    against: { state: true },
    dragging: { state: true },
    told: { state: true },
  };

  /** The address of the trace. */
  declare src: string | undefined;
  /** This viewer is the page: it takes all keys, files that are dropped, and its trace and place from the address. */
  declare page: boolean;
  /** What the system prefers when it is undefined. */
  declare theme: Theme | undefined;
  declare phase: Phase;
  declare view: ViewName;
  /** The ordinal of the event that is looked at; 0 is none. */
  declare selected: number;
  /** Where the head of the playback stands, in microseconds. */
  declare time: number;
  /** The head goes with the end of a trace that is watched live. */
  declare follow: boolean;
  declare filter: string;
  declare filterMode: FilterMode;
  /** Grows when a filter was applied: before that nobody knows what it matches. */
  declare filterEdition: number;
  declare axis: Axis;
  /** Names of nodes that have no lane. */
  declare hiddenLanes: readonly string[];
  declare pings: Pings;
  declare panel: PanelName;
  declare zoom: number;
  /** The times in view. */
  declare window: TimeWindow | undefined;
  /** The number of the trace to compare with; 0 is none. */
  declare other: number;
  /** Where the trace to compare with is, or of which run; undefined for none. */
  declare against: Against | undefined;
  declare dragging: boolean;
  /** A word about what was just done, for a moment. */
  declare told: string;

  /** Opened and ended with the place in the page. */
  desk = new Desk();
  readonly reading: Reading = new Reading(this, {
    opened: () => this.head.playback.stop(),
    begun: () => {
      this.addressBar.begin();
      this.follow = this.live;
    },
    grown: ({ end }) => {
      if (this.follow) this.time = end;
    },
    ended: () => this.tell('The server has ended. This is all that happened.'),
    complete: (overview) => {
      this.addressBar.arrive(overview);
      this.runs.arrive();
    },
  });
  readonly head: Head = new Head(this);
  readonly addressBar: AddressBar = new AddressBar(this);
  /** Stories that are run in this page. */
  readonly runs: Runs = new Runs(this);
  /** What each key does; undefined until that was loaded. */
  #keyboard: Keyboard | undefined;
  readonly #files = new FileDrop(this);
  /** The desk whose answers are there. */
  #prepared: Desk | undefined;
  /** What was selected when the sequence was left. */
  #left = 0;
  #toldTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.src = undefined;
    this.page = false;
    this.theme = undefined;
    this.phase = { is: 'empty' };
    this.view = BEGINNING.view;
    this.selected = 0;
    this.time = 0;
    this.follow = false;
    this.filter = '';
    this.filterMode = BEGINNING.mode;
    this.filterEdition = 0;
    this.axis = BEGINNING.axis;
    this.hiddenLanes = BEGINNING.hidden;
    this.pings = BEGINNING.pings;
    this.panel = BEGINNING.panel;
    this.zoom = 1;
    this.window = undefined;
    this.other = 0;
    this.against = undefined;
    this.dragging = false;
    this.told = '';
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [...viewerSheets()];
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const ground = this.#ground();
    ground.addEventListener('keydown', this.#onKey);
    this.#files.connect(ground);
    if (this.desk.ended) {
      // It was taken out of the page and put back: its traces went with the worker.
      this.desk = new Desk();
      this.phase = { is: 'empty' };
      if (this.src !== undefined) this.reading.openAddress(this.src);
    }
    this.desk.addEventListener('notice', this.reading.onNotice);
    if (!this.page) return;
    this.theme = keptTheme();
    this.addressBar.connect();
    const address = new URLSearchParams(location.search).get('trace');
    const embedded = embeddedTrace(document);
    if (this.addressBar.wantsStory) return;
    if (address !== null && address !== '') this.src = address;
    else if (embedded !== undefined) {
      this.addressBar.beginAtFailure();
      void this.open(embedded);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const ground = this.#ground();
    ground.removeEventListener('keydown', this.#onKey);
    this.#files.disconnect(ground);
    this.addressBar.disconnect();
    this.desk.removeEventListener('notice', this.reading.onNotice);
    clearTimeout(this.#toldTimer);
    this.head.playback.stop();
    this.desk.end();
  }

  /** Where it listens: in a page of others only to what happens in itself. */
  #ground(): GlobalEventHandlers {
    return this.page ? window : this;
  }

  /** Its script and its first picture are two tasks: as one they would hold a page for more than fifty milliseconds. */
  protected override async scheduleUpdate(): Promise<void> {
    if (!this.hasUpdated) await new Promise((resolve) => setTimeout(resolve));
    super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('src') && this.src !== undefined) this.reading.openAddress(this.src);
    if (changed.has('theme') && this.page) {
      if (this.theme === undefined) delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = this.theme;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    // What was looked at in another view is shown, wherever the sequence stood.
    if (changed.has('view') && this.view === 'sequence' && this.selected !== this.#left) this.head.show();
    if (changed.has('view') && changed.get('view') === 'sequence') this.#left = this.selected;
    if (this.page && this.phase.is === 'shown' && !this.head.playback.plays) this.addressBar.write();
    if (changed.has('phase') && this.#waits) void this.#loadLateViews();
  }

  /** What is said of the trace that is shown. */
  get overview(): Overview | undefined {
    return this.phase.is === 'shown' ? this.phase.overview : undefined;
  }

  /** The number of the trace at the desk; 0 is none. */
  get trace(): number {
    return this.reading.trace;
  }

  /** Grows with what was read of the trace. */
  get edition(): number {
    return this.phase.is === 'shown' ? this.phase.edition : 0;
  }

  /** The trace is being recorded while it is shown. */
  get live(): boolean {
    return this.phase.is === 'shown' && this.phase.progress?.live === true;
  }

  /** The start page of the site that this viewer is a part of; one that stands alone has none. */
  get start(): HTMLTemplateElement | null {
    return this.page ? document.querySelector<HTMLTemplateElement>(`template#${START_ID}`) : null;
  }

  /** The start page is shown in place of a trace. */
  get welcomes(): boolean {
    return this.phase.is === 'empty' && this.start !== null && this.addressBar.wanted === undefined;
  }

  get pane(): SequencePane | null {
    return this.renderRoot.querySelector<SequencePane>('amber-sequence');
  }

  /** Opens a trace in place of the one that is shown. */
  open(source: TraceSource): Promise<void> {
    return this.reading.open(source);
  }

  /** Moves the head to a time in microseconds, and looks at what happened last. */
  moveTo(time: number): void {
    this.head.moveTo(time);
  }

  /** Style sheets of what was loaded later. */
  adopt(sheets: readonly CSSStyleSheet[]): void {
    const root = this.renderRoot as ShadowRoot;
    const have = root.adoptedStyleSheets;
    root.adoptedStyleSheets = [...have, ...sheets.filter((sheet) => !have.includes(sheet))];
  }

  /** What there is to be seen stands: the reader may do something. A viewer without a trace in a page of others is not met before. */
  get #waits(): boolean {
    const { is } = this.phase;
    // A first sequence is drawn before anything else is loaded: see `takeDrawn`.
    if (is === 'shown') return this.view !== 'sequence' || this.#prepared === this.desk;
    return is === 'failed' || (is === 'empty' && this.page);
  }

  /** What the first picture does without comes after it. Undefined when it cannot be loaded: that was told. */
  async #loadLateViews(): Promise<LoadedViews | undefined> {
    await this.updateComplete;
    try {
      const late = await loadLateViews();
      this.adopt(late.sheets);
      if (this.#keyboard === undefined) {
        this.#keyboard = late.keyboardOf(this);
        if (this.page) this.#keyboard.recall();
        this.requestUpdate();
      }
      return late;
    } catch (error) {
      this.tell(`Other views, panels, keys, the filter and the exports are missing: ${wordsOf(error)}.`);
      return undefined;
    }
  }

  /** Says a word for a moment, also to who does not see the page. */
  tell(text: string): void {
    this.told = text;
    clearTimeout(this.#toldTimer);
    this.#toldTimer = setTimeout(() => {
      this.told = '';
    }, TOLD_MILLIS);
  }

  /** Makes a file of the trace and hands it to the reader. */
  async export(kind: ExportKind): Promise<void> {
    const { desk, trace, selected: about } = this;
    const { source, upTo } = this.reading;
    if (source === undefined) return;
    const theme = this.theme ?? systemTheme();
    const late = await this.#loadLateViews();
    if (late !== undefined)
      this.tell(await late.takeAlong(kind, { desk, trace, source, upTo, theme, about, own: OWN_CODE }));
  }

  /** Looks at no event any more; whoever holds the viewer hears of it. */
  clear(): void {
    this.dispatchEvent(new Event('cleared'));
    this.head.playback.stop();
    this.selected = 0;
    if (this.panel === 'promises') this.panel = BEGINNING.panel;
    this.focusView();
  }

  /** From a field or a panel back to what is seen. */
  focusView(): void {
    this.renderRoot.querySelector<HTMLElement>('.main [tabindex="0"]')?.focus({ preventScroll: true });
  }

  /** Shows the promises of the run beside the view, or what is known of the event again. */
  togglePromises(): void {
    this.panel = this.panel === 'promises' ? BEGINNING.panel : 'promises';
  }

  /** Gives the nodes of a lane their place, or takes it from them. */
  showLane(nodes: readonly string[], shown: boolean): void {
    const others = this.hiddenLanes.filter((name) => !nodes.includes(name));
    this.hiddenLanes = shown ? others : [...others, ...nodes];
  }

  /** What is shown, if it can be zoomed: a table has its size. */
  get zoomable(): Zoomable | undefined {
    const shown = this.renderRoot.querySelector<HTMLElement & Zoomable>(`.picture > amber-${this.view}`);
    // A view that is loaded late cannot be asked before.
    return shown !== null && 'zoomBy' in shown && shown.zoom > 0 ? shown : undefined;
  }

  /** Steps of a quarter; 0 is back to the usual size. */
  zoomBy(steps: number): void {
    const { zoomable } = this;
    if (zoomable === undefined) return;
    if (steps === 0) zoomable.zoom = 1;
    else zoomable.zoomBy(steps);
    this.takeZoom();
  }

  /** The zoom is what the view has made of it. */
  takeZoom(): void {
    const { zoomable } = this;
    if (this.view === 'sequence') this.zoom = zoomable?.zoom ?? this.zoom;
    else this.requestUpdate();
  }

  /** A first picture is there, and so are soon all answers: nobody waits for them. */
  takeDrawn(): void {
    this.takeZoom();
    const { desk } = this;
    if (this.#prepared === desk) return;
    this.#prepared = desk;
    void this.#loadLateViews();
    desk.ask('late', 'load').then(
      () => this.reading.tellMore(),
      (error: unknown) =>
        this.tell(`What is known of events, and the filter, are missing: ${wordsOf(error)}.`),
    );
  }

  switchTheme(): void {
    this.theme = (this.theme ?? systemTheme()) === 'dark' ? 'light' : 'dark';
    if (this.page) keepTheme(this.theme);
  }

  focusFilter(): void {
    this.renderRoot.querySelector<FilterBox>('amber-filter')?.focus();
  }

  showHelp(): void {
    void this.#show<Help>('amber-help');
  }

  showPalette(): void {
    void this.#show<Palette>('amber-palette');
  }

  /** Without a trace it may not be there yet. */
  async #show<Dialog extends Help | Palette>(name: string): Promise<void> {
    await this.#loadLateViews();
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector<Dialog>(name);
    await dialog?.updateComplete;
    dialog?.show?.();
  }

  pickFile(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  /** One that is pressed before it is known what it does waits for that. */
  #onKey = (event: KeyboardEvent): void => {
    const target = event.composedPath()[0];
    if (this.#keyboard !== undefined) this.#keyboard.press(event, target);
    else void this.#loadLateViews().then(() => this.#keyboard?.press(event, target));
  };

  #onGoal = ({ goal }: GoalEvent): void => {
    this.head.playback.stop();
    if ('event' in goal) void this.head.goTo(goal.event, true);
    else this.moveTo(Math.min(goal.time, this.overview?.end ?? 0));
  };

  /** Who turns back wants to stay there. */
  #onTurn = (event: WheelEvent | PointerEvent): void => {
    if (!(event instanceof WheelEvent) || event.deltaY < 0) this.follow = false;
  };

  #stopReading = (): void => this.reading.stop();

  protected override render(): TemplateResult {
    const { phase } = this;
    const shown = phase.is === 'shown' ? phase : undefined;
    return html`
      ${titleBar(this, shown?.overview, shown?.progress, this.#files.onChosen)}
      ${shown === undefined ? nothing : toolBar(this, shown.overview)}
      ${shown?.problems.map((problem) => problemBar(problem)) ?? nothing}
      ${shown?.progress === undefined || this.live ? nothing : readingBar(shown.progress, this.runs.going, this.#stopReading)}
      ${this.#body()}
      ${shown === undefined ? nothing : footBar(shown.name, shown.overview)}
      <amber-palette .commands=${this.#keyboard?.commands ?? []} @goal=${this.#onGoal}></amber-palette>
      <amber-help .keyboard=${this.#keyboard}></amber-help>
      <p class="told" role="status">${this.told}</p>
      ${this.dragging ? html`<div class="drop-hint" aria-hidden="true"><p>Drop the trace here</p></div>` : nothing}
    `;
  }

  /** A page has one main part, and a viewer in a page of others is not it. */
  #body(): TemplateResult {
    const name = `main ${this.phase.is}`;
    return this.page
      ? html`<main class=${name} @wheel=${this.#onTurn} @pointerdown=${this.#onTurn}>${this.#main()}</main>`
      : html`<section class=${name} aria-label="Trace" @wheel=${this.#onTurn} @pointerdown=${this.#onTurn}>${this.#main()}</section>`;
  }

  #main(): TemplateResult {
    return html`${this.runs.open ? runDrawer(this) : nothing} ${this.#content()}`;
  }

  #content(): TemplateResult {
    const { phase } = this;
    switch (phase.is) {
      case 'empty':
        return this.welcomes
          ? startState(this.start!, () => this.pickFile())
          : emptyState(this.addressBar.wanted);
      case 'loading':
        return loadingState(phase.name, phase.progress, this.runs.going, this.#stopReading);
      case 'failed':
        return failedState(
          phase.problem,
          this.matches('[barless], [plain]')
            ? html``
            : html`<button type="button" class="button primary" @click=${() => this.pickFile()}>Open another file…</button>`,
        );
      case 'shown':
        return html`${picture(this)} ${sidePanel(this)}`;
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
