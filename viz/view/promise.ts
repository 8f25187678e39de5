/** One promise in the list of all: how it stands at the cursor, and unfolded what put it to the test. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeOften, describeVantage } from '../../src/trace/describe.ts';
import type { PromiseLook, PromisesLook } from '../judge/looks.ts';
import { eventLink } from './references.ts';
import { type PromiseReader, verdictList } from './verdict-list.ts';

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

export function promise(rule: PromiseLook, look: PromisesLook, reader: PromiseReader): TemplateResult {
  const standing = standingOf(rule, reader.selected);
  // What is broken is unfolded until somebody folds it.
  const broken = rule.outcome === 'broken';
  const name = broken ? `-${rule.rule}` : rule.rule;
  const open = reader.isOpen(name) !== broken;
  const id = `promise-${rule.rule}`;
  return html`<li class="rule ${standing.replace(' ', '-')}" data-rule=${rule.rule}>
    <button type="button" class="rule-head" aria-expanded=${open ? 'true' : 'false'} aria-controls=${id} @click=${() => reader.set(name, !reader.isOpen(name))}>
      <span class="verdict-sign" aria-hidden="true">${SIGNS[standing]}</span>
      <b class="rule-name">${rule.rule}</b>
      <span class="visually-hidden">${SAID[standing]}</span>
      <span class="count">${countText(rule)}</span>
      <span class="meaning">${rule.meaning === '' ? 'a rule that this version does not know' : rule.meaning}</span>
    </button>
    <div id=${id} class="rule-body" ?hidden=${!open}>${open ? details(rule, look, reader) : nothing}</div>
  </li>`;
}

/** What can be looked for in a promise. */
export function wordsOf({ rule, meaning, statements, broken }: PromiseLook): string {
  const said = broken.map(({ node, text }) => `${node} ${text}`).join(' ');
  return `${rule} ${meaning} ${statements.map(({ id, gist }) => `${id} ${gist}`).join(' ')} ${said}`.toLowerCase();
}

/** `3 ×` */
export function times(count: number): string {
  return `${count.toLocaleString('en')} ×`;
}

function details(rule: PromiseLook, look: PromisesLook, reader: PromiseReader): TemplateResult {
  const { first, reached, underFault, statements, excuses, vantage } = rule;
  const broken = rule.outcome === 'broken';
  const places = broken ? rule.broken : rule.excused;
  return html`
    ${verdictList(rule.rule, places, broken ? rule.brokenCount : places.length, reader)}
    ${
      excuses.length === 0
        ? nothing
        : html`<h4>Excuses</h4>
            <ul class="excuses">${excuses.map(([reason, count]) => html`<li>${times(count)} ${reason}</li>`)}</ul>`
    }
    ${
      rule.outcome === 'not observable'
        ? html`<p>It takes a trace seen from ${vantage.map(describeVantage).join(' or ')}; this one was seen from ${describeVantage(look.vantage)}.</p>`
        : nothing
    }
    ${
      first === 0
        ? nothing
        : html`<p>Put to the test ${describeOften(reached)}${
            underFault > 0
              ? html`, ${underFault === reached ? 'all' : describeOften(underFault)} of them while a fault lasted or a node was down`
              : nothing
          }; first at ${eventLink(first, `event ${first.toLocaleString('en')}`, reader.pick)}.</p>`
    }
    ${
      statements.length === 0
        ? nothing
        : html`<h4>Statements</h4>
            <ul class="statements">${statements.map(({ id, gist }) => html`<li><code>${id}</code> ${gist}</li>`)}</ul>`
    }
  `;
}

/** How a rule stands once the event at the cursor has happened. */
function standingOf({ outcome, broken, excused, first }: PromiseLook, selected: number): Standing {
  const now = selected === 0 ? Number.POSITIVE_INFINITY : selected;
  if (outcome === 'not observable') return 'unseen';
  if (broken.some(({ at }) => at <= now)) return 'broken';
  if (excused.some(({ at }) => at <= now) && (outcome === 'excused' || outcome === 'unjudged'))
    return 'excused';
  return first > 0 && first <= now ? 'held' : 'not yet';
}

function countText({ outcome, reached, brokenCount, excuses }: PromiseLook): string {
  if (outcome === 'broken') return times(brokenCount);
  if (outcome === 'excused') return times(excuses.reduce((sum, [, count]) => sum + count, 0));
  return reached > 0 && outcome !== 'not observable' ? times(reached) : '';
}
