/** The keys, and the mark of the house. */
import { html, type TemplateResult } from 'lit';

const KEYS: readonly (readonly [keys: string, deed: string])[] = [
  ['← →', 'previous or next event (↑ ↓ in the diagram)'],
  ['Tab', 'to the packets; Enter or Space selects one'],
  ['Esc', 'clear the selection'],
  ['V', 'next broken promise'],
  ['F', 'next fault'],
  ['+ − 0', 'zoom in, out, and back; Ctrl and the wheel, too'],
  ['Page ↑ ↓', 'scroll'],
  ['?', 'this help'],
];

export const drop = html`<svg class="drop" viewBox="0 0 20 24" width="20" height="24" aria-hidden="true">
  <path d="M10 1.5C13.4 6.4 17.5 10.4 17.5 15a7.5 7.5 0 0 1-15 0C2.5 10.4 6.6 6.4 10 1.5Z"></path>
  <path class="shine" d="M6 15.5a4 4 0 0 0 3 3.8"></path>
</svg>`;

export function helpDialog(): TemplateResult {
  return html`<dialog class="help" aria-labelledby="help-title">
    <form method="dialog">
      <h2 id="help-title">Keys</h2>
      <dl>
        ${KEYS.map(([keys, deed]) => html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${deed}</dd></div>`)}
      </dl>
      <p>
        Time runs downwards and is not to scale where it says so: a gap of more than five times the median is cut out, with its
        length in the margin. An arrow begins when a packet was written and ends when its last byte was read. The heavier its
        line, the higher the QoS.
      </p>
      <button class="button primary">Close</button>
    </form>
  </dialog>`;
}
