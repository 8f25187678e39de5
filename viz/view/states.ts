/** What fills the page while there is no trace to show, and what is said beside one that is not whole. */

import { html, nothing, type TemplateResult } from 'lit';
import { templateContent } from 'lit/directives/template-content.js';
import { counted } from '../../src/trace/counted.ts';
import type { Problem } from '../source/problem.ts';
import type { Progress } from '../worker/notice.ts';
import { drop } from './drop-mark.ts';
import type { LinkedPlace } from './link.ts';

/** The first page of a site; what in it has the attribute `data-open` lets the reader choose a file. */
export function startState(start: HTMLTemplateElement, pickFile: () => void): TemplateResult {
  const onClick = ({ target }: Event): void => {
    if ((target as Element).closest('[data-open]') !== null) pickFile();
  };
  return html`<div class="start" @click=${onClick}>${templateContent(start)}</div>`;
}

/** `wanted` is the run that a link points into. */
export function emptyState(wanted: LinkedPlace['run']): TemplateResult {
  return html`<section class="state">
    ${drop}
    <h2>Open a trace</h2>
    ${
      wanted === undefined
        ? html`<p>Drop a file here, or choose <em>Open…</em> It is read in this page and sent nowhere.</p>`
        : html`<p>This link points into <b>${wanted.scenario}</b>, seed <b>${wanted.seed}</b>, digest <code>${wanted.digest}</code>.
            Open the trace of that run, and you are where its sender was.</p>`
    }
    <p>A run writes one:</p>
    <pre>amber run sims/flapping-uplink.ts --trace run.amber.jsonl.gz
amber view run.amber.jsonl.gz</pre>
  </section>`;
}

/** `running`: it is made in this page, while it is read. */
export function loadingState(
  name: string,
  progress: Progress,
  running: boolean,
  cancel: () => void,
): TemplateResult {
  if (progress.live) return waitingState(cancel);
  return html`<section class="state" role="status">
    <h2>${running ? 'Running' : 'Reading'} ${name}</h2>
    ${progressLine(progress, cancel)}
  </section>`;
}

/** Of a trace that is watched live, before its first packet. */
function waitingState(cancel: () => void): TemplateResult {
  return html`<section class="state" role="status">
    ${drop}
    <h2>Waiting for the first packet</h2>
    <p>Nobody has connected yet. What clients and broker say to each other is shown here as it happens.</p>
    <button type="button" class="button" @click=${cancel}>Stop watching</button>
  </section>`;
}

export function failedState({ kind, title, cause, advice }: Problem, picker: TemplateResult): TemplateResult {
  return html`<section class="state failed" role="alert" data-kind=${kind}>
    <h2>${title}</h2>
    <p class="cause">${cause}</p>
    <p>${advice}</p>
    ${picker}
  </section>`;
}

/** Beside a trace whose rest is still being read. */
export function readingBar(progress: Progress, running: boolean, cancel: () => void): TemplateResult {
  return html`<div class="reading-on" role="status"><b>${running ? 'Running on' : 'Reading on'}</b> ${progressLine(progress, cancel)}</div>`;
}

export function problemBar({ kind, title, cause, advice }: Problem): TemplateResult {
  return html`<div class="problem" role="status" data-kind=${kind}><b>${title}</b> <span>${cause} ${advice}</span></div>`;
}

function progressLine({ read, size, events }: Progress, cancel: () => void): TemplateResult {
  return html`
    <progress aria-label="Bytes read" max="1" value=${size === undefined ? nothing : Math.min(1, read / size)}></progress>
    <p>${bytesText(read)}${size === undefined ? '' : ` of ${bytesText(size)}`} · ${counted(events, 'event')}</p>
    <button type="button" class="button" @click=${cancel}>Cancel</button>
  `;
}

function bytesText(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}
