/** What stands beside the view: what is known of the selected event, or the promises of the whole run. */
import { html, nothing, type TemplateResult } from 'lit';
import type { PickEvent } from './sequence-events.ts';
import type { TabEvent } from './tab-event.ts';
import type { Viewer } from './viewer.ts';

export function sidePanel(viewer: Viewer): TemplateResult {
  const onPick = ({ ordinal }: PickEvent): void => viewer.head.pick(ordinal);
  const onTab = ({ tab }: TabEvent): void => {
    viewer.panel = tab;
  };
  const promises = viewer.panel === 'promises';
  const { desk, trace, edition, selected } = viewer;
  return html`<aside class="panel" aria-label=${promises ? 'Promises' : 'Inspector'} ?hidden=${selected === 0 && !promises}>
    <button
      type="button"
      class="button icon close"
      aria-label=${promises ? 'Close the promises' : 'Close the inspector'}
      title="Close (Esc)"
      @click=${() => viewer.clear()}
    >✕</button>
    ${
      promises
        ? html`<amber-promises
            .desk=${desk}
            .trace=${trace}
            .edition=${edition}
            .selected=${selected}
            @pick=${onPick}
            @tab=${onTab}
          ></amber-promises>`
        : nothing
    }
    <amber-inspector
      ?hidden=${promises}
      .desk=${desk}
      .trace=${trace}
      .edition=${edition}
      .selected=${promises ? 0 : selected}
      .tab=${viewer.panel}
      .plain=${viewer.hasAttribute('plain')}
      @pick=${onPick}
      @tab=${onTab}
    ></amber-inspector>
  </aside>`;
}
