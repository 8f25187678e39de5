/** One row of the table of events, and its columns. */
import { html, nothing, type TemplateResult } from 'lit';
import type { TableRow } from '../layout/table-row.ts';
import { durationText, exactText } from '../layout/time-text.ts';
import type { FilteredRow } from '../worker/answers/table-answers.ts';

/** Columns in the order in which they are read. */
export const COLUMNS = [
  ['ordinal', 'Event', '#'],
  ['time', 'Time in seconds', 'Time'],
  ['after', 'Since the row above', '+'],
  ['at', 'Node', 'Node'],
  ['event', 'What happened', 'What'],
  ['ends', 'From and to', 'From → to'],
  ['details', 'Details', 'Details'],
  ['outcome', 'Fate', 'Fate'],
  ['broken', 'Broken promise', 'Promise broken'],
] as const;

export interface RowPlace {
  /** Among the rows, from 0. */
  place: number;
  /** In the page, in pixels. */
  y: number;
  /** The Tab key reaches it. */
  active: boolean;
  selected: boolean;
}

/** Undefined for a row that is on its way. */
export function eventRow(
  row: FilteredRow | undefined,
  { place, y, active, selected }: RowPlace,
): TemplateResult {
  const tabindex = active ? 0 : -1;
  if (row === undefined) {
    return html`<div class="table-row coming" role="row" aria-rowindex=${place + 2} tabindex=${tabindex} .style=${`transform:translateY(${y}px)`}>
      <span class="cell details" role="gridcell">…</span>
    </div>`;
  }
  return html`<div
    class=${kindOf(row, selected)}
    role="row"
    aria-rowindex=${place + 2}
    aria-selected=${selected}
    aria-label=${row.sentence}
    tabindex=${tabindex}
    data-i=${row.i}
    .style=${`transform:translateY(${y}px)`}
  >
    <span class="cell ordinal" role="gridcell">${row.i}</span>
    <span class="cell time" role="gridcell">${exactText(row.t).slice(0, -2)}</span>
    <span class="cell after" role="gridcell">${row.after === 0 ? nothing : `+${durationText(row.after)}`}</span>
    <span class="cell at" role="gridcell">${row.node}</span>
    <span class="cell event" role="gridcell">${row.event}</span>
    <span class="cell ends" role="gridcell">${row.from === '' ? nothing : html`${end(row, 'from')}&nbsp;→&nbsp;${end(row, 'to')}`}</span>
    <span class="cell details" role="gridcell" title=${row.details}>${row.badges.map((badge) => html`<b class="badge">${badge}</b> `)}${row.details}</span>
    <span class="cell outcome" role="gridcell" title=${row.fate}>${row.fate}</span>
    <span class="cell broken" role="gridcell" title=${row.broken.join(', ')}>${row.broken.join(', ')}</span>
  </div>`;
}

function kindOf(row: FilteredRow, selected: boolean): string {
  return [
    'table-row',
    row.family ?? (row.inner ? 'inner' : 'outer'),
    row.tone,
    row.after > 0 ? 'later' : 'at-once',
    row.from === '' ? 'alone' : 'between',
    row.fate === '' ? 'open-ended' : 'fated',
    row.broken.length > 0 ? 'accused' : '',
    selected ? 'selected' : '',
    row.matches ? '' : 'unmatched',
  ].join(' ');
}

/** The end at which it happened is set off. */
function end(row: TableRow, which: 'from' | 'to'): TemplateResult {
  const name = row[which];
  return name === row.node ? html`<b class=${which}>${name}</b>` : html`<span class=${which}>${name}</span>`;
}
