/** Every promise that is judged: which were broken, excused and held, which never came to the test, and which cannot be seen from here. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Advance, AssertionLook, PromiseLook, PromiseOutcome, PromisesLook } from '../judge/looks.ts';
import { exactText, momentText } from '../layout/time-text.ts';
import { DeskElement } from './desk-element.ts';
import { eventLink } from './references.ts';
import { PickEvent } from './sequence-pane.ts';

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

/** How a promise stands at the cursor. */
type Standing = 'broken' | 'excused' | 'held' | 'not yet' | 'unseen';

const SIGNS: Readonly<Record<Standing, string>> = {
  broken: '✕',
  excused: '≈',
  held: '✓',
  'not yet': '○',
  unseen: '–',
};

const SAID: Readonly<Record<Standing, string>> = {
  broken: 'broken',
  excused: 'excused',
  held: 'held so far',
  'not yet': 'not reached so far',
  unseen: 'not visible from here',
};

/** Violations of one promise that are shown until somebody asks for all that are told. */
const SHOWN_MAX = 5;

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
        <input
          type="search"
          class="find"
          placeholder="Find a promise, a statement, a node …"
          aria-label="Find a promise"
          .value=${this.find}
          @input=${(event: Event) => {
            this.find = (event.target as HTMLInputElement).value;
          }}
        />
        ${GROUPS.map(({ outcome, title, about }) => {
          const group = rules.filter((rule) => rule.outcome === outcome);
          if (group.length === 0) return nothing;
          return html`<section data-outcome=${outcome}>
            <h3>${title} <small>${group.length}</small></h3>
            ${about === '' ? nothing : html`<p class="more">${about}</p>`}
            <ul class="rules">${group.map((rule) => this.#rule(rule, look))}</ul>
          </section>`;
        })}
        ${assertions.length === 0 ? nothing : this.#assertions(assertions)}
        ${rules.length + assertions.length === 0 ? html`<p class="more" role="status">No promise has that in it.</p>` : nothing}
      </div>
    `;
  }

  #waiting(): TemplateResult {
    return html`<div class="promises-body" tabindex="0" role="region" aria-label="Promises">
      <h2>Promises</h2>
      <p class="sentence" role="status">${this.failure === '' ? 'Calling the judge …' : `There is no judge here: ${this.failure}.`}</p>
    </div>`;
  }

  #summary({ rules, vantage }: PromisesLook): TemplateResult {
    const counts = GROUPS.map(({ outcome }) => ({
      outcome,
      count: rules.filter((rule) => rule.outcome === outcome).length,
    })).filter(({ count }) => count > 0);
    return html`${counts.map(
      ({ outcome, count }, at) =>
        html`${at > 0 ? ' · ' : nothing}<span class=${outcome === 'broken' ? 'bad' : ''}>${count} ${SUMMARIES[outcome]}</span>`,
    )}, seen from ${VANTAGES[vantage]}.`;
  }

  #judging({ seen, of }: Advance): TemplateResult {
    return html`<p class="judging" role="status">
      <progress aria-label="Events judged" max="1" value=${of === 0 ? 0 : seen / of}></progress>
      ${
        seen < of
          ? html`Judging: ${seen.toLocaleString('en')} of ${of.toLocaleString('en')} events`
          : html`Judged up to here; the rest is still being read`
      }
    </p>`;
  }

  #rule(rule: PromiseLook, look: PromisesLook): TemplateResult {
    const standing = this.#standing(rule);
    const open =
      this.open.has(rule.outcome === 'broken' ? `-${rule.rule}` : rule.rule) !== (rule.outcome === 'broken');
    const id = `promise-${rule.rule}`;
    return html`<li class="rule ${standing.replace(' ', '-')}" data-rule=${rule.rule}>
      <button type="button" class="rule-head" aria-expanded=${open ? 'true' : 'false'} aria-controls=${id} @click=${() => this.#toggle(rule)}>
        <span class="verdict-sign" aria-hidden="true">${SIGNS[standing]}</span>
        <b class="rule-name">${rule.rule}</b>
        <span class="visually-hidden">${SAID[standing]}</span>
        <span class="count">${countText(rule)}</span>
        <span class="meaning">${rule.meaning === '' ? 'a rule that this version does not know' : rule.meaning}</span>
      </button>
      <div id=${id} class="rule-body" ?hidden=${!open}>${open ? this.#details(rule, look) : nothing}</div>
    </li>`;
  }

  #details(rule: PromiseLook, look: PromisesLook): TemplateResult {
    const { first, reached, underFault, statements, excuses, vantage } = rule;
    return html`
      ${this.#verdicts(rule)}
      ${
        excuses.length === 0
          ? nothing
          : html`<h4>Excuses</h4>
              <ul class="excuses">${excuses.map(([reason, times]) => html`<li>${times.toLocaleString('en')} × ${reason}</li>`)}</ul>`
      }
      ${
        rule.outcome === 'not observable'
          ? html`<p>It takes a trace seen from ${vantage.map((each) => VANTAGES[each]).join(' or ')}; this one was seen from ${VANTAGES[look.vantage]}.</p>`
          : nothing
      }
      ${
        first === 0
          ? nothing
          : html`<p>Put to the test ${often(reached)}${
              underFault > 0
                ? html`, ${underFault === reached ? 'all' : often(underFault)} of them while a fault lasted or a node was down`
                : nothing
            }; first at ${eventLink(first, `event ${first.toLocaleString('en')}`, this.#pick)}.</p>`
      }
      ${
        statements.length === 0
          ? nothing
          : html`<h4>Statements</h4>
              <ul class="statements">${statements.map(({ id, gist }) => html`<li><code>${id}</code> ${gist}</li>`)}</ul>`
      }
    `;
  }

  #verdicts(rule: PromiseLook): TemplateResult | typeof nothing {
    const all = rule.outcome === 'broken' ? rule.broken : rule.excused;
    if (all.length === 0) return nothing;
    const every = this.open.has(`all ${rule.rule}`);
    const shown = every ? all : all.slice(0, SHOWN_MAX);
    const count = rule.outcome === 'broken' ? rule.brokenCount : all.length;
    return html`<ol class="verdicts">
        ${shown.map(
          ({ at, t, node, text }) => html`<li>
            <button
              type="button"
              class="verdict-of ${this.selected > 0 && at > this.selected ? 'later' : ''}"
              aria-current=${at === this.selected ? 'true' : nothing}
              title=${exactText(t)}
              @click=${() => this.#pick(at)}
            >
              <time>${momentText(t)}</time>
              <span class="verdict-text">${
                node === '' || text.startsWith(`${node} `)
                  ? nothing
                  : html`<b class="verdict-node">${node}</b> `
              }${text}</span>
            </button>
          </li>`,
        )}
      </ol>
      ${
        all.length > shown.length
          ? html`<button type="button" class="link more" @click=${() => this.#set(`all ${rule.rule}`, true)}>show ${(all.length - shown.length).toLocaleString('en')} more</button>`
          : count > all.length
            ? html`<p class="more">and ${(count - all.length).toLocaleString('en')} more, not told one by one</p>`
            : nothing
      }`;
  }

  #assertions(assertions: readonly AssertionLook[]): TemplateResult {
    return html`<section data-outcome="assertions">
      <h3>The script's own <small>${assertions.length}</small></h3>
      <ul class="rules">
        ${assertions.map(({ assertion, text, held, failed, firstHeld, firstFailed }) => {
          const broken = failed > 0 && (this.selected === 0 || firstFailed <= this.selected);
          const at = broken ? firstFailed : firstHeld || firstFailed;
          return html`<li class="rule ${broken ? 'broken' : 'held'}">
            <button type="button" class="rule-head" @click=${() => this.#pick(at)}>
              <span class="verdict-sign" aria-hidden="true">${broken ? '✕' : '✓'}</span>
              <b class="rule-name">${assertion}</b>
              <span class="visually-hidden">${broken ? 'failed' : 'held'}</span>
              <span class="count">${failed > 0 ? `failed ${times(failed)}` : `held ${times(held)}`}</span>
              <span class="meaning">${text}</span>
            </button>
          </li>`;
        })}
      </ul>
    </section>`;
  }

  /** How a rule stands once the event at the cursor has happened. */
  #standing({ outcome, broken, excused, first }: PromiseLook): Standing {
    const now = this.selected === 0 ? Number.POSITIVE_INFINITY : this.selected;
    if (outcome === 'not observable') return 'unseen';
    if (broken.some(({ at }) => at <= now)) return 'broken';
    if (excused.some(({ at }) => at <= now) && (outcome === 'excused' || outcome === 'unjudged'))
      return 'excused';
    return first > 0 && first <= now ? 'held' : 'not yet';
  }

  #toggle({ rule, outcome }: PromiseLook): void {
    const name = outcome === 'broken' ? `-${rule}` : rule;
    this.#set(name, !this.open.has(name));
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
}

const SUMMARIES: Readonly<Record<PromiseOutcome, string>> = {
  broken: 'broken',
  excused: 'excused',
  held: 'held',
  unjudged: 'being judged',
  'never reached': 'never reached',
  'not observable': 'not visible',
};

const VANTAGES = {
  'both-ends': 'both ends',
  broker: 'the broker',
  client: 'the client',
  wire: 'the wire',
} as const;

function wordsOf({ rule, meaning, statements, broken }: PromiseLook): string {
  const said = broken.map(({ node, text }) => `${node} ${text}`).join(' ');
  return `${rule} ${meaning} ${statements.map(({ id, gist }) => `${id} ${gist}`).join(' ')} ${said}`.toLowerCase();
}

function countText({ outcome, reached, brokenCount, excuses }: PromiseLook): string {
  if (outcome === 'broken') return times(brokenCount);
  if (outcome === 'excused') return times(excuses.reduce((sum, [, count]) => sum + count, 0));
  return reached > 0 && outcome !== 'not observable' ? times(reached) : '';
}

function often(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
}

function times(count: number): string {
  return `${count.toLocaleString('en')} ×`;
}
