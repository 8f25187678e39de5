/** What a reader can do to a run at a moment, as controls: to the packet that is selected, to a link, to a node. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Fault } from '../../src/sim/fault.ts';
import { type Duration, parseDuration } from '../../src/sim/time.ts';
import { linkFault, nodeFault, packetFault } from '../engine/added-fault.ts';
import type { Actors, PacketPlace } from '../worker/answers/fork-answers.ts';
import { LINK_ACTS, NODE_ACTS } from './acts.ts';

/** Whom it befalls and for how long: `''` is for good. */
export interface Acting {
  readonly link: string;
  readonly node: string;
  readonly span: Duration | '';
}

interface Ground {
  readonly actors: Actors;
  readonly packet: PacketPlace | undefined;
  /** When, in microseconds. */
  readonly at: number;
  readonly acting: Acting;
}

interface Doing {
  aim(acting: Acting): void;
  add(fault: Fault): void;
}

const SPANS: readonly (Duration | '')[] = ['100ms', '1s', '3s', '10s', '1min', ''];
/** A packet is not delayed for good. */
const USUAL_DELAY: Duration = '2s';

export function actControls({ actors, packet, at, acting }: Ground, doing: Doing): TemplateResult {
  const { link, node, span } = acting;
  const micros = span === '' ? undefined : parseDuration(span);
  const machines = actors.nodes.filter(({ role }) => role === 'broker' || role === 'client');
  return html`
    ${packet === undefined ? nothing : packetActs(packet, actors, span === '' ? USUAL_DELAY : span, doing)}
    <label class="field inline">
      <span>For</span>
      <select @change=${(event: Event) => doing.aim({ ...acting, span: (event.target as HTMLSelectElement).value as Acting['span'] })}>
        ${SPANS.map((each) => html`<option value=${each} ?selected=${each === span}>${each === '' ? 'good' : each}</option>`)}
      </select>
    </label>
    ${
      actors.links.length === 0
        ? nothing
        : html`<fieldset>
            ${choice('Link', actors.links, link, (chosen) => doing.aim({ ...acting, link: chosen }))}
            <div class="row">
              ${LINK_ACTS.map(({ deed, text, title }) => act(text, title, () => doing.add(linkFault(deed, link, at, micros))))}
            </div>
          </fieldset>`
    }
    ${
      machines.length === 0
        ? nothing
        : html`<fieldset>
            ${choice(
              'Node',
              machines.map(({ name }) => name),
              node,
              (chosen) => doing.aim({ ...acting, node: chosen }),
            )}
            <div class="row">
              ${NODE_ACTS.map(({ deed, text, title }) => act(text, title, () => doing.add(nodeFault(deed, node, at, micros))))}
            </div>
          </fieldset>`
    }
  `;
}

function packetActs(
  packet: PacketPlace,
  { links }: Actors,
  span: Duration,
  doing: Doing,
): TemplateResult | typeof nothing {
  const { from, to } = packet;
  const link = links.find((name) => name === `${from}~${to}` || name === `${to}~${from}`);
  if (link === undefined) return nothing;
  const does = (deed: Parameters<typeof packetFault>[0]) => (): void =>
    doing.add(packetFault(deed, link, packet, span));
  return html`<fieldset>
    <legend>${packet.text}</legend>
    <div class="row">
      ${act('Lose once', 'Its segment is lost on its way: TCP sends it again, and it comes late', does('lose'))}
      ${act(`Delay ${span}`, 'It, and what is sent after it, comes so much later', does('delay'))}
    </div>
    <div class="row">
      ${act('Reset before', 'The connection is reset, and the packet is lost with it', does('reset-before'))}
      ${act('Reset after', 'It arrives; then the connection is reset, and its answer is lost', does('reset-after'))}
    </div>
    <p class="hint">Over TCP no packet is lost alone: it comes late, or the connection ends.</p>
  </fieldset>`;
}

function act(text: string, title: string, does: () => void): TemplateResult {
  return html`<button type="button" class="button" title=${title} @click=${does}>${text}</button>`;
}

function choice(
  label: string,
  names: readonly string[],
  chosen: string,
  choose: (name: string) => void,
): TemplateResult {
  return html`<label class="field inline">
    <span>${label}</span>
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${names.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
    </select>
  </label>`;
}
