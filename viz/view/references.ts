/** Other events, as buttons that lead to them. */
import { html, nothing, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import type { Reference } from '../worker/reference.ts';

/** What happens when one is chosen. */
export type Pick = (ordinal: number) => void;

export interface ReferenceLook {
  /** Stands where the time would. */
  time?: string;
  /** A machine or a disk says it of itself. */
  told?: boolean;
}

export function reference({ i, t, text }: Reference, pick: Pick, look: ReferenceLook = {}): TemplateResult {
  return html`<button type="button" @click=${() => pick(i)}>
    <time>${look.time ?? momentText(t)}</time>
    <span>${look.told === true ? html`<em>told</em> ` : nothing}${text}</span>
  </button>`;
}

export function eventLink(ordinal: number, text: string, pick: Pick): TemplateResult {
  return html`<button type="button" class="link" @click=${() => pick(ordinal)}>${text}</button>`;
}
