/** Two traces side by side: where they part, what each does then, and their pictures on one clock. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import { momentText } from '../layout/time-text.ts';
import { type Problem, problemOf } from '../source/problem.ts';
import { sourceOfAddress, sourceOfFile, type TraceSource } from '../source/trace-source.ts';
import type { ComparedTrace, Comparison } from '../worker/answers/compare-answers.ts';
import type { Desk, NoticeEvent } from '../worker/desk.ts';
import type { Progress } from '../worker/notice.ts';
import { comparedSide, type SideLook, type Which } from './compared-side.ts';
import { chooseOther, failedOther, readingOther } from './comparison-states.ts';
import { DeskElement } from './desk-element.ts';
import type { Against, Run } from './link.ts';
import { LinkedPanes } from './linked-panes.ts';
import { PickEvent, type WindowEvent } from './sequence-events.ts';
import type { Zoomable } from './zoomable.ts';

/**
 * Fired when another trace was opened to compare with, and when its run is known; 0 when that one was put away. The page keeps its
 * number, and what a link says of it.
 */
export class OtherEvent extends Event {
  readonly trace: number;
  readonly against: Against | undefined;
  constructor(trace: number, against: Against | undefined) {
    super('other', { bubbles: true });
    this.trace = trace;
    this.against = against;
  }
}

type Phase =
  | { is: 'reading'; progress: Progress | undefined }
  | { is: 'failed'; problem: Problem }
  | { is: 'comparing' }
  | { is: 'compared'; comparison: Comparison };

/** Below, two pictures beside each other say nothing. */
const PANES_WIDTH_MIN = 760;

/**
 * `<amber-compare>`: give it `desk`, `trace` and `edition`, the number of the `other` trace at the desk (0: it opens the one
 * that a link was made `against`, or lets the reader open one, and fires an `OtherEvent`), the `time` of the common clock and the ordinal that is `selected` in the first. It fires a
 * `PickEvent` for events of the first trace; what is picked in the other is looked at here.
 */
export class TraceCompare extends DeskElement implements Zoomable {
  static override properties = {
    other: { type: Number },
    against: { attribute: false },
    time: { type: Number },
    selected: { type: Number },
    phase: { state: true },
    otherSelected: { state: true },
    wide: { state: true },
  };

  /** The number of the one to compare with; 0 is none. */
  declare other: number;
  declare against: Against | undefined;
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
  readonly #panes = new LinkedPanes(this);
  /** Which run a link asked for, until a trace of it is open. */
  #wanted: Run | undefined;
  #listening: Desk | undefined;

  constructor() {
    super();
    this.other = 0;
    this.against = undefined;
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
    const { against } = this;
    if (changed.has('against') && against !== undefined && this.other === 0) {
      if ('run' in against) this.#wanted = against.run;
      else void this.#openAddress(against);
    }
    const left = changed.get('other') ?? 0;
    if (left > 0) this.desk?.close(left);
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
    // One that could not be read is no more readable because there is more of the first.
    if (this.#failed) return;
    if (this.phase.is !== 'compared') this.phase = { is: 'comparing' };
    try {
      const comparison = await desk.ask('compare', 'compare', trace, other);
      if (trace !== this.trace || other !== this.other || edition !== this.edition) return;
      this.phase = { is: 'compared', comparison };
      const { scenario, seed, digest } = comparison.b;
      // What was opened from a disk has no address; a link can say which run it was.
      if (digest !== undefined && (this.against === undefined || 'run' in this.against))
        this.dispatchEvent(new OtherEvent(other, { run: { scenario, seed, digest } }));
    } catch {
      // Nothing of it can be read yet, or it was closed; a notice tells how it goes on.
      if (other === this.other && !this.#failed) this.phase = { is: 'reading', progress: undefined };
    }
  }

  get #failed(): boolean {
    return this.phase.is === 'failed';
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
    if (file !== undefined) await this.#open(sourceOfFile(file), undefined);
  };

  async #openAddress(against: Against & { address: string }): Promise<void> {
    try {
      await this.#open(sourceOfAddress(against.address, document.baseURI), against);
    } catch (error) {
      this.phase = { is: 'failed', problem: problemOf(error) };
    }
  }

  async #open(source: TraceSource, against: Against | undefined): Promise<void> {
    if (this.desk === undefined) return;
    this.#putAway();
    this.phase = { is: 'reading', progress: undefined };
    this.other = await this.desk.ask('traces', 'open', source);
    this.dispatchEvent(new OtherEvent(this.other, against));
  }

  #putAway(): void {
    this.other = 0;
    this.otherSelected = 0;
  }

  #onClose = (): void => {
    this.#putAway();
    this.#wanted = undefined;
    this.dispatchEvent(new OtherEvent(0, undefined));
  };

  protected override updated(): void {
    this.#mark();
    for (const which of ['a', 'b'] as const) {
      void this.#panes.pane(which)?.updateComplete.then(() => {
        this.#panes
          .pane(which)
          ?.querySelector('.pane')
          ?.setAttribute('aria-label', `Sequence diagram of ${which.toUpperCase()}`);
      });
    }
  }

  protected override render(): TemplateResult {
    const { phase } = this;
    return html`<div class="compare" tabindex="0" role="region" aria-label="Comparison of two traces">
      ${this.other === 0 && phase.is !== 'reading' && phase.is !== 'failed' ? chooseOther(this.#wanted, this.#onFile) : this.#phase(phase)}
    </div>`;
  }

  #phase(phase: Phase): TemplateResult {
    switch (phase.is) {
      case 'reading':
        return readingOther(phase.progress);
      case 'failed':
        return failedOther(phase.problem, this.#onFile);
      case 'comparing':
        return html`<section class="state" role="status"><h2>Comparing</h2></section>`;
      case 'compared':
        return this.#compared(phase.comparison);
    }
  }

  #compared(comparison: Comparison): TemplateResult {
    return html`
      <header class="compare-head">
        <div class="compare-words">
          <h2>${headline(comparison)}</h2>
          ${comparison.aspect === undefined ? nothing : html`<p class="compare-aspect">${comparison.aspect}</p>`}
          ${this.#isWanted(comparison.b) ? nothing : html`<p class="compare-aspect bad">B is another run than that of the link, whose digest is ${this.#wanted!.digest}.</p>`}
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
        ${comparedSide(comparison.a, comparison.b, this.#lookAt('a'))}
        ${comparedSide(comparison.b, comparison.a, this.#lookAt('b'))}
      </div>
      ${this.wide ? html`<div class="compare-panes">${this.#pane('a')} ${this.#pane('b')}</div>` : nothing}
    `;
  }

  #lookAt(which: Which): SideLook {
    return {
      which,
      selected: which === 'a' ? this.selected : this.otherSelected,
      unfolded: !this.wide,
      pick: (ordinal) => this.#pick(which, ordinal),
    };
  }

  #isWanted({ digest }: ComparedTrace): boolean {
    return this.#wanted === undefined || digest === undefined || digest === this.#wanted.digest;
  }

  #pane(which: Which): TemplateResult {
    const lead = (): void => this.#panes.turnTo(which);
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
      @window=${(event: WindowEvent) => this.#onWindow(which, event)}
      @drawn=${this.#mark}
    >
      <p class="compare-letter" aria-hidden="true">${which.toUpperCase()}</p>
      <amber-sequence
        .desk=${this.desk}
        .trace=${which === 'a' ? this.trace : this.other}
        .edition=${this.edition}
        .selected=${which === 'a' ? this.selected : this.otherSelected}
        .time=${this.time}
      ></amber-sequence>
      <p class="parting" aria-hidden="true" hidden><span class="parting-word">they part here</span></p>
    </div>`;
  }

  #mark = (): void => {
    if (this.phase.is === 'compared') this.#panes.mark(this.phase.comparison);
  };

  /** Of the pictures, where there is room for them. */
  get zoom(): number {
    return this.#panes.pane('a')?.zoom ?? 0;
  }

  set zoom(zoom: number) {
    this.#panes.move((pane) => {
      pane.zoom = zoom;
    });
  }

  zoomBy(steps: number): void {
    this.#panes.move((pane) => pane.zoomBy(steps));
  }

  fitAll(): void {
    this.#panes.move((pane) => pane.fitAll());
  }

  #pick(which: Which, ordinal: number): void {
    if (which === 'b') this.otherSelected = ordinal;
    if (which === 'a' || this.#same(ordinal)) this.dispatchEvent(new PickEvent(ordinal));
    this.#reveal();
  }

  /** Brings what is selected into view on both sides. */
  #reveal(): void {
    void this.updateComplete.then(() => {
      void this.#panes.pane('a')?.reveal(this.selected, false);
      void this.#panes.pane('b')?.reveal(this.otherSelected, false);
    });
  }

  #goToParting(comparison: Comparison): void {
    const { a, b, before } = comparison;
    const last = before.at(-1)?.i ?? 0;
    this.otherSelected = b.next[0]?.i ?? last;
    this.dispatchEvent(new PickEvent(a.next[0]?.i ?? last));
    this.#panes.goToParting(comparison);
  }

  #onWindow(which: Which, event: WindowEvent): void {
    event.stopPropagation();
    this.#mark();
    this.#panes.follow(which, event);
  }
}

function headline({ same, equal, until, before }: Comparison): string {
  const events = counted(equal, 'event');
  if (same) return `The two are the same: ${events}`;
  if (equal === 0) return 'They differ from the first event on';
  return `The same for ${events}, up to event ${before.at(-1)?.i ?? equal} at ${momentText(until)}; then they part`;
}
