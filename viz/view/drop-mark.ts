/** The mark of the house. */
import { html } from 'lit';
import { DROP_OUTLINE, DROP_SHINE } from '../theme/drop.ts';

export const drop = html`<svg class="drop" viewBox="0 0 20 24" width="20" height="24" aria-hidden="true">
  <path d=${DROP_OUTLINE}></path>
  <path class="shine" d=${DROP_SHINE}></path>
</svg>`;
