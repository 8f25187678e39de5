/** What a run came to, below the editor: verdict, digest, each mistake with its line, and what the story printed. */
import { html, nothing, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import type { Attempt } from './attempt.ts';
import type { Playground } from './playground.ts';

const SENTENCES: Readonly<Record<string, string>> = {
  running: '… running',
  passed: '✓ passed',
  failed: '✕ failed',
  refused: '! not run',
  stopped: '■ stopped',
  ended: '! ended',
  'script-error': '! the script threw',
  stalled: '… stalled',
  limit: '! reached a limit',
};

export function outcome(playground: Playground): TemplateResult {
  const { attempt, printed } = playground;
  return html`<section class="outcome" aria-label="What the run came to" role="status">
    ${attempt === undefined ? nothing : html`${summary(attempt)}${details(playground, attempt)}`}
    ${printed.length === 0 ? nothing : html`<pre class="printed" tabindex="0" aria-label="Printed">${printed.join('\n')}</pre>`}
  </section>`;
}

function summary({ verdict, digest, virtualMicros, broken }: Attempt): TemplateResult {
  return html`<p class="summary">
    <b class="verdict ${verdict}">${SENTENCES[verdict] ?? verdict}</b>
    ${virtualMicros === undefined ? nothing : html`<span>${momentText(virtualMicros)} virtual</span>`}
    ${broken === 0 ? nothing : html`<span class="bad">${broken === 1 ? 'a promise of MQTT was broken' : `promises of MQTT were broken ${broken} times`}</span>`}
    ${digest === undefined ? nothing : html`<span class="digest-of-run">digest <code class="digest">${digest}</code></span>`}
  </p>`;
}

function details(playground: Playground, { mistakes, troubles }: Attempt): TemplateResult | typeof nothing {
  if (mistakes.length + troubles.length === 0) return nothing;
  return html`<ul class="mistakes">
    ${mistakes.map(
      (mistake) => html`<li>
        <button type="button" title="Go to the line" @click=${() => playground.goTo(mistake)}><b>line ${mistake.line}</b> ${mistake.message}</button>
      </li>`,
    )}
    ${troubles.map((trouble) => html`<li>${trouble}</li>`)}
  </ul>`;
}
