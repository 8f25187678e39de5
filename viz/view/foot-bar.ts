/** The bar at the foot: what the colours mean, and how much there is. */
import { html, type TemplateResult } from 'lit';
import { durationText } from '../layout/time-text.ts';
import type { Overview } from '../worker/overview.ts';
import { legend } from './legend.ts';

export function footBar(name: string, { events, end }: Overview): TemplateResult {
  return html`<footer class="foot">
    ${legend()}
    <p class="file">
      <span title=${name}>${name}</span>
      <span data-count="events">${events.toLocaleString('en')} events</span>
      <span>${durationText(end)}</span>
    </p>
  </footer>`;
}
