/** Every promise that is judged: which were broken, excused and held, which never came to the test, and which cannot be seen from here. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import { describeVantage } from '../../src/trace/describe.ts';
import type { Advance, PromiseLook, PromiseOutcome, PromisesLook } from '../judge/looks.ts';
import { advanceLine, advanceText } from './advance-line.ts';
import { DeskElement } from './desk-element.ts';
import { findField } from './find-field.ts';
import { promise, wordsOf } from './promise.ts';
import { scriptAssertions } from './script-assertions.ts';
import { PickEvent } from './sequence-events.ts';
import { TabEvent } from './tab-event.ts';
import type { PromiseReader } from './verdict-list.ts';

const GROUPS: readonly { outcome: PromiseOutcome; title: string; about: string }[] = [
  { outcome: 'broken', title: 'Broken', about: '' },
  {
    outcome: 'excused',
    title: 'Excused',
    about: 'It was not kept, and something that nobody had promised against explains why.',
  },
  { outcome: 'held', title: 'Held', about: '' },
  { outcome: 'unjudged', title: 'Being judged', about: '' },
  { outcome: 'never reached', title: 'Never reached', about: 'Nothing in this trace put it to the test.' },
  {
    outcome: 'not observable',
    title: 'Not visible from here',
    about: 'Who sees the packets only from this vantage cannot tell.',
  },
];

export class PromisesView extends DeskElement {
  static override properties = {
    selected: { type: Number },
    look: { state: true },
    progress: { state: true },
    failure: { state: true },
    find: { state: true },
    open: { state: true },
  };

  /** Promises are shown as they stand at this event; 0 is the end of the trace. */
  declare selected: number;
  declare look: PromisesLook | undefined;
  declare progress: Advance | undefined;
  /** Why there is no judge; '' when there is. */
  declare failure: string;
  declare find: string;
  /** Rules that are unfolded; broken ones are unless they are here with a minus. */
  declare open: ReadonlySet<string>;

  constructor() {
    super();
    this.selected = 0;
    this.look = undefined;
    this.progress = undefined;
    this.failure = '';
    this.find = '';
    this.open = new Set();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) {
      this.look = undefined;
      this.progress = undefined;
      this.failure = '';
      this.open = new Set();
    }
    if (changed.has('trace') || changed.has('edition')) void this.#judge();
  }

  /** Asks for one slice after the other, as long as the panel is there; what was recorded is shown meanwhile. */
  async #judge(): Promise<void> {
    const { desk, trace, edition } = this;
    if (desk === undefined || trace === 0) return;
    const isMine = (): boolean => this.isConnected && trace === this.trace && edition === this.edition;
    try {
      for (;;) {
        const progress = await desk.court.ask(trace, 'judge');
        if (!isMine()) return;
        const begins = this.look === undefined;
        this.progress = progress;
        const over = progress.seen === progress.of;
        if (begins || over) this.look = await desk.court.ask(trace, 'promises');
        if (over || !isMine()) return;
      }
    } catch (error) {
      if (isMine()) this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look, progress } = this;
    if (look === undefined) return this.#waiting();
    const wanted = this.find.trim().toLowerCase();
    const rules = look.rules.filter((rule) => wanted === '' || wordsOf(rule).includes(wanted));
    const assertions = look.assertions.filter(({ text }) => text.toLowerCase().includes(wanted));
    const done = progress?.done === true;
    return html`
      <div class="promises-body" tabindex="0" role="region" aria-label="Promises">
        <h2>Promises</h2>
        <p class="sentence">${this.#summary(look)}</p>
        ${done || progress === undefined ? nothing : this.#judging(progress)}
        ${findField('Find a promise', 'Find a promise, a statement, a node …', this.find, (text) => {
          this.find = text;
        })}
        ${this.#group(GROUPS[0]!, rules, look)} ${scriptAssertions(assertions, this.#reader)}
        ${GROUPS.slice(1).map((group) => this.#group(group, rules, look))}
        ${rules.length + assertions.length === 0 ? html`<p class="more" role="status">No promise has that in it.</p>` : nothing}
      </div>
    `;
  }

  #group(
    { outcome, title, about }: (typeof GROUPS)[number],
    rules: readonly PromiseLook[],
    look: PromisesLook,
  ): TemplateResult | typeof nothing {
    const group = rules.filter((rule) => rule.outcome === outcome);
    if (group.length === 0) return nothing;
    return html`<section data-outcome=${outcome}>
      <h3>${title} <small>${group.length}</small></h3>
      ${about === '' ? nothing : html`<p class="more">${about}</p>`}
      <ul class="rules">${group.map((rule) => promise(rule, look, this.#reader))}</ul>
    </section>`;
  }

  #waiting(): TemplateResult {
    return html`<div class="promises-body" tabindex="0" role="region" aria-label="Promises">
      <h2>Promises</h2>
      <p class="sentence" role="status">${this.failure === '' ? 'Calling the judge …' : `There is no judge here: ${this.failure}.`}</p>
    </div>`;
  }

  #summary({ rules, assertions, vantage }: PromisesLook): TemplateResult {
    const failed = assertions.filter(({ failedCount }) => failedCount > 0).length;
    const counts = GROUPS.map(({ outcome }) => ({
      outcome,
      count: rules.filter((rule) => rule.outcome === outcome).length,
    })).filter(({ count }) => count > 0);
    return html`${failed === 0 ? nothing : html`<span class="bad">${counted(failed, 'assertion')} failed</span> · `}${counts.map(
      ({ outcome, count }, at) =>
        html`${at > 0 ? ' · ' : nothing}<span class=${outcome === 'broken' ? 'bad' : ''}>${count} ${SUMMARIES[outcome]}</span>`,
    )}, seen from ${describeVantage(vantage)}.`;
  }

  #judging(advance: Advance): TemplateResult {
    const words =
      advance.seen < advance.of
        ? `Judging: ${advanceText(advance)}`
        : 'Judged up to here; the rest is still being read';
    return advanceLine('Events judged', advance, words);
  }

  #set(name: string, on: boolean): void {
    const open = new Set(this.open);
    if (on) open.add(name);
    else open.delete(name);
    this.open = open;
  }

  #pick = (ordinal: number): void => {
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
  };

  get #reader(): PromiseReader {
    return {
      selected: this.selected,
      isOpen: (name) => this.open.has(name),
      set: (name, on) => this.#set(name, on),
      pick: this.#pick,
      askWhy: (ordinal) => {
        this.#pick(ordinal);
        this.dispatchEvent(new TabEvent('why'));
      },
    };
  }
}

const SUMMARIES: Readonly<Record<PromiseOutcome, string>> = {
  broken: 'broken',
  excused: 'excused',
  held: 'held',
  unjudged: 'being judged',
  'never reached': 'never reached',
  'not observable': 'not visible',
};
