/** What can be done to the node or the link that was chosen on the map, as buttons. */
import { html, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import { type Act, ActEvent, LINK_ACTS, NODE_ACTS } from '../run/acts.ts';
import type { Actors } from '../worker/answers/fork-answers.ts';

export type Aim = { readonly link: string } | { readonly node: string };

/** @param names of a node, or of two that something joins; undefined where nothing of it can be acted on. */
export function aimOf({ nodes, links }: Actors, [name, other]: readonly string[]): Aim | undefined {
  if (other === undefined) {
    const role = nodes.find((node) => node.name === name)?.role;
    return name !== undefined && (role === 'broker' || role === 'client') ? { node: name } : undefined;
  }
  const link = links.find((each) => each === `${name}~${other}` || each === `${other}~${name}`);
  return link === undefined ? undefined : { link };
}

export function topologyActs(aim: Aim, time: number, leave: () => void): TemplateResult {
  const name = 'link' in aim ? aim.link : aim.node;
  const acts: readonly { act: Act; text: string; title: string }[] =
    'link' in aim
      ? LINK_ACTS.map(({ deed, ...words }) => ({ ...words, act: { link: aim.link, deed } }))
      : NODE_ACTS.map(({ deed, ...words }) => ({ ...words, act: { node: aim.node, deed } }));
  return html`<div class="topology-acts" role="group" aria-label="Act on ${name}">
    <p><b>${name}</b> from ${momentText(time)} on</p>
    ${acts.map(
      ({ act, text, title }) =>
        html`<button type="button" class="button" title=${title} @click=${(event: Event) => event.currentTarget!.dispatchEvent(new ActEvent(act))}>${text}</button>`,
    )}
    <button type="button" class="button icon" aria-label="Leave it" title="Leave it" @click=${leave}>✕</button>
  </div>`;
}
