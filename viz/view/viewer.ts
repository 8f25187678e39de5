/**
 * The viewer: one trace, seen in several ways at one moment. This file holds what is common to them (which trace, which event, what
 * time, which filter) and hands it down; what can be done with it is in `deeds.ts`, how it looks in the files of its parts.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { loadLateViews } from '../late/late-views.ts';
import type { Axis } from '../layout/axis-kind.ts';
import { embeddedTrace } from '../source/embedded-trace.ts';
import { type Problem, problemOf } from '../source/problem.ts';
import { sourceOfAddress, sourceOfFile, type TraceSource } from '../source/trace-source.ts';
import type { Theme } from '../theme/palette.ts';
import { keepTheme, keptTheme, systemTheme, viewerSheets } from '../theme/theme.ts';
import type { Landmark, Stop } from '../worker/answers/jump-answers.ts';
import { Desk, type NoticeEvent } from '../worker/desk.ts';
import type { Notice, Progress } from '../worker/notice.ts';
import type { Overview } from '../worker/overview.ts';
import { type Command, commandOf, keyOf } from './commands.ts';
import { deedsOf } from './deeds.ts';
import { download, type ExportKind, exportAs } from './exports.ts';
import type { FilterBox } from './filter-box.ts';
import { footBar } from './foot-bar.ts';
import { helpDialog } from './help.ts';
import {
  BEGINNING,
  type FilterMode,
  type LinkedPlace,
  linkText,
  type PanelName,
  readLink,
  type ViewName,
} from './link.ts';
import type { GoalEvent, Palette } from './palette.ts';
import { Playback } from './playback.ts';
import type { SeekEvent, TimeWindow, WindowEvent } from './sequence-events.ts';
import type { PickEvent, SequencePane } from './sequence-pane.ts';
import { sidePanel } from './side-panel.ts';
import { keepSingleKeys, keptSingleKeys } from './single-keys.ts';
import { emptyState, failedState, loadingState, problemBar, readingBar } from './states.ts';
import { titleBar } from './title-bar.ts';
import { toolBar } from './tool-bar.ts';
import type { OtherEvent } from './trace-compare.ts';

type Phase =
  | { is: 'empty' }
  | { is: 'loading'; name: string; progress: Progress }
  | { is: 'failed'; problem: Problem }
  | {
      is: 'shown';
      name: string;
      overview: Overview;
      /** Grows with what was read. */
      edition: number;
      problems: readonly Problem[];
      /** While the rest is being read. */
      progress: Progress | undefined;
    };

const NOTHING_READ: Progress = { read: 0, size: undefined, events: 0, live: false };
/** The address is written when nothing has moved for so long. */
const ADDRESS_MILLIS = 250;
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
    panel: { state: true },
    zoom: { state: true },
    window: { state: true },
    other: { state: true },
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
  declare panel: PanelName;
  declare zoom: number;
  /** The times in view. */
  declare window: TimeWindow | undefined;
  /** The number of the trace to compare with; 0 is none. */
  declare other: number;
  declare dragging: boolean;
  /** A word about what was just done, for a moment. */
  declare told: string;

  /** Opened and ended with the place in the page. */
  desk = new Desk();
  readonly playback = new Playback({
    time: () => this.time,
    end: () => this.overview?.end ?? 0,
    moveTo: (time) => this.moveTo(time),
    nextEvent: async () => (await this.#jump('drawn', 1, false)) !== undefined,
    changed: () => this.requestUpdate(),
  });
  /** The number of the trace at the desk; 0 is none. */
  #trace = 0;
  #source: TraceSource | undefined;
  /** Bytes of the source that were read when the rest of a live trace was yet to happen. */
  #readUpTo: number | undefined;
  #openings = 0;
  #commands: readonly Command[] = deedsOf(this);
  #singleKeys = true;
  /** Where a link wants to be, once its trace is there. */
  #wanted: LinkedPlace | undefined;
  #seeking = false;
  #addressTimer: ReturnType<typeof setTimeout> | undefined;
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
    this.panel = BEGINNING.panel;
    this.zoom = 1;
    this.window = undefined;
    this.other = 0;
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
    ground.addEventListener('dragover', this.#onDrag);
    ground.addEventListener('dragleave', this.#onDrag);
    ground.addEventListener('drop', this.#onDrop);
    if (this.desk.ended) {
      // It was taken out of the page and put back: its traces went with the worker.
      this.desk = new Desk();
      this.phase = { is: 'empty' };
      if (this.src !== undefined) this.#openAddress(this.src);
    }
    this.desk.addEventListener('notice', this.#onNotice);
    if (!this.page) return;
    this.theme = keptTheme();
    this.#singleKeys = keptSingleKeys();
    if (location.hash.length > 1) this.#wanted = readLink(location.hash);
    addEventListener('hashchange', this.#onAddress);
    const address = new URLSearchParams(location.search).get('trace');
    const embedded = embeddedTrace(document);
    if (address !== null && address !== '') this.src = address;
    else if (embedded !== undefined) void this.open(embedded);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const ground = this.#ground();
    ground.removeEventListener('keydown', this.#onKey);
    ground.removeEventListener('dragover', this.#onDrag);
    ground.removeEventListener('dragleave', this.#onDrag);
    ground.removeEventListener('drop', this.#onDrop);
    removeEventListener('hashchange', this.#onAddress);
    this.desk.removeEventListener('notice', this.#onNotice);
    clearTimeout(this.#addressTimer);
    clearTimeout(this.#toldTimer);
    this.playback.stop();
    this.desk.end();
  }

  /** Where it listens: in a page of others only to what happens in itself. */
  #ground(): GlobalEventHandlers {
    return this.page ? window : this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('src') && this.src !== undefined) this.#openAddress(this.src);
    if (changed.has('theme') && this.page) {
      if (this.theme === undefined) delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = this.theme;
    }
  }

  protected override updated(): void {
    if (this.page && this.phase.is === 'shown' && !this.playback.plays) this.#writeAddress();
  }

  /** What is said of the trace that is shown. */
  get overview(): Overview | undefined {
    return this.phase.is === 'shown' ? this.phase.overview : undefined;
  }

  /** The number of the trace at the desk; 0 is none. */
  get trace(): number {
    return this.#trace;
  }

  /** Grows with what was read of the trace. */
  get edition(): number {
    return this.phase.is === 'shown' ? this.phase.edition : 0;
  }

  /** The trace is being recorded while it is shown. */
  get live(): boolean {
    return this.phase.is === 'shown' && this.phase.progress?.live === true;
  }

  get pane(): SequencePane | null {
    return this.renderRoot.querySelector<SequencePane>('amber-sequence');
  }

  // Opening

  #openAddress(address: string): void {
    try {
      void this.open(sourceOfAddress(address, document.baseURI));
    } catch (error) {
      this.phase = { is: 'failed', problem: problemOf(error) };
    }
  }

  /** Opens a trace in place of the one that is shown. */
  async open(source: TraceSource): Promise<void> {
    this.playback.stop();
    if (this.#trace > 0) this.desk.close(this.#trace);
    this.#trace = 0;
    this.phase = { is: 'loading', name: source.name, progress: NOTHING_READ };
    const opening = ++this.#openings;
    this.#source = source;
    this.#readUpTo = undefined;
    const trace = await this.desk.ask('traces', 'open', source);
    // Another one was opened meanwhile.
    if (opening !== this.#openings) this.desk.close(trace);
    else this.#trace = trace;
  }

  #onNotice = (event: Event): void => {
    const { notice } = event as NoticeEvent;
    // What is told of a trace that was closed comes too late.
    if (notice.trace === this.#trace) this.#take(notice);
  };

  #take(notice: Notice): void {
    const { phase } = this;
    switch (notice.is) {
      case 'progress':
        this.phase =
          phase.is === 'shown'
            ? { ...phase, progress: notice.progress }
            : { is: 'loading', name: notice.name, progress: notice.progress };
        break;
      case 'failed':
        this.phase = { is: 'failed', problem: notice.problem };
        break;
      case 'grown':
      case 'complete': {
        const { name, overview } = notice;
        if (!overview.drawn) {
          if (notice.is === 'grown') this.phase = { is: 'loading', name, progress: notice.progress };
          return;
        }
        const { live } = this;
        const edition = phase.is === 'shown' ? phase.edition + 1 : 1;
        const problems = notice.is === 'complete' ? notice.problems : [];
        const progress = notice.is === 'grown' ? notice.progress : undefined;
        this.phase = { is: 'shown', name, overview, edition, problems, progress };
        // The rest of a trace whose beginning is shown already leaves the reader where they are.
        if (phase.is !== 'shown') {
          this.#settle(BEGINNING);
          this.follow = this.live;
        }
        if (this.follow) this.time = overview.end;
        if (this.live) this.#readUpTo = progress?.read;
        // One that was not read to its end still has no other than where it was left.
        else if (problems.length === 0) this.#readUpTo = undefined;
        if (live && overview.footer?.verdict === 'passed')
          this.tell('The server has ended. This is all that happened.');
        if (notice.is === 'complete') this.#arrive(overview);
        void this.#loadLateViews();
      }
    }
  }

  /** A link is followed once the whole trace is there: what it names may stand at its end. */
  #arrive(overview: Overview): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    // A reader who has gone somewhere meanwhile stays there.
    if (wanted === undefined || this.selected > 0) return;
    const { digest } = overview.footer ?? {};
    if (wanted.run !== undefined && digest !== undefined && wanted.run.digest !== digest) {
      this.tell(`This is another run than that of the link, whose digest is ${wanted.run.digest}.`);
    }
    this.#settle(wanted);
  }

  /** What the first picture does without comes after it. */
  async #loadLateViews(): Promise<void> {
    await this.updateComplete;
    try {
      const sheets = await loadLateViews();
      const root = this.renderRoot as ShadowRoot;
      const have = root.adoptedStyleSheets;
      root.adoptedStyleSheets = [...have, ...sheets.filter((sheet) => !have.includes(sheet))];
    } catch (error) {
      this.tell(
        `The map, the comparison and the promises are missing: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
  }

  #settle(place: LinkedPlace): void {
    this.view = place.view;
    this.filter = place.filter;
    this.filterMode = place.mode;
    this.axis = place.axis;
    this.panel = place.panel;
    this.zoom = 1;
    this.window = place.window === undefined ? undefined : { from: place.window[0], to: place.window[1] };
    this.time = place.time ?? 0;
    this.selected = 0;
    if (place.event > 0) void this.goTo(place.event, false);
  }

  // Moving

  /** Looks at an event and moves the head there. */
  async goTo(ordinal: number, focus: boolean): Promise<void> {
    if (this.#trace === 0) return;
    const time = await this.desk.ask('jump', 'time', this.#trace, ordinal);
    if (time === undefined) this.tell(`There is no event ${ordinal}.`);
    else this.#stand({ ordinal, time }, focus);
  }

  #stand({ ordinal, time }: Stop, focus: boolean): void {
    this.follow = false;
    this.selected = ordinal;
    this.time = time;
    void this.updateComplete.then(async () => {
      await this.pane?.updateComplete;
      // The panel may have narrowed the pane; it is measured first.
      requestAnimationFrame(() => void this.pane?.reveal(ordinal, focus));
    });
  }

  /** To the next event of a kind. A jump begins anew at the other end; a step stops there. */
  async jump(landmark: Landmark, direction: 1 | -1 = 1): Promise<void> {
    this.playback.stop();
    await this.#jump(landmark, direction, landmark === 'fault' || landmark === 'violation');
  }

  async #jump(landmark: Landmark, direction: 1 | -1, around: boolean): Promise<Stop | undefined> {
    if (this.phase.is !== 'shown') return undefined;
    const from = this.selected;
    let stop = await this.desk.ask('jump', 'next', this.#trace, landmark, from, direction);
    if (stop === undefined && around && from > 0) {
      stop = await this.desk.ask('jump', 'next', this.#trace, landmark, 0, direction);
    }
    if (stop !== undefined) this.#stand(stop, !this.playback.plays);
    return stop;
  }

  /** To the next event that the filter matches. */
  async match(direction: 1 | -1): Promise<void> {
    this.playback.stop();
    const stop = await this.desk.ask('filter', 'next', this.#trace, this.filter, this.selected, direction);
    if (stop !== undefined) this.#stand(stop, true);
  }

  focusFilter(): void {
    this.renderRoot.querySelector<FilterBox>('amber-filter')?.focus();
  }

  /** Moves the head to a time in microseconds, and looks at what happened last. */
  moveTo(time: number): void {
    this.follow = false;
    this.time = Math.round(Math.max(0, time));
    if (this.#seeking || this.#trace === 0) return;
    void this.#seek();
  }

  /** Finds the event that the head stands at; what was asked meanwhile is asked afterwards. */
  async #seek(): Promise<void> {
    this.#seeking = true;
    try {
      let asked: number | undefined;
      while (asked !== this.time && this.#trace > 0) {
        asked = this.time;
        const stop = await this.desk.ask('jump', 'at', this.#trace, asked);
        const ordinal = stop?.ordinal ?? 0;
        if (ordinal === this.selected) continue;
        this.selected = ordinal;
        if (ordinal > 0) void this.updateComplete.then(() => this.pane?.reveal(ordinal, false));
      }
    } catch (error) {
      // A trace that is closed meanwhile has no moments any more.
      if (this.#trace > 0) throw error;
    } finally {
      this.#seeking = false;
    }
  }

  /** Goes with the end of a live trace, or stays where it is. */
  followLive(on: boolean): void {
    this.follow = on;
    if (!on) return;
    this.playback.stop();
    this.selected = 0;
    this.time = this.overview?.end ?? 0;
  }

  /** Who turns back wants to stay there. */
  #onTurn = (event: WheelEvent | PointerEvent): void => {
    if (!(event instanceof WheelEvent) || event.deltaY < 0) this.follow = false;
  };

  clear(): void {
    this.playback.stop();
    this.selected = 0;
    if (this.panel === 'promises') this.panel = BEGINNING.panel;
    this.renderRoot.querySelector<HTMLElement>('.pane')?.focus({ preventScroll: true });
  }

  /** Shows the promises of the run beside the view, or what is known of the event again. */
  togglePromises(): void {
    this.panel = this.panel === 'promises' ? BEGINNING.panel : 'promises';
  }

  zoomBy(steps: number): void {
    const { pane } = this;
    if (pane === null) return;
    if (steps === 0) pane.zoom = 1;
    else pane.zoomBy(steps);
    this.zoom = pane.zoom;
  }

  // Telling

  /** Says a word for a moment, also to who does not see the page. */
  tell(text: string): void {
    this.told = text;
    clearTimeout(this.#toldTimer);
    this.#toldTimer = setTimeout(() => {
      this.told = '';
    }, TOLD_MILLIS);
  }

  #place(): LinkedPlace {
    const { header, footer } = this.overview!;
    return {
      view: this.view,
      event: this.selected,
      time: this.selected === 0 && this.time > 0 && !this.follow ? this.time : undefined,
      filter: this.filter,
      mode: this.filterMode,
      axis: this.axis,
      window: this.#linkedWindow(),
      panel: this.panel,
      // An address that names the file says enough.
      run: footer === undefined || this.src !== undefined ? undefined : { ...header, digest: footer.digest },
    };
  }

  /** A view at its usual size that begins with the trace needs no words. */
  #linkedWindow(): [from: number, to: number] | undefined {
    const seen = this.window;
    if (seen === undefined || (this.zoom === 1 && (this.pane?.atStart ?? true))) return undefined;
    return [Math.round(seen.from), Math.round(seen.to)];
  }

  /** The address of this moment. */
  link(): string {
    const url = new URL(location.href);
    url.hash = linkText(this.#place());
    return url.href;
  }

  async copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link());
      this.tell('The link is in the clipboard.');
    } catch {
      this.tell('The browser keeps the clipboard closed; the address of the page is the link.');
    }
  }

  /** Makes a file of the trace and hands it to the reader. */
  async export(kind: ExportKind): Promise<void> {
    if (this.#source === undefined) return;
    const from = {
      desk: this.desk,
      trace: this.#trace,
      source: this.#source,
      upTo: this.#readUpTo,
      theme: this.theme ?? systemTheme(),
      about: this.selected,
    };
    try {
      const { ending, blob, leftOut } = await exportAs(kind, from);
      const name = this.#source.name.replace(/(\.amber)?\.jsonl(\.gz)?$/, '');
      download(`${name}${ending}`, blob);
      this.tell(leftOut === undefined ? `${name}${ending} is on its way.` : `${name}${ending}: ${leftOut}.`);
    } catch (error) {
      this.tell(`Nothing was exported: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  #writeAddress(): void {
    clearTimeout(this.#addressTimer);
    this.#addressTimer = setTimeout(() => {
      if (this.overview === undefined) return;
      const text = linkText(this.#place());
      if (text !== location.hash.slice(1))
        history.replaceState(null, '', text === '' ? location.pathname + location.search : `#${text}`);
    }, ADDRESS_MILLIS);
  }

  #onAddress = (): void => {
    const place = readLink(location.hash);
    if (this.phase.is === 'shown') this.#settle(place);
    else this.#wanted = place;
  };

  // What was done to the page

  #onOther = (event: OtherEvent): void => {
    this.other = event.trace;
  };

  #onPick = (event: PickEvent): void => {
    this.playback.stop();
    void this.goTo(event.ordinal, false);
  };

  #onGoal = ({ goal }: GoalEvent): void => {
    this.playback.stop();
    if ('event' in goal) void this.goTo(goal.event, true);
    else this.moveTo(Math.min(goal.time, this.overview?.end ?? 0));
  };

  #onWindow = (event: WindowEvent): void => {
    this.window = event.window;
  };

  #onDrawn = (): void => {
    const { pane } = this;
    if (pane !== null) this.zoom = pane.zoom;
  };

  /** What was read stays. */
  stopReading = (): void => {
    void this.desk.ask('traces', 'cancel', this.#trace);
    if (this.phase.is !== 'shown') this.phase = { is: 'empty' };
  };

  switchTheme(): void {
    this.theme = (this.theme ?? systemTheme()) === 'dark' ? 'light' : 'dark';
    if (this.page) keepTheme(this.theme);
  }

  showHelp(): void {
    this.renderRoot.querySelector<HTMLDialogElement>('dialog.help')?.showModal();
  }

  showPalette(): void {
    this.renderRoot.querySelector<Palette>('amber-palette')?.show();
  }

  pickFile(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  #onFile = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) this.#openFile(file);
    // The same file can be chosen again.
    input.value = '';
  };

  #openFile(file: File): void {
    this.src = undefined;
    void this.open(sourceOfFile(file));
  }

  #onDrag = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.dragging = event.type === 'dragover' || event.relatedTarget !== null;
  };

  #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.dragging = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) this.#openFile(file);
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey) return;
    if (this.renderRoot.querySelector('dialog[open]') !== null) return;
    const key = keyOf(event);
    const target = event.composedPath()[0];
    if (target instanceof Element && !mayTakeKey(target, key)) return;
    if (!this.#singleKeys && key.length === 1) return;
    const command = commandOf(this.#commands, key);
    if (command === undefined) return;
    event.preventDefault();
    command.run();
  };

  // How it looks

  protected override render(): TemplateResult {
    const { phase } = this;
    const shown = phase.is === 'shown' ? phase : undefined;
    return html`
      ${titleBar(this, shown?.overview, shown?.progress, this.#onFile)}
      ${shown === undefined ? nothing : toolBar(this, shown.overview)}
      ${shown?.problems.map((problem) => problemBar(problem)) ?? nothing}
      ${shown?.progress === undefined || this.live ? nothing : readingBar(shown.progress, this.stopReading)}
      <main class=${phase.is} @wheel=${this.#onTurn} @pointerdown=${this.#onTurn}>${this.#main()}</main>
      ${shown === undefined ? nothing : footBar(shown.name, shown.overview)}
      <amber-palette .commands=${this.#commands} @goal=${this.#onGoal}></amber-palette>
      ${helpDialog(this.#commands, { on: this.#singleKeys, set: this.#setSingleKeys })}
      <p class="told" role="status">${this.told}</p>
      ${this.dragging ? html`<div class="drop-hint" aria-hidden="true"><p>Drop the trace here</p></div>` : nothing}
    `;
  }

  #setSingleKeys = (on: boolean): void => {
    this.#singleKeys = on;
    keepSingleKeys(on);
  };

  #view(edition: number): TemplateResult {
    switch (this.view) {
      case 'table':
        return html`<amber-table
          .desk=${this.desk}
          .trace=${this.#trace}
          .edition=${edition}
          .selected=${this.selected}
          .filter=${this.filter}
          .mode=${this.filterMode}
          .follow=${this.follow}
          @pick=${this.#onPick}
        ></amber-table>`;
      case 'topology':
        return html`<amber-topology
          .desk=${this.desk}
          .trace=${this.#trace}
          .edition=${edition}
          .time=${this.time}
          .selected=${this.selected}
          @pick=${this.#onPick}
        ></amber-topology>`;
      case 'compare':
        return html`<amber-compare
          .desk=${this.desk}
          .trace=${this.#trace}
          .edition=${edition}
          .other=${this.other}
          .time=${this.time}
          .selected=${this.selected}
          @pick=${this.#onPick}
          @other=${this.#onOther}
        ></amber-compare>`;
      default:
        return html`<amber-sequence
          .desk=${this.desk}
          .trace=${this.#trace}
          .edition=${edition}
          .selected=${this.selected}
          .zoom=${this.zoom}
          .axis=${this.axis}
          .time=${this.time > 0 ? this.time : undefined}
          .filter=${this.filter}
          .filterMode=${this.filterMode}
          .filterEdition=${this.filterEdition}
          .theme=${this.theme}
          .window=${this.window}
          .follow=${this.playback.plays || this.follow}
          @window=${this.#onWindow}
          @pick=${this.#onPick}
          @drawn=${this.#onDrawn}
        ></amber-sequence>`;
    }
  }

  #main(): TemplateResult {
    const { phase } = this;
    switch (phase.is) {
      case 'empty':
        return emptyState(this.#wanted?.run);
      case 'loading':
        return loadingState(phase.name, phase.progress, this.stopReading);
      case 'failed':
        return failedState(
          phase.problem,
          html`<button type="button" class="button primary" @click=${() => this.pickFile()}>Open another file…</button>`,
        );
      case 'shown':
        return html`
          <div class="picture">
            ${this.#view(phase.edition)}
            <amber-minimap
              .desk=${this.desk}
              .trace=${this.#trace}
              .edition=${phase.edition}
              .axis=${this.axis}
              .time=${this.time}
              .window=${this.view === 'sequence' ? this.window : undefined}
              .filter=${this.filter}
              .filterMode=${this.filterMode}
              .filterEdition=${this.filterEdition}
              .theme=${this.theme}
              @seek=${({ time }: SeekEvent) => {
                this.playback.stop();
                this.moveTo(time);
              }}
              @window=${this.#onWindow}
            ></amber-minimap>
          </div>
          ${sidePanel(this, this.#onPick)}
        `;
    }
  }
}

/** Fields keep what is typed, and lists and panels their arrows. */
function mayTakeKey(target: Element, key: string): boolean {
  if (target.closest('input, textarea, select, [contenteditable]') !== null) {
    return target.matches('[type=checkbox], [type=radio]')
      ? key.length === 1 && key !== ' '
      : key.startsWith('Mod+');
  }
  if ((key === ' ' || key === 'Enter') && target.closest('button, a, summary, [role=button]') !== null)
    return false;
  if (key === 'ArrowUp' || key === 'ArrowDown')
    return target.closest('.panel, [role=grid], [role=tree]') === null;
  if (key === 'ArrowLeft' || key === 'ArrowRight')
    return target.closest('[role=tablist], [role=slider]') === null;
  return true;
}
