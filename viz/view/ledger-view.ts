/** The ledger of a message: how it was published, and what became of it for every subscriber. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import type { Advance, LedgerPage } from '../judge/looks.ts';
import { advanceLine, advanceText } from './advance-line.ts';
import { DeskElement } from './desk-element.ts';
import { reference } from './references.ts';
import { PickEvent } from './sequence-events.ts';

export class LedgerView extends DeskElement {
  static override properties = {
    selected: { type: Number },
    ordinals: { attribute: false },
    pages: { state: true },
    progress: { state: true },
    failure: { state: true },
  };

  /** The step of this event is marked. */
  declare selected: number;
  /** Events whose messages are told: of a packet, a call, a delivery, or all that show a verdict. */
  declare ordinals: readonly number[];
  declare pages: readonly LedgerPage[] | undefined;
  declare progress: Advance | undefined;
  /** Why there is no ledger; '' when there is. */
  declare failure: string;

  constructor() {
    super();
    this.selected = 0;
    this.ordinals = [];
    this.pages = undefined;
    this.progress = undefined;
    this.failure = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const asked = changed.has('ordinals') && String(changed.get('ordinals')) !== String(this.ordinals);
    if (changed.has('trace') || changed.has('edition') || asked) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk, trace, edition, ordinals } = this;
    if (desk === undefined || trace === 0) return;
    const isMine = (): boolean =>
      this.isConnected &&
      trace === this.trace &&
      edition === this.edition &&
      String(ordinals) === String(this.ordinals);
    try {
      for (;;) {
        const progress = await desk.court.ask(trace, 'follow');
        if (!isMine()) return;
        this.progress = progress;
        if (progress.seen === progress.of) break;
      }
      const pages = await desk.court.ask(trace, 'pages', ordinals);
      if (isMine()) this.pages = pages;
    } catch (error) {
      if (isMine()) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { pages, progress, failure } = this;
    if (failure !== '')
      return html`<p class="more none" role="status">There is no ledger here: ${failure}.</p>`;
    if (progress !== undefined && progress.seen < progress.of) {
      return advanceLine('Events read', progress, `Following every message: ${advanceText(progress)}`);
    }
    if (pages === undefined) return nothing;
    if (pages.length === 0) return html`<p class="more none">This event belongs to no message.</p>`;
    return html`${pages.map((page) => this.#page(page))}
      ${progress?.done === false ? html`<p class="more">The rest of the trace is still being read.</p>` : nothing}`;
  }

  #page({ message, publisher, steps, text, lives, concerned, left }: LedgerPage): TemplateResult {
    return html`<article class="ledger">
      <h3 class="message">${message}</h3>
      <p class="sentence">published by ${publisher}${text === '' ? nothing : html`. ${text}`}</p>
      ${this.#steps(steps)}
      ${lives.map(
        (
          life,
        ) => html`<details class="life" ?open=${concerned.length === 0 ? lives.length < 4 : concerned.includes(life.to)}>
          <summary>
            to <b>${life.to}</b>
            <span class="fate ${life.fate === 'delivered' ? 'good' : ''}">${life.fate}</span>
          </summary>
          <p>${life.text}</p>
          ${this.#steps(life.steps)}
        </details>`,
      )}
      ${left > 0 ? html`<p class="more">and ${counted(left, 'subscriber')} more</p>` : nothing}
    </article>`;
  }

  #steps(steps: LedgerPage['steps']): TemplateResult {
    return html`<ol class="why">
      ${steps.map((step) => {
        const here = step.i === this.selected;
        return html`<li class="${step.how === 'told' ? 'of-itself' : ''} ${here ? 'here' : ''}" aria-current=${here ? 'true' : nothing}>
          ${reference(step, this.#pick, { told: step.how === 'told' })}
        </li>`;
      })}
    </ol>`;
  }

  #pick = (ordinal: number): void => {
    this.dispatchEvent(new PickEvent(ordinal));
  };
}
