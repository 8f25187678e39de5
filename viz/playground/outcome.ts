/** What a run came to, below the editor: verdict, digest, each mistake with its line, and what the story printed. */
import { html, nothing, type TemplateResult } from 'lit';
import { momentText } from '../layout/time-text.ts';
import type { Attempt, Mistake } from './attempt.ts';
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
    ${attempt === undefined ? nothing : html`${summary(attempt)}${playground.changed ? changedNotice : nothing}${details(playground, attempt)}`}
    ${printed.length === 0 ? nothing : html`<pre class="printed" tabindex="0" aria-label="Printed">${printed.join('\n')}</pre>`}
  </section>`;
}

const changedNotice = html`<p class="changed">This was before your last change: run it again to see what that does.</p>`;

const OF_DIGEST =
  'The fingerprint of the run: the same text, parameters and seed come to the same digest in every browser, and with amber run';

function summary({ verdict, digest, virtualMicros, broken }: Attempt): TemplateResult {
  return html`<p class="summary">
    <b class="verdict ${verdict}">${SENTENCES[verdict] ?? verdict}</b>
    ${virtualMicros === undefined ? nothing : html`<span title="The clock of the simulation; it has nothing to wait for">after ${momentText(virtualMicros)} of simulated time</span>`}
    ${broken === 0 ? nothing : html`<span class="bad">${broken === 1 ? 'a promise of MQTT was broken' : `promises of MQTT were broken ${broken} times`}</span>`}
    ${digest === undefined ? nothing : html`<span class="digest-of-run" title=${OF_DIGEST}>digest <code class="digest">${digest}</code></span>`}
  </p>`;
}

function details(
  playground: Playground,
  { mistakes, oddities, troubles }: Attempt,
): TemplateResult | typeof nothing {
  if (mistakes.length + oddities.length + troubles.length === 0) return nothing;
  const row = (mistake: Mistake, kind: string): TemplateResult => html`<li class=${kind}>
    <button type="button" title="Go to the line" @click=${() => playground.goTo(mistake)}><b>line ${mistake.line}</b> ${mistake.message}</button>
  </li>`;
  return html`<ul class="mistakes">
    ${mistakes.map((mistake) => row(mistake, 'wrong'))} ${oddities.map((oddity) => row(oddity, 'odd'))}
    ${troubles.map((trouble) => html`<li>${trouble}</li>`)}
  </ul>`;
}
