/** What is known of one event: its times, the packet's fields and bytes, and why it happened. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { describeWebSocket } from '../../src/trace/describe.ts';
import type { ObituaryWritten, PacketSent, TraceEvent } from '../../src/trace/event.ts';
import { eventLine } from '../../src/trace/jsonl.ts';
import { familyOf, packetTypeOf } from '../layout/family.ts';
import { packetText, readFacts } from '../layout/packet-label.ts';
import { sentenceOf } from '../layout/sentence.ts';
import type { Flight, Story } from '../layout/story.ts';
import { durationText, exactText, momentText } from '../layout/time-text.ts';
import { whyChain } from '../layout/why.ts';
import { PickEvent } from './sequence-pane.ts';

/** Raw lines of large packets are cut. */
const RAW_MAX = 4_000;

export class Inspector extends LitElement {
  static override properties = {
    story: { attribute: false },
    selected: { type: Number },
  };

  declare story: Story | undefined;
  declare selected: number;

  constructor() {
    super();
    this.selected = 0;
    this.story = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { story } = this;
    const event = story?.event(this.selected);
    if (story === undefined || event === undefined) return nothing;
    const flight = flightOf(event, story);
    return html`
      <div class="inspector-body" tabindex="0" role="region" aria-label="Details of the selected event">
        ${flight === undefined ? this.#plainHead(event, story) : this.#packetHead(event, flight, story)}
        ${story.obituaries.filter(({ verdicts }) => verdicts.includes(event.i)).map((each) => this.#obituary(each, story))}
        ${this.#why(event, story)}
        ${flight === undefined ? nothing : html`<amber-bytes .packet=${flight.sent}></amber-bytes>`}
        <details class="raw">
          <summary>Raw event ${event.i}</summary>
          <pre>${rawText(event)}</pre>
        </details>
      </div>
    `;
  }

  #plainHead(event: TraceEvent, story: Story): TemplateResult {
    return html`
      <h2>${sentenceOf(event, story)}</h2>
      <dl class="facts">
        <dt>at</dt>
        <dd>${exactText(event.t)}</dd>
        ${event.n === '' ? nothing : html`<dt>node</dt><dd>${event.n}</dd>`}
        ${
          event.k === 'verdict'
            ? html`<dt>shown by</dt>
              <dd>${event.about.map((ordinal) => this.#link(ordinal, `event ${ordinal}`))}</dd>`
            : nothing
        }
      </dl>
    `;
  }

  #packetHead(event: TraceEvent, flight: Flight, story: Story): TemplateResult {
    const { sent, end } = flight;
    const facts = readFacts(sent);
    const family = facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault';
    const carrier = story.event(sent.c);
    const accusers = story.verdicts.filter(
      ({ about }) => about.includes(sent.i) || (end !== undefined && about.includes(end.i)),
    );
    return html`
      <h2 class="packet ${family}">${packetText(facts)}</h2>
      <dl class="facts">
        <dt>from</dt>
        <dd>${flight.from} → ${flight.to}</dd>
        <dt>on</dt>
        <dd>${sent.conn}</dd>
        ${
          carrier?.k === 'websocket.sent'
            ? html`<dt>in</dt><dd>${this.#link(carrier.i, describeWebSocket(carrier))}</dd>`
            : nothing
        }
        <dt>sent</dt>
        <dd class=${event === sent ? 'now' : ''}>${exactText(sent.t)}</dd>
        ${
          end === undefined
            ? html`<dt>fate</dt><dd>still under way when the trace ends</dd>`
            : end.k === 'packet.received'
              ? html`<dt>received</dt>
                <dd class=${event === end ? 'now' : ''}>${exactText(end.t)}</dd>
                <dt>took</dt><dd>${durationText(end.t - sent.t)}</dd>`
              : html`<dt class="bad">lost</dt>
                <dd class="bad">${end.reason} (${WHERE[end.at]}), known at ${exactText(end.t)}</dd>`
        }
        ${facts.problem === undefined ? nothing : html`<dt class="bad">malformed</dt><dd class="bad">${facts.problem}</dd>`}
        ${accusers.map(
          (verdict) => html`<dt class="bad">${verdict.outcome}</dt>
            <dd class="bad">${this.#link(verdict.i, verdict.rule)}</dd>`,
        )}
      </dl>
    `;
  }

  #why(event: TraceEvent, story: Story): TemplateResult {
    const chain = whyChain(story, event);
    return html`
      <h3>Why</h3>
      ${chain.whole ? nothing : html`<p class="more">earlier causes are left out</p>`}
      <ol class="why">
        ${chain.events.map(
          (
            cause,
          ) => html`<li class=${cause === event ? 'here' : ''} aria-current=${cause === event ? 'true' : nothing}>
            <button type="button" @click=${() => this.#pick(cause.i)}>
              <time>${momentText(cause.t)}</time>
              <span>${sentenceOf(cause, story)}</span>
            </button>
          </li>`,
        )}
      </ol>
    `;
  }

  #obituary({ message, to, fate, text, steps }: ObituaryWritten, story: Story): TemplateResult {
    return html`<section class="obituary">
      <h3>${message}${to === undefined ? nothing : html` to ${to}`}: ${fate}</h3>
      <p>${text}</p>
      <ol class="why">
        ${steps.map(
          ([ordinal, how, step]) => html`<li class=${how}>
            <button type="button" @click=${() => this.#pick(ordinal)}>
              <time>${momentText(story.event(ordinal)?.t ?? 0)}</time>
              <span>${how === 'told' ? html`<em>told</em> ` : nothing}${step}</span>
            </button>
          </li>`,
        )}
      </ol>
    </section>`;
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

function flightOf(event: TraceEvent, story: Story): Flight | undefined {
  if (event.k === 'packet.received' || event.k === 'packet.lost') return story.flightOf(event.of);
  return event.k === 'packet.sent' ? story.flightOf((event satisfies PacketSent).i) : undefined;
}

function rawText(event: TraceEvent): string {
  const line = eventLine(event);
  return line.length > RAW_MAX ? `${line.slice(0, RAW_MAX)}… (${line.length} characters)` : line;
}
