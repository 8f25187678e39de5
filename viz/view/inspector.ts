/** What is known of one event: its times, the packet's fields and bytes, and why it happened. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { durationText, exactText, momentText } from '../layout/time-text.ts';
import type { EventLook, ObituaryLook, PacketLook, Reference } from '../worker/answers/event-answers.ts';
import type { Desk } from '../worker/desk.ts';
import { PickEvent } from './sequence-pane.ts';

export class Inspector extends LitElement {
  static override properties = {
    desk: { attribute: false },
    trace: { type: Number },
    edition: { type: Number },
    selected: { type: Number },
    look: { state: true },
  };

  declare desk: Desk | undefined;
  declare trace: number;
  /** Grows when there is more of the trace than before. */
  declare edition: number;
  declare selected: number;
  declare look: EventLook | undefined;

  constructor() {
    super();
    this.desk = undefined;
    this.trace = 0;
    this.edition = 0;
    this.selected = 0;
    this.look = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('edition') || changed.has('selected')) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk, trace, selected } = this;
    if (desk === undefined || trace === 0) return;
    const look = selected === 0 ? undefined : await desk.ask('event', 'look', trace, selected);
    if (trace === this.trace && selected === this.selected) this.look = look;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look } = this;
    if (look === undefined) return nothing;
    const { packet } = look;
    return html`
      <div class="inspector-body" tabindex="0" role="region" aria-label="Details of the selected event">
        ${packet === undefined ? this.#plainHead(look) : this.#packetHead(look, packet)}
        ${look.obituaries.map((each) => this.#obituary(each))}
        ${this.#why(look)}
        ${packet === undefined ? nothing : html`<amber-bytes .bytes=${packet.bytes} .level=${packet.v}></amber-bytes>`}
        <details class="raw">
          <summary>Raw event ${look.i}</summary>
          <pre>${look.raw}</pre>
        </details>
      </div>
    `;
  }

  #plainHead({ sentence, t, node, about }: EventLook): TemplateResult {
    return html`
      <h2>${sentence}</h2>
      <dl class="facts">
        <dt>at</dt>
        <dd>${exactText(t)}</dd>
        ${node === '' ? nothing : html`<dt>node</dt><dd>${node}</dd>`}
        ${
          about.length > 0
            ? html`<dt>shown by</dt>
              <dd>${about.map((ordinal) => this.#link(ordinal, `event ${ordinal}`))}</dd>`
            : nothing
        }
      </dl>
    `;
  }

  #packetHead({ i }: EventLook, packet: PacketLook): TemplateResult {
    const { sent, end, carrier } = packet;
    return html`
      <h2 class="packet ${packet.family}">${packet.text}</h2>
      <dl class="facts">
        <dt>from</dt>
        <dd>${packet.from} → ${packet.to}</dd>
        <dt>on</dt>
        <dd>${packet.conn}</dd>
        ${carrier === undefined ? nothing : html`<dt>in</dt><dd>${this.#link(carrier.i, carrier.text)}</dd>`}
        <dt>sent</dt>
        <dd class=${i === sent.i ? 'now' : ''}>${exactText(sent.t)}</dd>
        ${
          end === undefined
            ? html`<dt>fate</dt><dd>still under way when the trace ends</dd>`
            : end.k === 'received'
              ? html`<dt>received</dt>
                <dd class=${i === end.i ? 'now' : ''}>${exactText(end.t)}</dd>
                <dt>took</dt><dd>${durationText(end.t - sent.t)}</dd>`
              : html`<dt class="bad">lost</dt>
                <dd class="bad">${end.reason} (${WHERE[end.at]}), known at ${exactText(end.t)}</dd>`
        }
        ${packet.malformed === undefined ? nothing : html`<dt class="bad">malformed</dt><dd class="bad">${packet.malformed}</dd>`}
        ${packet.accusers.map(
          (verdict) => html`<dt class="bad">${verdict.outcome}</dt>
            <dd class="bad">${this.#link(verdict.i, verdict.rule)}</dd>`,
        )}
      </dl>
    `;
  }

  #why({ i, why }: EventLook): TemplateResult {
    return html`
      <h3>Why</h3>
      ${why.whole ? nothing : html`<p class="more">earlier causes are left out</p>`}
      <ol class="why">
        ${why.steps.map(
          (
            cause,
          ) => html`<li class=${cause.i === i ? 'here' : ''} aria-current=${cause.i === i ? 'true' : nothing}>
            ${this.#reference(cause)}
          </li>`,
        )}
      </ol>
    `;
  }

  #obituary({ message, to, fate, text, steps }: ObituaryLook): TemplateResult {
    return html`<section class="obituary">
      <h3>${message}${to === undefined ? nothing : html` to ${to}`}: ${fate}</h3>
      <p>${text}</p>
      <ol class="why">
        ${steps.map((step) => html`<li class=${step.how}>${this.#reference(step, step.how === 'told')}</li>`)}
      </ol>
    </section>`;
  }

  #reference({ i, t, text }: Reference, told = false): TemplateResult {
    return html`<button type="button" @click=${() => this.#pick(i)}>
      <time>${momentText(t)}</time>
      <span>${told ? html`<em>told</em> ` : nothing}${text}</span>
    </button>`;
  }

  #link(ordinal: number, text: string): TemplateResult {
    return html`<button type="button" class="link" @click=${() => this.#pick(ordinal)}>${text}</button> `;
  }

  #pick(ordinal: number): void {
    this.dispatchEvent(new PickEvent(ordinal));
  }
}

const WHERE = {
  sender: "in the sender's buffer",
  network: 'under way',
  receiver: "in the receiver's buffer",
} as const;
