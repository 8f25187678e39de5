/** The bar at the foot: what the colours mean, and how much there is. */
import { html, nothing, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import { durationText } from '../layout/time-text.ts';
import type { Overview } from '../worker/overview.ts';
import { legend } from './legend.ts';

export function footBar(name: string, overview: Overview): TemplateResult {
  const { packets, delivered, lost, underWay, events, end } = overview;
  return html`<footer class="foot">
    ${legend()}
    <p class="tally">
      <span data-count="packets">${counted(packets, 'packet')}</span>
      <span data-count="delivered">${counted(delivered, 'delivery', 'deliveries')}</span>
      <span data-count="lost" class=${lost > 0 ? 'bad' : ''}>${lost.toLocaleString('en')} lost</span>
      ${underWay > 0 ? html`<span data-count="under-way">${underWay.toLocaleString('en')} under way</span>` : nothing}
      <span data-count="events">${counted(events, 'event')}</span>
      <span class="end">${durationText(end)}</span>
      <span class="name" title=${name}>${name}</span>
    </p>
  </footer>`;
}
