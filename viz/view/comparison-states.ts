/** What stands where two traces are compared while there is no second one to show. */
import { html, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import type { Problem } from '../source/problem.ts';
import type { Progress } from '../worker/notice.ts';
import type { Run } from './link.ts';

/** `onFile` is told of a file that was chosen. */
type OnFile = (event: Event) => void;

/** `wanted` is the run that a link compares with. */
export function chooseOther(wanted: Run | undefined, onFile: OnFile): TemplateResult {
  return html`<section class="state">
    <h2>Compare with another trace</h2>
    ${
      wanted === undefined
        ? html`<p>Open a second run: the same scenario with another seed, another parameter, another version. You see where the two part, and what each does then.</p>`
        : html`<p>This link compares with <b>${wanted.scenario}</b>, seed <b>${wanted.seed}</b>, digest <code>${wanted.digest}</code>.
            Open the trace of that run, and you see what its sender saw.</p>`
    }
    ${picker('Open the other trace…', onFile)}
  </section>`;
}

export function readingOther(progress: Progress | undefined): TemplateResult {
  return html`<section class="state" role="status">
    <h2>Reading the other trace</h2>
    <p>${counted(progress?.events ?? 0, 'event')}</p>
  </section>`;
}

export function failedOther({ kind, title, cause, advice }: Problem, onFile: OnFile): TemplateResult {
  return html`<section class="state" role="alert" data-kind=${kind}>
    <h2>${title}</h2>
    <p class="cause">${cause}</p>
    <p>${advice}</p>
    ${picker('Open another trace…', onFile)}
  </section>`;
}

function picker(text: string, onFile: OnFile): TemplateResult {
  return html`<label class="button primary">
    <input type="file" class="visually-hidden" accept=".jsonl,.gz,.json" @change=${onFile} />
    ${text}
  </label>`;
}
