/** The page: opening a trace, its header, the diagram, the panel, and the keys. */
import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { FAMILY_STYLES, type Family } from '../layout/family.ts';
import { durationText } from '../layout/time-text.ts';
import { CANCELLED, type Problem, problemOf } from '../source/problem.ts';
import { sourceOfAddress, sourceOfFile, type TraceSource } from '../source/trace-source.ts';
import type { Theme } from '../theme/palette.ts';
import { keepTheme, keptTheme, systemTheme, viewerSheets } from '../theme/theme.ts';
import type { Landmark } from '../worker/answers/jump-answers.ts';
import { Desk, type NoticeEvent } from '../worker/desk.ts';
import type { Notice, Progress } from '../worker/notice.ts';
import type { Overview } from '../worker/overview.ts';
import { drop, helpDialog } from './help.ts';
import type { DrawnEvent, PickEvent, SequencePane } from './sequence-pane.ts';

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

const NOTHING_READ: Progress = { read: 0, size: undefined, events: 0 };

export class Viewer extends LitElement {
  static override properties = {
    phase: { state: true },
    selected: { state: true },
    zoom: { state: true },
    dragging: { state: true },
    overflow: { state: true },
    theme: { reflect: true, attribute: 'data-theme' },
    page: { type: Boolean, reflect: true },
    src: {},
  };

  declare phase: Phase;
  declare selected: number;
  declare zoom: number;
  declare dragging: boolean;
  /** Packets of the window that were not drawn. */
  declare overflow: number;
  /** What the system prefers when it is undefined. */
  declare theme: Theme | undefined;
  /** This viewer is the page: it takes all keys, files that are dropped, and its trace from the address. */
  declare page: boolean;
  /** The address of the trace. */
  declare src: string | undefined;

  readonly #desk = new Desk();
  /** The number of the trace at the desk; 0 is none. */
  #trace = 0;

  constructor() {
    super();
    this.phase = { is: 'empty' };
    this.selected = 0;
    this.zoom = 1;
    this.dragging = false;
    this.overflow = 0;
    this.theme = undefined;
    this.page = false;
    this.src = undefined;
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
    if (this.page) {
      this.theme = keptTheme();
      const address = new URLSearchParams(location.search).get('trace');
      if (address !== null && address !== '') this.src = address;
    }
    this.#desk.addEventListener('notice', this.#onNotice);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const ground = this.#ground();
    ground.removeEventListener('keydown', this.#onKey);
    ground.removeEventListener('dragover', this.#onDrag);
    ground.removeEventListener('dragleave', this.#onDrag);
    ground.removeEventListener('drop', this.#onDrop);
    this.#desk.removeEventListener('notice', this.#onNotice);
    this.#desk.end();
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

  #openAddress(address: string): void {
    try {
      void this.#open(sourceOfAddress(address, document.baseURI));
    } catch (error) {
      this.phase = { is: 'failed', problem: problemOf(error) };
    }
  }

  async #open(source: TraceSource): Promise<void> {
    if (this.#trace > 0) void this.#desk.ask('traces', 'close', this.#trace);
    this.#trace = 0;
    this.phase = { is: 'loading', name: source.name, progress: NOTHING_READ };
    this.#trace = await this.#desk.ask('traces', 'open', source);
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
        if (!overview.drawn) return;
        // The rest of a trace whose beginning is shown already leaves the reader where they are.
        if (phase.is !== 'shown') {
          this.selected = 0;
          this.zoom = 1;
        }
        const edition = phase.is === 'shown' ? phase.edition + 1 : 1;
        const problems = notice.is === 'complete' ? notice.problems : [];
        const progress = notice.is === 'grown' ? notice.progress : undefined;
        this.phase = { is: 'shown', name, overview, edition, problems, progress };
      }
    }
  }

  protected override render(): TemplateResult {
    const { phase } = this;
    return html`
      <header class="bar">
        <p class="brand">${drop}Amber</p>
        ${phase.is === 'shown' ? this.#title(phase.overview, phase.progress !== undefined) : html`<h1 class="scenario">Trace viewer</h1>`}
        <div class="actions">
          <label class="button">
            <input type="file" class="visually-hidden" accept=".jsonl,.gz,.json" @change=${this.#onFile} />
            Open…
          </label>
          <button type="button" class="button icon" aria-label="Switch to ${(this.theme ?? systemTheme()) === 'dark' ? 'light' : 'dark'} theme" title="Theme" @click=${this.#onTheme}>◐</button>
          <button type="button" class="button icon" aria-label="Help" title="Help (?)" @click=${this.#onHelp}>?</button>
        </div>
      </header>
      ${phase.is === 'shown' ? this.#tools(phase.overview) : nothing}
      ${phase.is === 'shown' ? phase.problems.map((problem) => problemBar(problem)) : nothing}
      ${phase.is === 'shown' && phase.progress !== undefined ? this.#reading(phase.progress) : nothing}
      <main class=${phase.is}>${this.#main()}</main>
      ${phase.is === 'shown' ? this.#foot(phase) : nothing}
      ${helpDialog()}
      ${this.dragging ? html`<div class="drop-hint" aria-hidden="true"><p>Drop the trace here</p></div>` : nothing}
    `;
  }

  #main(): TemplateResult {
    const { phase } = this;
    switch (phase.is) {
      case 'empty':
        return html`<section class="state">
          ${drop}
          <h2>Open a trace</h2>
          <p>Drop a file here, or choose <em>Open…</em> It is read in this page and sent nowhere.</p>
          <p>A run writes one:</p>
          <pre>amber run sims/flapping-uplink.ts --trace run.amber.jsonl.gz
amber view run.amber.jsonl.gz</pre>
        </section>`;
      case 'loading':
        return this.#loading(phase.name, phase.progress);
      case 'failed':
        return html`<section class="state failed" role="alert" data-kind=${phase.problem.kind}>
          <h2>${phase.problem.title}</h2>
          <p class="cause">${phase.problem.cause}</p>
          <p>${phase.problem.advice}</p>
          <label class="button primary">
            <input type="file" class="visually-hidden" accept=".jsonl,.gz,.json" @change=${this.#onFile} />
            Open another file…
          </label>
        </section>`;
      case 'shown':
        return html`
          <amber-sequence
            .desk=${this.#desk}
            .trace=${this.#trace}
            .edition=${phase.edition}
            .selected=${this.selected}
            .zoom=${this.zoom}
            @pick=${this.#onPick}
            @drawn=${this.#onDrawn}
          ></amber-sequence>
          <aside class="panel" aria-label="Inspector" ?hidden=${this.selected === 0}>
            <button type="button" class="button icon close" aria-label="Close the inspector" title="Close (Esc)" @click=${this.#clear}>✕</button>
            <amber-inspector .desk=${this.#desk} .trace=${this.#trace} .edition=${phase.edition} .selected=${this.selected} @pick=${this.#onChainPick}></amber-inspector>
          </aside>
        `;
    }
  }

  #loading(name: string, progress: Progress): TemplateResult {
    return html`<section class="state" role="status">
      <h2>Reading ${name}</h2>
      ${this.#progress(progress)}
    </section>`;
  }

  #reading(progress: Progress): TemplateResult {
    return html`<div class="reading-on" role="status"><b>Reading on</b> ${this.#progress(progress)}</div>`;
  }

  #progress({ read, size, events }: Progress): TemplateResult {
    return html`
      <progress aria-label="Bytes read" max="1" value=${size === undefined ? nothing : Math.min(1, read / size)}></progress>
      <p>${bytesText(read)}${size === undefined ? '' : ` of ${bytesText(size)}`} · ${events.toLocaleString('en')} events</p>
      <button type="button" class="button" @click=${this.#cancel}>Cancel</button>
    `;
  }

  #title({ header, footer }: Overview, reading: boolean): TemplateResult {
    const verdict = footer?.verdict ?? (reading ? 'reading' : 'unfinished');
    const parameters = Object.keys(header.parameters).sort();
    return html`
      <h1 class="scenario" title=${header.scenario}>${header.scenario}</h1>
      <dl class="run">
        <div><dt>seed</dt><dd>${header.seed}</dd></div>
        ${parameters.slice(0, 4).map((name) => html`<div class="parameter"><dt>${name}</dt><dd>${header.parameters[name]}</dd></div>`)}
        <div><dt>digest</dt><dd class="digest">${footer?.digest ?? (reading ? '…' : 'none')}</dd></div>
      </dl>
      <p class="verdict ${verdict}">${VERDICT_SIGNS[verdict]} ${verdict}</p>
    `;
  }

  #tools(tally: Overview): TemplateResult {
    const { broken, faults } = tally;
    const plural = (count: number, one: string, many = `${one}s`): string =>
      `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
    return html`
      <div class="tools" role="region" aria-label="Steps, zoom and counts">
        <div class="cluster">
          <button type="button" class="button icon" aria-label="Previous event" title="Previous event (←)" @click=${() => this.#step(-1)}>←</button>
          <button type="button" class="button icon" aria-label="Next event" title="Next event (→)" @click=${() => this.#step(1)}>→</button>
        </div>
        <div class="cluster">
          <button type="button" class="button icon" aria-label="Zoom out" title="Zoom out (-)" @click=${() => this.#zoom(-1)}>−</button>
          <button type="button" class="button reading" title="Reset the zoom (0)" @click=${() => this.#zoom(0)}>${Math.round(this.zoom * 100)} %</button>
          <button type="button" class="button icon" aria-label="Zoom in" title="Zoom in (+)" @click=${() => this.#zoom(1)}>+</button>
        </div>
        <p class="tally">
          <span data-count="packets">${plural(tally.packets, 'packet')}</span>
          <span data-count="delivered">${plural(tally.delivered, 'delivery', 'deliveries')}</span>
          <span data-count="lost" class=${tally.lost > 0 ? 'bad' : ''}>${tally.lost.toLocaleString('en')} lost</span>
          ${tally.underWay > 0 ? html`<span data-count="under-way">${tally.underWay.toLocaleString('en')} under way</span>` : nothing}
        </p>
        ${
          this.overflow > 0
            ? html`<p class="overflow" role="status">${this.overflow.toLocaleString('en')} more packets here than can be drawn</p>`
            : nothing
        }
        <div class="cluster jumps">
          <button type="button" class="button" ?disabled=${faults === 0} title="Next fault (F)" @click=${() => this.#jump('fault')}>
            ${plural(faults, 'fault')}
          </button>
          <button type="button" class="button ${broken > 0 ? 'alarm' : ''}" ?disabled=${broken === 0} title="Next broken promise (V)" @click=${() => this.#jump('violation')}>
            ${broken.toLocaleString('en')} broken
          </button>
        </div>
      </div>
    `;
  }

  #foot(phase: Phase & { is: 'shown' }): TemplateResult {
    const { overview } = phase;
    return html`
      <footer class="foot">
        <ul class="legend" aria-label="Colours and lines">
          ${(Object.keys(FAMILY_STYLES) as Family[]).map((family) => html`<li class=${family}>${legendLine(family)}${LEGEND[family]}</li>`)}
        </ul>
        <p class="file">
          <span title=${phase.name}>${phase.name}</span>
          <span data-count="events">${overview.events.toLocaleString('en')} events</span>
          <span>${durationText(overview.end)}</span>
        </p>
      </footer>
    `;
  }

  get #pane(): SequencePane | null {
    return this.renderRoot.querySelector<SequencePane>('amber-sequence');
  }

  #select(ordinal: number, focus: boolean): void {
    this.selected = ordinal;
    void this.updateComplete.then(async () => {
      await this.#pane?.updateComplete;
      // The panel may have narrowed the pane; it is measured first.
      requestAnimationFrame(() => void this.#pane?.reveal(ordinal, focus));
    });
  }

  /** To the next or previous event that the diagram shows; from nothing, to the first or the last. */
  #step(direction: 1 | -1): void {
    void this.#jump('drawn', direction);
  }

  async #jump(landmark: Landmark, direction: 1 | -1 = 1): Promise<void> {
    if (this.phase.is !== 'shown') return;
    const from = this.selected;
    let ordinal = await this.#desk.ask('jump', 'next', this.#trace, landmark, from, direction);
    // A jump begins anew at the top; a step stops at the end.
    if (ordinal === 0 && landmark !== 'drawn' && from > 0) {
      ordinal = await this.#desk.ask('jump', 'next', this.#trace, landmark, 0, direction);
    }
    if (ordinal > 0) this.#select(ordinal, true);
  }

  #zoom(steps: number): void {
    const pane = this.#pane;
    if (pane === null) return;
    if (steps === 0) pane.zoom = 1;
    else pane.zoomBy(steps);
    this.zoom = pane.zoom;
  }

  #onPick = (event: PickEvent): void => this.#select(event.ordinal, false);

  #onChainPick = (event: PickEvent): void => this.#select(event.ordinal, false);

  #onDrawn = (event: DrawnEvent): void => {
    const pane = this.#pane;
    if (pane !== null) this.zoom = pane.zoom;
    this.overflow = event.list.packetsInWindow - event.list.packetsShown;
  };

  #clear = (): void => {
    this.selected = 0;
    this.renderRoot.querySelector<HTMLElement>('.pane')?.focus({ preventScroll: true });
  };

  #cancel = (): void => {
    void this.#desk.ask('traces', 'cancel', this.#trace);
    this.phase =
      this.phase.is === 'shown'
        ? { ...this.phase, progress: undefined, problems: [CANCELLED] }
        : { is: 'empty' };
  };

  #onTheme = (): void => {
    this.theme = (this.theme ?? systemTheme()) === 'dark' ? 'light' : 'dark';
    keepTheme(this.theme);
  };

  #onHelp = (): void => {
    this.renderRoot.querySelector<HTMLDialogElement>('dialog.help')?.showModal();
  };

  #onFile = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void this.#open(sourceOfFile(file));
    // The same file can be chosen again.
    input.value = '';
  };

  #onDrag = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.dragging = event.type === 'dragover' || event.relatedTarget !== null;
  };

  #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.dragging = false;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void this.#open(sourceOfFile(file));
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.renderRoot.querySelector('dialog[open]') !== null) return;
    const target = event.composedPath()[0];
    const inPanel = target instanceof Element && target.closest('.panel') !== null;
    const action = this.#actionOf(event.key, inPanel);
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  #actionOf(key: string, inPanel: boolean): (() => void) | undefined {
    if (key === '?') return this.#onHelp;
    if (this.phase.is !== 'shown') return undefined;
    switch (key) {
      case 'ArrowLeft':
        return () => this.#step(-1);
      case 'ArrowRight':
        return () => this.#step(1);
      case 'ArrowUp':
        return inPanel ? undefined : () => this.#step(-1);
      case 'ArrowDown':
        return inPanel ? undefined : () => this.#step(1);
      case 'Escape':
        return this.selected > 0 ? this.#clear : undefined;
      case '+':
      case '=':
        return () => this.#zoom(1);
      case '-':
        return () => this.#zoom(-1);
      case '0':
        return () => this.#zoom(0);
      case 'v':
      case 'V':
        return () => this.#jump('violation');
      case 'f':
      case 'F':
        return () => this.#jump('fault');
      default:
        return undefined;
    }
  }
}

const VERDICT_SIGNS: Readonly<Record<string, string>> = {
  passed: '✓',
  failed: '✕',
  stalled: '…',
  'script-error': '!',
  limit: '!',
  unfinished: '…',
  reading: '…',
};

const LEGEND: Readonly<Record<Family, string>> = {
  publish: 'PUBLISH, PUBACK',
  qos2: 'QoS 2 handshake',
  connect: 'connection',
  subscribe: 'subscription',
  ping: 'keep-alive',
  fault: 'lost or broken',
};

function legendLine(family: Family): TemplateResult {
  const { line, head, squareTail } = FAMILY_STYLES[family];
  const dashes = line === 'solid' ? 'none' : line === 'dotted' ? '1.5 4' : '9 4';
  const fault = family === 'fault';
  return html`<svg width="34" height="12" aria-hidden="true" class="arrow ${family}">
    <line class="shaft" x1="2" y1="6" x2=${head === 'filled' ? 24 : 31} y2="6" stroke-width="1.6" stroke-dasharray=${dashes}></line>
    ${
      fault
        ? svg`<path class="tip cross" d="M22 2l8 8m0-8l-8 8"></path>`
        : svg`<path class="tip ${head}" d="M23 2.2L32 6L23 9.8${head === 'filled' ? 'Z' : ''}"></path>`
    }
    ${squareTail ? svg`<path class="tail" d="M1 2.5h7v7h-7Z"></path>` : nothing}
  </svg>`;
}

function problemBar(problem: Problem): TemplateResult {
  return html`<div class="problem" role="status" data-kind=${problem.kind}>
    <b>${problem.title}</b> <span>${problem.cause} ${problem.advice}</span>
  </div>`;
}

function bytesText(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}
