/** The bar at the top: of which run the trace is, how it ended, and what is done with the page as a whole. */
import { html, nothing, type TemplateResult } from 'lit';
import { counted } from '../../src/trace/counted.ts';
import { PLACES } from '../site/places.ts';
import { systemTheme } from '../theme/theme.ts';
import type { Progress } from '../worker/notice.ts';
import type { Overview } from '../worker/overview.ts';
import { drop } from './drop-mark.ts';
import { EXPORTS, type ExportKind } from './export-kinds.ts';
import { closeBehind, closeOnEscape } from './menu.ts';
import type { Viewer } from './viewer.ts';

const PARAMETERS_MAX = 4;

const VERDICT_SIGNS: Readonly<Record<string, string>> = {
  passed: '✓',
  failed: '✕',
  stalled: '…',
  'script-error': '!',
  limit: '!',
  unfinished: '…',
  reading: '…',
  live: '●',
};

export function titleBar(
  viewer: Viewer,
  overview: Overview | undefined,
  progress: Progress | undefined,
  onFile: (event: Event) => void,
): TemplateResult {
  const theme = viewer.theme ?? systemTheme();
  return html`<header class="bar ${overview === undefined ? '' : 'of-run'}">
    ${viewer.start === null ? html`<p class="brand">${drop}Amber</p>` : places}
    ${overview !== undefined ? runTitle(overview, progress) : viewer.welcomes ? nothing : html`<h1 class="scenario">Trace viewer</h1>`}
    <div class="actions">
      <label class="button">
        <input type="file" class="visually-hidden" accept=".jsonl,.gz,.json" @change=${onFile} />
        Open…
      </label>
      <button type="button" class="button runs" aria-pressed=${viewer.runs.open} title="Run a story in this page, and act on it (Shift R)" @click=${() => void viewer.runs.toggle()}>Run</button>
      ${overview === undefined ? nothing : exportMenu(viewer)}
      <button type="button" class="button icon" aria-label="Commands" title="Commands (Ctrl K)" @click=${() => viewer.showPalette()}>☰</button>
      <button type="button" class="button icon" aria-label="Switch to ${theme === 'dark' ? 'light' : 'dark'} theme" title="Theme" @click=${() => viewer.switchTheme()}>◐</button>
      <button type="button" class="button icon" aria-label="Help" title="Help (?)" @click=${() => viewer.showHelp()}>?</button>
    </div>
  </header>`;
}

/** Where else one can go in the site. */
const places = html`
  <a class="brand" href="./">${drop}Amber</a>
  <nav class="places" aria-label="Amber">
    ${PLACES.map(
      ({ name, title, address }) =>
        html`<a href="./${address}" aria-current=${name === 'trace' ? 'page' : nothing}>${title}</a>`,
    )}
  </nav>
`;

function exportMenu(viewer: Viewer): TemplateResult {
  return html`
    <button type="button" class="button" title="Copy the link to this moment (Y)" @click=${() => void viewer.addressBar.copy()}>Share</button>
    <details class="menu" @focusout=${closeBehind} @keydown=${closeOnEscape}>
      <summary class="button">Export</summary>
      <ul>
        ${(Object.keys(EXPORTS) as ExportKind[]).map(
          (kind) => html`<li>
            <button
              type="button"
              @click=${(event: Event) => {
                (event.target as Element).closest('details')!.open = false;
                void viewer.export(kind);
              }}
            >${EXPORTS[kind]}</button>
          </li>`,
        )}
      </ul>
    </details>
  `;
}

function runTitle({ header, footer }: Overview, progress: Progress | undefined): TemplateResult {
  const state = progress === undefined ? 'unfinished' : progress.live ? 'live' : 'reading';
  const verdict = footer?.verdict ?? state;
  const parameters = Object.keys(header.parameters).sort().slice(0, PARAMETERS_MAX);
  const terms = (['profile', 'transport', 'mutant'] as const).filter((name) => header[name] !== undefined);
  return html`
    <h1 class="scenario" title=${header.scenario}>${header.scenario}</h1>
    <p class="verdict ${verdict}">${VERDICT_SIGNS[verdict]} <span class="verdict-word">${verdict}</span></p>
    <dl class="run">
      <div><dt>seed</dt><dd>${header.seed}</dd></div>
      ${parameters.map((name) => html`<div class="parameter"><dt>${name}</dt><dd>${header.parameters[name]}</dd></div>`)}
      ${terms.map((name) => html`<div><dt>${name}</dt><dd>${header[name]}</dd></div>`)}
      ${header.faults === undefined ? nothing : html`<div><dt>added</dt><dd>${counted(header.faults.length, 'fault')}</dd></div>`}
      <div class="digest-of-run"><dt>digest</dt><dd class="digest">${footer?.digest ?? (progress === undefined ? 'none' : '…')}</dd></div>
    </dl>
  `;
}
