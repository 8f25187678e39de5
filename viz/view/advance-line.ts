/** How far a reading of the whole trace has come that somebody waits for. */

import { html, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import type { Advance } from '../judge/looks.ts';

/** `label` names the bar; `words` stand beside it. */
export function advanceLine(
  label: string,
  { seen, of }: Advance,
  words: string | TemplateResult,
): TemplateResult {
  return html`<p class="judging" role="status">
    <progress aria-label=${label} max="1" value=${of === 0 ? 0 : seen / of}></progress>
    ${words}
  </p>`;
}

/** `300 of 1,204 events` */
export function advanceText({ seen, of }: Advance): string {
  return `${seen.toLocaleString('en')} of ${counted(of, 'event')}`;
}
