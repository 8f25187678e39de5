/** What the script itself says of its run: where an `always` failed, and whether a `sometimes` came true. */
import { html, nothing, type TemplateResult } from 'lit';
import { describeOften } from '../../src/trace/describe.ts';
import type { AssertionLook } from '../judge/looks.ts';
import { times } from './promise.ts';
import { eventLink } from './references.ts';
import { type PromiseReader, verdictList } from './verdict-list.ts';

/** How an assertion stands at the cursor. */
type Standing = 'broken' | 'held' | 'not-yet';

const SIGNS: Readonly<Record<Standing, string>> = { broken: '✕', held: '✓', 'not-yet': '○' };

export function scriptAssertions(
  assertions: readonly AssertionLook[],
  reader: PromiseReader,
): TemplateResult | typeof nothing {
  if (assertions.length === 0) return nothing;
  return html`<section data-outcome="assertions">
    <h3>Asserted by the script <small>${assertions.length}</small></h3>
    <ul class="rules">${assertions.map((each) => assertion(each, reader))}</ul>
  </section>`;
}

function assertion(look: AssertionLook, reader: PromiseReader): TemplateResult {
  const { text, failedCount } = look;
  const standing = standingOf(look, reader.selected);
  const key = `${look.assertion} ${text}`;
  const broken = failedCount > 0;
  const name = broken ? `-${key}` : key;
  const open = reader.isOpen(name) !== broken;
  return html`<li class="rule ${standing}" data-assertion=${text}>
    <button type="button" class="rule-head" aria-expanded=${open ? 'true' : 'false'} @click=${() => reader.set(name, !reader.isOpen(name))}>
      <span class="verdict-sign" aria-hidden="true">${SIGNS[standing]}</span>
      <b class="rule-name">${look.assertion}</b>
      <span class="visually-hidden">${saidOf(look, standing)}</span>
      <span class="count">${countText(look)}</span>
      <span class="meaning">${text}</span>
    </button>
    <div class="rule-body" ?hidden=${!open}>${open ? details(look, key, reader) : nothing}</div>
  </li>`;
}

function details(look: AssertionLook, key: string, reader: PromiseReader): TemplateResult {
  const { held, unheld, firstHeld, failures, failedCount } = look;
  return html`
    ${verdictList(key, failures, failedCount, reader)}
    <p>
      The script came by ${describeOften(held + unheld)}, and it ${outcomeOf(look)}${
        firstHeld === 0
          ? nothing
          : html`, first at ${eventLink(firstHeld, `event ${firstHeld.toLocaleString('en')}`, reader.pick)}`
      }.
    </p>
  `;
}

/** `held each time`, `was never true`, `held twice` */
function outcomeOf({ assertion, held, unheld }: AssertionLook): string {
  if (held === 0) return assertion === 'always' ? 'never held' : 'was never true';
  const verb = assertion === 'always' ? 'held' : 'was true';
  if (unheld > 0) return `${verb} ${describeOften(held)}`;
  return held === 1 ? verb : `${verb} each time`;
}

function standingOf({ failures, firstHeld }: AssertionLook, selected: number): Standing {
  const now = selected === 0 ? Number.POSITIVE_INFINITY : selected;
  if (failures.some(({ at }) => at <= now)) return 'broken';
  return firstHeld > 0 && firstHeld <= now ? 'held' : 'not-yet';
}

function saidOf({ assertion }: AssertionLook, standing: Standing): string {
  if (standing === 'broken') return 'failed';
  if (standing === 'not-yet') return assertion === 'always' ? 'not reached so far' : 'not true so far';
  return assertion === 'always' ? 'held so far' : 'came true';
}

function countText({ assertion, held, failedCount }: AssertionLook): string {
  if (failedCount > 0) return `failed ${times(failedCount)}`;
  return `${assertion === 'always' ? 'held' : 'true'} ${times(held)}`;
}
