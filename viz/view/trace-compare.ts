/** Two traces side by side: where they part, what each does then, and their pictures on one clock. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import { durationText, momentText } from '../layout/time-text.ts';
import type { Problem } from '../source/problem.ts';
import { sourceOfFile } from '../source/trace-source.ts';
import type { ComparedTrace, Comparison } from '../worker/answers/compare-answers.ts';
import type { Desk, NoticeEvent } from '../worker/desk.ts';
import type { Progress } from '../worker/notice.ts';
import type { Reference } from '../worker/reference.ts';
import { DeskElement } from './desk-element.ts';
import { reference } from './references.ts';
import { PickEvent, type WindowEvent } from './sequence-events.ts';
import type { SequencePane } from './sequence-pane.ts';
import type { Zoomable } from './zoomable.ts';

/** Fired when another trace was opened to compare with; 0 when that one was put away. The page keeps its number. */
export class OtherEvent extends Event {
  readonly trace: number;
  constructor(trace: number) {
    super('other', { bubbles: true });
    this.trace = trace;
  }
}

type Which = 'a' | 'b';

type Phase =
  | { is: 'reading'; progress: Progress | undefined }
  | { is: 'failed'; problem: Problem }
  | { is: 'comparing' }
  | { is: 'compared'; comparison: Comparison };

/** Below, two pictures beside each other say nothing. */
const PANES_WIDTH_MIN = 760;

/**
 * `<amber-compare>`: give it `desk`, `trace` and `edition`, the number of the `other` trace at the desk (0: it lets the reader open
 * one and fires an `OtherEvent`), the `time` of the common clock and the ordinal that is `selected` in the first. It fires a
 * `PickEvent` for events of the first trace; what is picked in the other is looked at here.
 */
export class TraceCompare extends DeskElement implements Zoomable {
  static override properties = {
    other: { type: Number },
    time: { type: Number },
    selected: { type: Number },
    phase: { state: true },
    otherSelected: { state: true },
    wide: { state: true },
  };

  /** The number of the one to compare with; 0 is none. */
  declare other: number;
  /** Of the common clock, in microseconds. */
  declare time: number;
  declare selected: number;
  declare phase: Phase;
  /** What is looked at in the other trace. */
  declare otherSelected: number;
  declare wide: boolean;

  readonly #resize = new ResizeObserver(() => {
    this.wide = this.clientWidth >= PANES_WIDTH_MIN;
  });
  /** The pane that the reader moves; the other one follows. */
  #leader: Which = 'a';
  #listening: Desk | undefined;

  constructor() {
    super();
    this.other = 0;
    this.time = 0;
    this.selected = 0;
    this.phase = { is: 'comparing' };
    this.otherSelected = 0;
    this.wide = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#listening?.removeEventListener('notice', this.#onNotice);
    this.#listening = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.desk !== this.#listening) {
      this.#listening?.removeEventListener('notice', this.#onNotice);
      this.desk?.addEventListener('notice', this.#onNotice);
      this.#listening = this.desk;
    }
    if (changed.has('trace') || changed.has('other')) this.otherSelected = 0;
    if (changed.has('trace') || changed.has('other') || changed.has('edition')) void this.#compare();
    // Up to where they part both have the same events.
    if (changed.has('selected') && this.#same(this.selected)) this.otherSelected = this.selected;
  }

  #same(ordinal: number): boolean {
    const { phase } = this;
    if (phase.is !== 'compared') return false;
    return phase.comparison.aligned && ordinal > 0 && ordinal <= phase.comparison.equal;
  }

  async #compare(): Promise<void> {
    const { desk, trace, other, edition } = this;
    if (desk === undefined || trace === 0 || other === 0) return;
    if (this.phase.is !== 'compared') this.phase = { is: 'comparing' };
    try {
      const comparison = await desk.ask('compare', 'compare', trace, other);
      if (trace !== this.trace || other !== this.other || edition !== this.edition) return;
      this.phase = { is: 'compared', comparison };
    } catch {
      // Nothing of it can be read yet, or it was closed; a notice tells how it goes on.
      if (other === this.other) this.phase = { is: 'reading', progress: undefined };
    }
  }

  #onNotice = (event: Event): void => {
    const { notice } = event as NoticeEvent;
    if (notice.trace !== this.other || this.other === 0) return;
    if (notice.is === 'progress') this.phase = { is: 'reading', progress: notice.progress };
    else if (notice.is === 'failed') this.phase = { is: 'failed', problem: notice.problem };
    else if (notice.is === 'complete') void this.#compare();
  };

  #onFile = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    if (file === undefined || this.desk === undefined) return;
    this.#putAway();
    this.phase = { is: 'reading', progress: undefined };
    this.other = await this.desk.ask('traces', 'open', sourceOfFile(file));
    this.dispatchEvent(new OtherEvent(this.other));
  };

  #putAway(): void {
    if (this.other > 0) void this.desk?.ask('traces', 'close', this.other);
    this.other = 0;
    this.otherSelected = 0;
  }

  #onClose = (): void => {
    this.#putAway();
    this.dispatchEvent(new OtherEvent(0));
  };

  protected override updated(): void {
    for (const which of ['a', 'b'] as const) {
      void this.#paneOf(which)?.updateComplete.then(() => {
        this.#paneOf(which)
          ?.querySelector('.pane')
          ?.setAttribute('aria-label', `Sequence diagram of ${which.toUpperCase()}`);
      });
    }
  }

  protected override render(): TemplateResult {
    const { phase } = this;
    return html`<div class="compare" tabindex="0" role="region" aria-label="Comparison of two traces">
      ${this.other === 0 && phase.is !== 'reading' ? this.#empty() : this.#phase(phase)}
    </div>`;
  }

  #phase(phase: Phase): TemplateResult {
    switch (phase.is) {
      case 'reading':
        return html`<section class="state" role="status">
          <h2>Reading the other trace</h2>
          <p>${counted(phase.progress?.events ?? 0, 'event')}</p>
        </section>`;
      case 'failed':
        return html`<section class="state" role="alert" data-kind=${phase.problem.kind}>
          <h2>${phase.problem.title}</h2>
          <p class="cause">${phase.problem.cause}</p>
          <p>${phase.problem.advice}</p>
          ${this.#picker('Open another trace…')}
        </section>`;
      case 'comparing':
        return html`<section class="state" role="status"><h2>Comparing</h2></section>`;
      case 'compared':
        return this.#compared(phase.comparison);
    }
  }

  #empty(): TemplateResult {
    return html`<section class="state">
      <h2>Compare with another trace</h2>
      <p>Open a second run: the same scenario with another seed, another parameter, another version. You see where the two part, and what each does then.</p>
      ${this.#picker('Open the other trace…')}
    </section>`;
  }

  #picker(text: string): TemplateResult {
    return html`<label class="button primary">
      <input type="file" class="visually-hidden" accept=".jsonl,.gz,.json" @change=${this.#onFile} />
      ${text}
    </label>`;
  }

  #compared(comparison: Comparison): TemplateResult {
    return html`
      <header class="compare-head">
        <div class="compare-words">
          <h2>${headline(comparison)}</h2>
          ${comparison.aspect === undefined ? nothing : html`<p class="compare-aspect">${comparison.aspect}</p>`}
          ${
            comparison.headers.length === 0
              ? nothing
              : html`<ul class="compare-headers" aria-label="What the headers disagree about">
                ${comparison.headers.map((each) => html`<li>${each}</li>`)}
              </ul>`
          }
        </div>
        <div class="compare-actions">
          ${
            comparison.same
              ? nothing
              : html`<button type="button" class="button primary" @click=${() => this.#goToParting(comparison)}>Go to where they part</button>`
          }
          <button type="button" class="button" @click=${this.#onClose}>Put the other away</button>
        </div>
      </header>
      <div class="compare-sides">
        ${this.#side('a', comparison.a, comparison.b)} ${this.#side('b', comparison.b, comparison.a)}
      </div>
      ${this.wide ? html`<div class="compare-panes">${this.#pane('a')} ${this.#pane('b')}</div>` : nothing}
    `;
  }

  #side(which: Which, side: ComparedTrace, against: ComparedTrace): TemplateResult {
    const [first, ...after] = side.next;
    const count = (name: string, one: number, other: number): TemplateResult =>
      html`<li class=${one === other ? '' : 'differs'}>${one.toLocaleString('en')} ${name}</li>`;
    return html`<section class="compare-side" aria-labelledby="side-${which}">
      <h3 id="side-${which}"><b class="letter">${which.toUpperCase()}</b> ${side.scenario} <span>seed ${side.seed}${side.verdict === undefined ? '' : `, ${side.verdict}`}</span></h3>
      <ul class="compare-counts">
        ${count('events', side.events, against.events)} ${count('packets', side.packets, against.packets)}
        ${count('lost', side.lost, against.lost)} ${count('delivered', side.delivered, against.delivered)}
        ${count('broken', side.broken, against.broken)}
        <li class=${side.end === against.end ? '' : 'differs'}>${durationText(side.end)}</li>
      </ul>
      ${
        first === undefined
          ? html`<p class="compare-end">${against.next.length === 0 ? nothing : `${which.toUpperCase()} ends here.`}</p>`
          : html`<ol class="compare-next">${this.#reference(which, first)}</ol>
              <details class="compare-after" ?open=${!this.wide}>
                <summary>and then</summary>
                <ol class="compare-next">${after.map((each) => this.#reference(which, each))}</ol>
              </details>`
      }
    </section>`;
  }

  #reference(which: Which, to: Reference): TemplateResult {
    const here = to.i === (which === 'a' ? this.selected : this.otherSelected);
    return html`<li class=${here ? 'here' : ''} aria-current=${here ? 'true' : nothing}>
      ${reference(to, (ordinal) => this.#pick(which, ordinal))}
    </li>`;
  }

  #pane(which: Which): TemplateResult {
    const lead = (): void => {
      this.#leader = which;
    };
    return html`<div
      class="compare-pane"
      data-side=${which}
      @pointerenter=${lead}
      @pointerdown=${lead}
      @wheel=${lead}
      @focusin=${lead}
      @pick=${(event: PickEvent) => {
        if (event.target === event.currentTarget) return;
        event.stopPropagation();
        this.#pick(which, event.ordinal);
      }}
      @window=${this.#onWindow}
    >
      <p class="compare-letter" aria-hidden="true">${which.toUpperCase()}</p>
      <amber-sequence
        .desk=${this.desk}
        .trace=${which === 'a' ? this.trace : this.other}
        .edition=${this.edition}
        .selected=${which === 'a' ? this.selected : this.otherSelected}
        .time=${this.time}
      ></amber-sequence>
    </div>`;
  }

  #paneOf(which: Which): SequencePane | null {
    return this.querySelector<SequencePane>(`[data-side=${which}] amber-sequence`);
  }

  /** Of the pictures, where there is room for them. */
  get zoom(): number {
    return this.#paneOf('a')?.zoom ?? 0;
  }

  set zoom(zoom: number) {
    this.#lead((pane) => {
      pane.zoom = zoom;
    });
  }

  zoomBy(steps: number): void {
    this.#lead((pane) => pane.zoomBy(steps));
  }

  fitAll(): void {
    this.#lead((pane) => pane.fitAll());
  }

  /** Moves the first pane, and the other follows. */
  #lead(move: (pane: SequencePane) => void): void {
    const pane = this.#paneOf('a');
    if (pane === null) return;
    this.#leader = 'a';
    move(pane);
  }

  #pick(which: Which, ordinal: number): void {
    if (which === 'b') this.otherSelected = ordinal;
    if (which === 'a' || this.#same(ordinal)) this.dispatchEvent(new PickEvent(ordinal));
    this.#reveal();
  }

  /** Brings what is selected into view on both sides. */
  #reveal(): void {
    void this.updateComplete.then(() => {
      void this.#paneOf('a')?.reveal(this.selected, false);
      void this.#paneOf('b')?.reveal(this.otherSelected, false);
    });
  }

  #goToParting({ a, b, before }: Comparison): void {
    const last = before.at(-1)?.i ?? 0;
    this.otherSelected = b.next[0]?.i ?? last;
    this.dispatchEvent(new PickEvent(a.next[0]?.i ?? last));
    this.#reveal();
  }

  /** What the reader moves leads: the other pane shows the same times. */
  #onWindow = (event: WindowEvent): void => {
    event.stopPropagation();
    const moved = (event.currentTarget as HTMLElement).dataset.side as Which;
    if (moved !== this.#leader) return;
    const follower = this.#paneOf(moved === 'a' ? 'b' : 'a');
    const { from, to } = event.window;
    if (follower !== null) follower.window = { from, to };
  };
}

function headline({ same, equal, until, before }: Comparison): string {
  const events = counted(equal, 'event');
  if (same) return `The two are the same: ${events}`;
  if (equal === 0) return 'They differ from the first event on';
  return `The same for ${events}, up to event ${before.at(-1)?.i ?? equal} at ${momentText(until)}; then they part`;
}
