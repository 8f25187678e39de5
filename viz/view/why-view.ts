/** Why an event happened, from the root stimulus on, and what it led to. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { durationText, momentText } from '../layout/time-text.ts';
import type { WhyLook } from '../worker/answers/event-answers.ts';
import type { Reference } from '../worker/reference.ts';
import { DeskElement } from './desk-element.ts';
import { reference } from './references.ts';
import { PickEvent } from './sequence-pane.ts';

export class WhyView extends DeskElement {
  static override properties = {
    selected: { type: Number },
    plain: { type: Boolean },
    look: { state: true },
  };

  declare selected: number;
  /** In the words of the lessons. */
  declare plain: boolean;
  declare look: WhyLook | undefined;

  constructor() {
    super();
    this.selected = 0;
    this.plain = false;
    this.look = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('edition') || changed.has('selected')) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk, plain, trace, selected } = this;
    if (desk === undefined || selected === 0) return;
    const look = await desk.ask('event', 'why', trace, selected, plain);
    if (trace === this.trace && selected === this.selected) this.look = look;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look } = this;
    if (look === undefined) return nothing;
    const { causes, effects, effectCount } = look;
    const here = causes.at(-1)!;
    return html`
      <section>
        <h3>Why</h3>
        <ol class="why">
          ${causes.map((cause, at) => {
            const last = at === causes.length - 1;
            return html`${
              cause.skipped === 0
                ? nothing
                : html`<li class="skipped">${cause.skipped.toLocaleString('en')} steps between are left out</li>`
            }<li class=${last ? 'here' : ''} aria-current=${last ? 'true' : nothing}>
              ${reference(cause, this.#pick, { time: at === 0 ? momentText(cause.t) : after(cause, causes[at - 1]!) })}
            </li>`;
          })}
        </ol>
      </section>
      <section>
        <h3>What it led to <small>${effectCount.toLocaleString('en')}</small></h3>
        ${
          effectCount === 0
            ? html`<p class="more">Nothing that was recorded.</p>`
            : html`<ol class="why effects">
                ${effects.map((effect) => html`<li>${reference(effect, this.#pick, { time: after(effect, here) })}</li>`)}
              </ol>`
        }
        ${
          effectCount > effects.length
            ? html`<p class="more">and ${(effectCount - effects.length).toLocaleString('en')} more</p>`
            : nothing
        }
      </section>
    `;
  }

  #pick = (ordinal: number): void => {
    this.dispatchEvent(new PickEvent(ordinal));
  };
}

/** How much later than its cause: `+ 31 ms`, or nothing in the same instant. */
function after(effect: Reference, cause: Reference): string {
  return effect.t === cause.t ? 'at once' : `+ ${durationText(effect.t - cause.t)}`;
}
