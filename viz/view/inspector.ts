/** What is known of one event: who sent it and what became of it, and in tabs its bytes, the state around it, its causes, its line. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { connectionText } from '../layout/connection-text.ts';
import { durationText, exactText } from '../layout/time-text.ts';
import type { EventLook, ObituaryLook, PacketLook } from '../worker/answers/event-answers.ts';
import { DeskElement } from './desk-element.ts';
import { eventLink, reference } from './references.ts';
import { PickEvent } from './sequence-events.ts';
import { INSPECTOR_TABS, type InspectorTab, TabEvent } from './tab-event.ts';
import { type Tab, tabList } from './tabs.ts';

export class Inspector extends DeskElement {
  static override properties = {
    selected: { type: Number },
    tab: { type: String },
    plain: { type: Boolean },
    look: { state: true },
  };

  declare selected: number;
  /** What the reader wants to see; one without bytes shows its causes instead, a verdict its messages. */
  declare tab: string;
  /** In the words of the lessons. */
  declare plain: boolean;
  declare look: EventLook | undefined;

  constructor() {
    super();
    this.selected = 0;
    this.tab = 'bytes';
    this.plain = false;
    this.look = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('edition') || changed.has('selected')) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk, plain, trace, selected } = this;
    if (desk === undefined || trace === 0) return;
    const look = selected === 0 ? undefined : await desk.ask('event', 'look', trace, selected, plain);
    if (trace === this.trace && selected === this.selected) this.look = look;
  }

  /** The tab that is open. */
  get shown(): InspectorTab {
    const wanted = INSPECTOR_TABS.find((tab) => tab === this.tab) ?? 'bytes';
    if (wanted !== 'bytes' || this.look?.bytes !== undefined) return wanted;
    return this.look?.kind === 'verdict' || this.look?.kind === 'obituary' ? 'message' : 'why';
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look } = this;
    if (look === undefined) return nothing;
    const { packet } = look;
    const tabs: Tab<InspectorTab>[] = [
      { name: 'bytes', title: 'Bytes', empty: look.bytes === undefined },
      { name: 'state', title: 'State' },
      { name: 'why', title: 'Why' },
      { name: 'message', title: 'Message' },
      { name: 'raw', title: 'Raw' },
    ];
    return html`
      <div class="inspector-body" data-event=${look.i} tabindex="0" role="region" aria-label="Details of the selected event">
        <header class="inspector-head">
          ${packet === undefined ? this.#plainHead(look) : this.#packetHead(look, packet)}
        </header>
        ${tabList('inspector', 'What to see of the event', tabs, this.shown, this.#onTab)}
        <div id="inspector-panel" class="tab-panel" role="tabpanel" aria-labelledby="inspector-tab-${this.shown}">
          ${this.#panel(look)}
        </div>
      </div>
    `;
  }

  #panel({ i, bytes, obituaries, messages }: EventLook): TemplateResult {
    const { desk, trace, edition } = this;
    switch (this.shown) {
      case 'bytes':
        return html`<amber-bytes .look=${bytes}></amber-bytes>`;
      case 'state':
        return html`<amber-state .desk=${desk} .trace=${trace} .edition=${edition} .selected=${i}></amber-state>`;
      case 'why':
        return html`<amber-why .desk=${desk} .trace=${trace} .edition=${edition} .selected=${i} .plain=${this.plain}></amber-why>`;
      case 'message':
        return html`${obituaries.map((each) => this.#obituary(each))}
          <amber-ledger
            .desk=${desk}
            .trace=${trace}
            .edition=${edition}
            .selected=${i}
            .ordinals=${messages}
          ></amber-ledger>`;
      case 'raw':
        return html`<amber-raw .desk=${desk} .trace=${trace} .selected=${i}></amber-raw>`;
    }
  }

  #plainHead({ i, sentence, t, node, about, accusers }: EventLook): TemplateResult {
    return html`
      <h2>${sentence}</h2>
      <dl class="facts">
        <dt>event</dt>
        <dd>${i.toLocaleString('en')}</dd>
        <dt>at</dt>
        <dd class="now">${exactText(t)}</dd>
        ${node === '' ? nothing : html`<dt>node</dt><dd>${node}</dd>`}
        ${
          about.length > 0
            ? html`<dt>shown by</dt>
              <dd>${about.map((ordinal, at) => html`${at > 0 ? ', ' : nothing}${eventLink(ordinal, `event ${ordinal}`, this.#pick)}`)}</dd>`
            : nothing
        }
        ${this.#accusers(accusers)}
      </dl>
    `;
  }

  #packetHead({ i, sentence, accusers }: EventLook, packet: PacketLook): TemplateResult {
    const { sent, end, carriers } = packet;
    const when = (at: { i: number; t: number }): TemplateResult =>
      i === at.i
        ? html`<dd class="now">${exactText(at.t)}</dd>`
        : html`<dd>${eventLink(at.i, exactText(at.t), this.#pick)}</dd>`;
    return html`
      <h2 class="packet ${packet.family}">${packet.text}</h2>
      <p class="sentence">${sentence}</p>
      <dl class="facts">
        <dt>event</dt>
        <dd>${i.toLocaleString('en')}</dd>
        <dt>on</dt>
        <dd>${this.plain ? connectionText(packet.conn) : packet.conn}</dd>
        ${carriers.length === 0 ? nothing : html`<dt>in</dt>${carriers.map((frame) => html`<dd>${eventLink(frame.i, frame.text, this.#pick)}</dd>`)}`}
        <dt>sent</dt>
        ${when(sent)}
        ${
          end === undefined
            ? html`<dt>fate</dt><dd>still under way when the trace ends</dd>`
            : end.k === 'received'
              ? html`<dt>received</dt>${when(end)}<dt>took</dt><dd>${durationText(end.t - sent.t)}</dd>`
              : html`<dt class="bad">lost</dt>
                <dd class="bad">${end.reason} (${WHERE[end.at]}), known at ${eventLink(end.i, exactText(end.t), this.#pick)}</dd>`
        }
        ${packet.malformed === undefined ? nothing : html`<dt class="bad">malformed</dt><dd class="bad">${packet.malformed}</dd>`}
        ${this.#accusers(accusers)}
      </dl>
    `;
  }

  /** Each rule once, with the first verdict that names it. */
  #accusers(accusers: EventLook['accusers']): TemplateResult[] {
    const first = accusers.filter(
      ({ rule, outcome }, at) =>
        accusers.findIndex((each) => each.rule === rule && each.outcome === outcome) === at,
    );
    return first.map(({ i, rule, outcome }) => {
      const times = accusers.filter((each) => each.rule === rule && each.outcome === outcome).length;
      const kind = outcome === 'broken' ? 'bad' : '';
      return html`<dt class=${kind}>${outcome}</dt>
        <dd class=${kind}>${eventLink(i, rule, this.#pick)}${times > 1 ? html` ${times} ×` : nothing}</dd>`;
    });
  }

  #obituary({ message, to, fate, text, steps }: ObituaryLook): TemplateResult {
    return html`<section class="obituary">
      <h3>${message}${to === undefined ? nothing : html` to ${to}`}: ${fate}</h3>
      <p>${text}</p>
      <ol class="why">
        ${steps.map((step) => html`<li class=${step.how === 'told' ? 'of-itself' : ''}>${reference(step, this.#pick, { told: step.how === 'told' })}</li>`)}
      </ol>
    </section>`;
  }

  #onTab = (tab: InspectorTab): void => {
    this.tab = tab;
    this.dispatchEvent(new TabEvent(tab));
  };

  #pick = (ordinal: number): void => {
    this.dispatchEvent(new PickEvent(ordinal));
  };
}

const WHERE = {
  sender: "in the sender's buffer",
  network: 'under way',
  receiver: "in the receiver's buffer",
} as const;
