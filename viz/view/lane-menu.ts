/** Which nodes have a lane: a list with a box for each lane, or for each group of nodes that share one. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Overview } from '../worker/overview.ts';
import { closeBehind, closeOnEscape } from './menu.ts';
import type { Viewer } from './viewer.ts';

export function laneMenu(viewer: Viewer, { lanes }: Overview): TemplateResult {
  const hidden = new Set(viewer.hiddenLanes);
  const has = ({ nodes }: Overview['lanes'][number]): boolean => !nodes.every((node) => hidden.has(node));
  const shown = lanes.filter(has);
  return html`<details class="menu lanes" @focusout=${closeBehind} @keydown=${closeOnEscape}>
    <summary class="button" title="Which nodes have a lane">Lanes${shown.length < lanes.length ? ` ${shown.length}/${lanes.length}` : nothing}</summary>
    <ul @mousedown=${keepFocus}>
      ${lanes.map(
        (lane) => html`<li>
          <label>
            <input
              type="checkbox"
              .checked=${has(lane)}
              ?disabled=${shown.length === 1 && shown[0] === lane}
              @change=${() => viewer.showLane(lane.nodes, !has(lane))}
            />
            ${lane.title}
          </label>
        </li>`,
      )}
    </ul>
  </details>`;
}

/** A click on a word takes the focus from its box, and the menu would close behind it. */
function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}
