/**
 * The filter: a field that completes, says where a text is wrong, and how many events match. `filter` fires once a text was
 * applied in the worker, so that whoever hears it can ask by that text at once.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Completion } from '../filter/complete.ts';
import type { Applied } from '../worker/filters.ts';
import { DeskElement } from './desk-element.ts';
import type { FilterMode } from './link.ts';

/** A filter was applied; an empty text is none. */
export class FilterEvent extends Event {
  readonly text: string;
  readonly mode: FilterMode;
  constructor(text: string, mode: FilterMode) {
    super('filter', { bubbles: true });
    this.text = text;
    this.mode = mode;
  }
}

/** After the last letter. */
const PAUSE_MILLIS = 180;
const OFFERED_MAX = 9;

export class FilterBox extends DeskElement {
  static override properties = {
    text: {},
    mode: {},
    draft: { state: true },
    applied: { state: true },
    offered: { state: true },
    at: { state: true },
  };

  /** The filter in force. */
  declare text: string;
  declare mode: FilterMode;
  /** What stands in the field. */
  declare draft: string;
  declare applied: Applied | undefined;
  declare offered: readonly Completion[];
  /** The completion that Enter or Tab takes; -1 is none. */
  declare at: number;

  #place = { from: 0, to: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = '';
    this.mode = 'dim';
    this.draft = '';
    this.applied = undefined;
    this.offered = [];
    this.at = -1;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('text') && this.text !== this.draft) this.draft = this.text;
    if ((changed.has('trace') || changed.has('edition') || changed.has('text')) && this.text !== '')
      void this.#apply();
  }

  override focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  get #input(): HTMLInputElement {
    return this.querySelector('input')!;
  }

  protected override render(): TemplateResult {
    const { offered, at, applied } = this;
    const wrong = applied?.is === 'wrong' && this.draft !== '';
    return html`<div class="filter ${wrong ? 'wrong' : ''}" role="search">
      <input
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-expanded=${offered.length > 0}
        aria-controls="filter-choices"
        aria-activedescendant=${at >= 0 ? `filter-choice-${at}` : nothing}
        aria-invalid=${wrong}
        aria-describedby="filter-says"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder="Filter: type:PUBLISH qos>=1 topic:home/+/temp lost"
        .value=${this.draft}
        @input=${this.#onInput}
        @keydown=${this.#onKey}
        @blur=${this.#onBlur}
      />
      <button
        type="button"
        class="button mode"
        aria-pressed=${this.mode === 'hide'}
        title="Hide what does not match, or only dim it"
        @click=${this.#onMode}
      >${this.mode}</button>
      ${
        offered.length === 0
          ? nothing
          : html`<ul role="listbox" id="filter-choices" aria-label="What could stand here">
              ${offered.map(
                ({ text, help }, index) => html`<li
                  role="option"
                  id="filter-choice-${index}"
                  aria-selected=${index === at}
                  @pointerdown=${(event: Event) => {
                    event.preventDefault();
                    this.#take(index);
                  }}
                ><code>${text}</code> <span>${help}</span></li>`,
              )}
            </ul>`
      }
      <div id="filter-says" role="status">${this.#says()}</div>
    </div>`;
  }

  #says(): TemplateResult | typeof nothing {
    const { applied, draft } = this;
    if (draft.trim() === '' || applied === undefined || applied.is === 'overtaken') return nothing;
    if (applied.is === 'wrong') {
      const { start, length, message, expected } = applied.error;
      return html`<div class="error">
        <pre aria-hidden="true">${draft.slice(0, start)}<mark>${draft.slice(start, start + Math.max(1, length)) || ' '}</mark>${draft.slice(start + Math.max(1, length))}
${' '.repeat([...draft.slice(0, start)].length)}${'^'.repeat(Math.max(1, [...draft.slice(start, start + length)].length))}</pre>
        <p>At letter ${start + 1}: ${message}${expected.length > 0 ? html`; expected ${expected.join(', ')}` : nothing}.</p>
      </div>`;
    }
    if (applied.matched > 0) {
      return html`<span class="matched" data-count="matched">${applied.matched.toLocaleString('en')} of ${applied.of.toLocaleString('en')}</span>`;
    }
    const terms = applied.terms.filter(({ without }) => without > 0);
    return html`<div class="error">
      <p><b>Nothing matches.</b> ${
        terms.length === 0 || applied.terms.length < 2
          ? 'No event of the trace is like that.'
          : terms.map(
              ({ text, without }) =>
                html`<button type="button" class="link" @click=${() => this.#without(text)}>${without.toLocaleString('en')} without ${text}</button> `,
            )
      }</p>
    </div>`;
  }

  /** Takes a term out of the filter. */
  #without(text: string): void {
    if (this.applied?.is !== 'applied') return;
    const term = this.applied.terms.find((each) => each.text === text);
    if (term === undefined) return;
    const { draft } = this;
    this.draft = `${draft.slice(0, term.start)}${draft.slice(term.start + term.length)}`
      .replace(/\s+/g, ' ')
      .trim();
    void this.#apply();
  }

  async #apply(): Promise<void> {
    const { desk, trace, draft } = this;
    clearTimeout(this.#timer);
    if (desk === undefined || trace === 0) return;
    if (draft.trim() === '') {
      this.applied = undefined;
      this.#fire('');
      return;
    }
    const applied = await desk.ask('filter', 'apply', trace, draft);
    if (applied.is === 'overtaken' || draft !== this.draft || trace !== this.trace) return;
    this.applied = applied;
    if (applied.is === 'applied') this.#fire(draft);
  }

  #fire(text: string): void {
    this.dispatchEvent(new FilterEvent(text, this.mode));
  }

  #onMode = (): void => {
    this.mode = this.mode === 'dim' ? 'hide' : 'dim';
    this.#fire(this.text);
  };

  #onInput = (): void => {
    // What is offered is for the word that is written, until it is known what is for the longer one.
    const { from, to } = this.#place;
    this.#place = { from, to: Math.max(from, to + this.#input.value.length - this.draft.length) };
    this.draft = this.#input.value;
    this.at = -1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#apply(), PAUSE_MILLIS);
    void this.#offer();
  };

  #onBlur = (): void => {
    this.offered = [];
    this.at = -1;
  };

  async #offer(): Promise<void> {
    const { desk, trace, draft } = this;
    if (desk === undefined || trace === 0) return;
    const cursor = this.#input.selectionStart ?? draft.length;
    const { from, to, candidates } = await desk.ask('filter', 'complete', trace, draft, cursor);
    const focused = (this.getRootNode() as Document | ShadowRoot).activeElement === this.#input;
    if (draft !== this.draft || !focused) return;
    const typed = draft.slice(from, to);
    // What was chosen while the answer was on its way stays chosen.
    const chosen = this.offered[this.at]?.text;
    this.#place = { from, to };
    // An empty word is no question, and a whole one no longer.
    this.offered =
      typed === '' && draft !== '' && !/[:=<>~{,]\s*$/.test(draft.slice(0, from))
        ? []
        : candidates.filter(({ text }) => text !== typed).slice(0, OFFERED_MAX);
    this.at = this.offered.findIndex(({ text }) => text === chosen);
  }

  #take(index: number): void {
    const { from, to } = this.#place;
    const { text } = this.offered[index]!;
    const rest = this.draft.slice(to);
    this.draft = `${this.draft.slice(0, from)}${text}${rest}`;
    this.offered = [];
    this.at = -1;
    void this.updateComplete.then(() => {
      this.#input.setSelectionRange(from + text.length, from + text.length);
      // After the name of a field its values follow.
      if (/[:]$/.test(text)) void this.#offer();
      else void this.#apply();
    });
  }

  #onKey = (event: KeyboardEvent): void => {
    const { offered } = this;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && offered.length > 0) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.at = (Math.max(this.at, step > 0 ? -1 : 0) + step + offered.length) % offered.length;
    } else if (event.key === 'Tab' && offered.length > 0 && this.at >= 0) this.#take(this.at);
    else if (event.key === 'Enter') {
      if (this.at >= 0) this.#take(this.at);
      else {
        this.offered = [];
        void this.#apply();
      }
    } else if (event.key === 'Escape') {
      if (offered.length > 0) this.#onBlur();
      else this.dispatchEvent(new Event('leave', { bubbles: true }));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
