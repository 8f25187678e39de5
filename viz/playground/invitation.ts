/** In the place of the picture, while there is none. */
import { html, type TemplateResult } from 'lit';
import type { Playground } from './playground.ts';

export function invitation(playground: Playground): TemplateResult {
  return playground.attempt?.verdict === 'refused' ? refused : invited(playground);
}

const refused = html`<section class="invitation">
  <h2>No picture: the story was not run</h2>
  <p>Below the text it says what is wrong with it, and where.</p>
</section>`;

const invited = (playground: Playground): TemplateResult => html`<section class="invitation">
  <h2>Here you will see what happens</h2>
  <p>
    <button type="button" class="button primary" @click=${() => void playground.run()}>▶ Run the story</button>
    or <kbd>Ctrl</kbd> <kbd>Enter</kbd>
  </p>
  <p class="how">
    It runs in this page, in a place that reaches no network. The same text and the same seed are the same run, here and with
    <code>amber run</code> in a terminal.
  </p>
</section>`;
