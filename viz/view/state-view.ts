/** The state around an event: what it changed, and every machine as it then was. */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { StateCell } from '../../src/trace/event.ts';
import type { StateChange } from '../index/states.ts';
import type { Cell, EntityState, NodeState } from '../layout/machine-state.ts';
import { momentText } from '../layout/time-text.ts';
import type { WireState } from '../layout/wire-state.ts';
import type { StateLook } from '../worker/answers/state-answers.ts';
import { DeskElement } from './desk-element.ts';
import { findField } from './find-field.ts';
import { eventLink, reference } from './references.ts';
import { PickEvent } from './sequence-events.ts';
import { entityTitle, keyName, listTitle, valueText } from './state-words.ts';

export class StateView extends DeskElement {
  static override properties = {
    selected: { type: Number },
    look: { state: true },
    find: { state: true },
  };

  declare selected: number;
  declare look: StateLook | undefined;
  declare find: string;

  /** Nodes that the reader unfolded, and the event's own where it was folded. */
  readonly #unfolded = new Set<string>();
  #foldedHere = false;

  constructor() {
    super();
    this.selected = 0;
    this.look = undefined;
    this.find = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) this.#unfolded.clear();
    for (const property of ['trace', 'edition', 'selected', 'find'] as const) {
      if (changed.has(property)) {
        void this.#ask();
        return;
      }
    }
  }

  async #ask(): Promise<void> {
    const { desk, trace, selected, find } = this;
    if (desk === undefined || selected === 0) return;
    const look = await desk.ask('state', 'look', trace, selected, [...this.#unfolded], find);
    if (trace === this.trace && selected === this.selected && find === this.find) this.look = look;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look } = this;
    if (look === undefined) return nothing;
    return look.is === 'told' ? this.#told(look) : this.#untold(look);
  }

  #told({ state, wire }: StateLook & { is: 'told' }): TemplateResult {
    const { changes, siblings, cause, nodes, left, after } = state;
    return html`
      <section class="changes">
        <h3>What it changed <small>${changes.length.toLocaleString('en')}</small></h3>
        ${
          changes.length === 0
            ? html`<p class="more">Nothing that a machine tells of itself.</p>`
            : html`<ul>${changes.map((change) => this.#change(change))}</ul>`
        }
        ${
          siblings.length === 0
            ? nothing
            : html`<h4>By the same cause, ${eventLink(cause, `event ${cause}`, this.#pick)}</h4>
                <ul>${siblings.map((change) => this.#change(change))}</ul>`
        }
      </section>
      <section class="machines">
        <h3>State <small>after event ${after.toLocaleString('en')}</small></h3>
        ${findField('Find in the state', 'Find a key, a client, a filter …', this.find, (text) => {
          this.find = text;
        })}
        ${nodes.length === 0 ? html`<p class="more" role="status">Nothing of that name.</p>` : nodes.map((node) => this.#node(node))}
        ${left > 0 ? html`<p class="more">and ${left.toLocaleString('en')} nodes more; find them by name</p>` : nothing}
      </section>
      ${wire === undefined ? nothing : html`<p class="why-untold">Hosted nodes tell nothing of themselves; this is what the wire tells of them.</p>${this.#wire(wire)}`}
    `;
  }

  #change({ ordinal, entity, key, old, now }: StateChange): TemplateResult {
    return html`<li>
      <button type="button" class="link" @click=${() => this.#pick(ordinal)}>${entityTitle(entity)}</button>
      ${listTitle(entity, key) === '' ? nothing : html`<span>${listTitle(entity, key)}</span>`}
      <b>${keyName(entity, key)}</b> ${this.#turn(entity, key, old, now)}
    </li>`;
  }

  /** `PUBREC → PUBCOMP` */
  #turn(entity: string, key: string, old: StateCell, now: StateCell): TemplateResult {
    return html`<span class="turn"><del>${valueText(entity, key, old)}</del> <span class="to">→</span> <ins>${valueText(entity, key, now)}</ins></span>`;
  }

  #node({ name, role, hosted, here, life, summary, entities, left }: NodeState): TemplateResult {
    const open = entities !== undefined && !(here && this.#foldedHere && this.find === '');
    const toggle = (): void => {
      if (here) this.#foldedHere = open;
      else if (open) this.#unfolded.delete(name);
      else this.#unfolded.add(name);
      this.requestUpdate();
      void this.#ask();
    };
    const words = life === 'runs' ? summary : life;
    return html`<section class="node ${here ? 'here' : ''}" data-node=${name}>
      <h4>
        <button type="button" aria-expanded=${open ? 'true' : 'false'} @click=${toggle}>
          <span class="fold" aria-hidden="true">${open ? '▾' : '▸'}</span>
          <b>${name}</b> <span class="role">${hosted ? `hosted ${role === 'host' ? 'process' : role}` : role}</span>
          <span class="words ${life}">${words}</span>
        </button>
      </h4>
      ${
        open
          ? html`<div class="entities">
              ${entities.length === 0 ? html`<p class="more">It has told nothing.</p>` : entities.map((entity) => this.#entity(entity))}
              ${left > 0 ? html`<p class="more">and ${left.toLocaleString('en')} more; find them by name</p>` : nothing}
            </div>`
          : nothing
      }
    </section>`;
  }

  #entity({ name, cells, left, changed }: EntityState): TemplateResult {
    const lists = new Map<string, Cell[]>();
    for (const cell of cells) {
      const title = listTitle(name, cell.key);
      const list = lists.get(title);
      if (list === undefined) lists.set(title, [cell]);
      else list.push(cell);
    }
    return html`<section class="entity ${changed ? 'changed' : ''}" data-entity=${name}>
      <h5>${entityTitle(name)}</h5>
      ${[...lists].map(
        ([
          title,
          list,
        ]) => html`${title === '' ? nothing : html`<h6>${title} <small>${list.length}</small></h6>`}
          <dl>
            ${list.map(
              ({ key, value, old }) => html`<div class=${old === undefined ? '' : 'turned'} data-key=${key}>
                <dt>${keyName(name, key)}</dt>
                <dd>${old === undefined ? valueText(name, key, value) : this.#turn(name, key, old, value)}</dd>
              </div>`,
            )}
          </dl>`,
      )}
      ${left > 0 ? html`<p class="more">and ${left.toLocaleString('en')} more keys; find them by name</p>` : nothing}
    </section>`;
  }

  #untold({ level, vantage, wire }: StateLook & { is: 'untold' }): TemplateResult {
    return html`
      <section>
        <h3>State</h3>
        <p class="why-untold">${
          level === 'full'
            ? 'No machine told its state in this trace.'
            : html`This trace was recorded at level ${level}, which leaves out what machines tell of their state.`
        }
        ${
          vantage !== 'both-ends'
            ? 'Of real machines only the packets are seen.'
            : level === 'full'
              ? 'Of foreign code only the wire tells.'
              : html`Run it again with <code>--level full</code> to see sessions, queues and what each event changed.`
        }</p>
      </section>
      ${this.#wire(wire)}
    `;
  }

  #wire({ connections, connectionsLeft, underWay, underWayLeft }: WireState): TemplateResult {
    return html`
      <section class="wire-state">
        <h3>Connections that stand <small>${(connections.length + connectionsLeft).toLocaleString('en')}</small></h3>
        ${connections.length === 0 ? html`<p class="more">None.</p>` : nothing}
        <ul class="standing">
          ${connections.map(
            ({ name, since, granted }) => html`<li>
              ${eventLink(since, name, this.#pick)}
              ${granted.length === 0 ? nothing : html`<span class="granted">granted ${granted.map(({ filter, qos }) => `${filter} at QoS ${qos}`).join(', ')}</span>`}
            </li>`,
          )}
        </ul>
        ${connectionsLeft > 0 ? html`<p class="more">and ${connectionsLeft.toLocaleString('en')} more</p>` : nothing}
        <h3>Packets under way <small>${(underWay.length + underWayLeft).toLocaleString('en')}</small></h3>
        ${underWay.length === 0 ? html`<p class="more">None.</p>` : nothing}
        <ol class="why effects">
          ${underWay.map(
            ({ i, t, text, from, to }) =>
              html`<li>${reference({ i, t, text: `${text}, ${from} → ${to}` }, this.#pick, { time: momentText(t) })}</li>`,
          )}
        </ol>
        ${underWayLeft > 0 ? html`<p class="more">and ${underWayLeft.toLocaleString('en')} earlier ones</p>` : nothing}
      </section>
    `;
  }

  #pick = (ordinal: number): void => {
    this.dispatchEvent(new PickEvent(ordinal));
  };
}
