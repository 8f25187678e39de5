/** One of two compared traces in words: which run it is, how much there is of it, and what it does where they part. */
import { html, nothing, type TemplateResult } from 'lit';
import { durationText } from '../layout/time-text.ts';
import type { ComparedTrace } from '../worker/answers/compare-answers.ts';
import type { Reference } from '../worker/reference.ts';
import { reference } from './references.ts';

export type Which = 'a' | 'b';

export interface SideLook {
  which: Which;
  /** The ordinal that is looked at in it. */
  selected: number;
  /** All that is told of what follows is unfolded. */
  unfolded: boolean;
  pick(ordinal: number): void;
}

/** `against` is the other one. */
export function comparedSide(side: ComparedTrace, against: ComparedTrace, look: SideLook): TemplateResult {
  const { which } = look;
  const letter = which.toUpperCase();
  const [first, ...after] = side.next;
  const count = (name: string, one: number, other: number): TemplateResult =>
    html`<li class=${one === other ? '' : 'differs'}>${one.toLocaleString('en')} ${name}</li>`;
  return html`<section class="compare-side" aria-labelledby="side-${which}">
    <h3 id="side-${which}"><b class="letter">${letter}</b> <span class="compare-scenario">${side.scenario}</span> <span>seed ${side.seed}${side.verdict === undefined ? '' : `, ${side.verdict}`}</span></h3>
    <ul class="compare-counts">
      ${count(side.events === 1 ? 'event' : 'events', side.events, against.events)}
      ${count(side.packets === 1 ? 'packet' : 'packets', side.packets, against.packets)}
      ${count('lost', side.lost, against.lost)} ${count('delivered', side.delivered, against.delivered)}
      ${count('broken', side.broken, against.broken)}
      <li class=${side.end === against.end ? '' : 'differs'}>${durationText(side.end)}</li>
    </ul>
    ${
      first === undefined
        ? html`<p class="compare-end">${against.next.length === 0 ? nothing : `${letter} ends here.`}</p>`
        : html`<ol class="compare-next">${next(first, look)}</ol>
            <details class="compare-after" ?open=${look.unfolded}>
              <summary>and then</summary>
              <ol class="compare-next">${after.map((each) => next(each, look))}</ol>
            </details>`
    }
  </section>`;
}

function next(to: Reference, { selected, pick }: SideLook): TemplateResult {
  const here = to.i === selected;
  return html`<li class=${here ? 'here' : ''} aria-current=${here ? 'true' : nothing}>${reference(to, pick)}</li>`;
}
