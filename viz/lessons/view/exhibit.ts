/** What a lesson compares: a matrix of runs, or a bill of bytes. Every figure is read off a run, or counted. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Evidence, readOff } from '../evidence.ts';
import type { Bill, Matrix, Moment } from '../lesson.ts';
import { showToEnd } from './card-scroll.ts';
import { said, steps, title } from './cards.ts';
import type { LessonView } from './lesson-view.ts';
import type { Performer } from './performer.ts';

export class Exhibit {
  readonly #view: LessonView;
  readonly #performer: Performer;
  /** What was read off the run of a cell. */
  readonly #cells = new Map<string, number>();
  #open = '';
  #sizes: readonly number[] | undefined;

  constructor(view: LessonView, performer: Performer) {
    this.#view = view;
    this.#performer = performer;
  }

  card(): TemplateResult {
    const { matrix, bill } = this.#view.lesson;
    return html`${title('Side by side')}
      ${matrix === undefined ? nothing : this.#matrix(matrix)} ${bill === undefined ? nothing : this.#bill(bill)}
      ${said(this.#view)}
      ${steps(this.#view, 'Go on', matrix !== undefined && this.#left > 0 ? this.#runsAll(matrix) : undefined)}`;
  }

  #matrix(matrix: Matrix): TemplateResult {
    const { rows, columns } = matrix;
    const { busy } = this.#view;
    return html`<table class="matrix">
        <caption>${matrix.title}</caption>
        <thead>
          <tr><td></td><th scope="colgroup" colspan=${columns.values.length}>${columns.title}</th></tr>
          <tr><th scope="col">${rows.title}</th>${columns.values.map((value) => html`<th scope="col">${value}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.values.map(
            (row) => html`<tr>
              <th scope="row">${row}</th>
              ${columns.values.map((column) => {
                const key = keyOf(row, column);
                const number = this.#cells.get(key);
                const read = number === undefined ? undefined : (matrix.words?.[number] ?? number);
                return html`<td><button
                  type="button"
                  class="cell"
                  data-cell=${key}
                  aria-pressed=${key === this.#open ? 'true' : 'false'}
                  aria-label="${rows.title} ${row}, ${columns.title} ${column}: ${read ?? 'not run yet'}"
                  ?disabled=${busy}
                  @click=${() => void this.#view.occupied(() => this.#run(matrix, row, column))}
                >${read ?? '?'}</button></td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
      <p class="keys">Each cell is a run of its own: press it, and its picture opens.</p>`;
  }

  /** All cells at once, as long as one is left. */
  #runsAll(matrix: Matrix): TemplateResult {
    const { columns, rows } = matrix;
    return html`<button type="button" class="button primary run-all" ?disabled=${this.#view.busy} @click=${() => void this.#runAll(matrix)}>Run all ${rows.values.length * columns.values.length}</button>`;
  }

  /** Cells that were not run yet. */
  get #left(): number {
    const { matrix } = this.#view.lesson;
    if (matrix === undefined) return 0;
    return matrix.rows.values.length * matrix.columns.values.length - this.#cells.size;
  }

  async #run(matrix: Matrix, row: Values[string], column: Values[string]): Promise<void> {
    const values = { [matrix.rows.parameter]: row, [matrix.columns.parameter]: column };
    await this.#view.perform(values, async (evidence) => {
      const packet = await evidence.packet(matrix.packet);
      const read = packet === undefined ? undefined : readOff(packet, matrix.read);
      if (packet === undefined || read === undefined) return;
      this.#open = keyOf(row, column);
      this.#cells.set(this.#open, read);
      this.#performer.select(packet.ordinal);
    });
    this.#view.requestUpdate();
  }

  async #runAll(matrix: Matrix): Promise<void> {
    await this.#view.occupied(async () => {
      for (const row of matrix.rows.values) {
        for (const column of matrix.columns.values) {
          if (!this.#cells.has(keyOf(row, column))) await this.#run(matrix, row, column);
        }
      }
    });
    // The button that had the focus is gone.
    await this.#view.updateComplete;
    this.#view.querySelector<HTMLElement>('.next')?.focus({ preventScroll: true });
    showToEnd(this.#view);
  }

  #bill(bill: Bill): TemplateResult {
    if (this.#sizes === undefined) void this.#view.occupied(() => this.#count(bill));
    return html`<table class="bill">
      <caption>${bill.title}</caption>
      <thead><tr><th scope="col">What is sent</th><th scope="col">Bytes</th></tr></thead>
      <tbody>
        ${bill.entries.map(
          (entry, at) => html`<tr>
            <th scope="row">${entry.name}${'text' in entry ? html`<pre tabindex="0" role="region" aria-label=${entry.name}>${entry.text}</pre>` : nothing}</th>
            <td>${this.#sizes?.[at] ?? '…'}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  async #count(bill: Bill): Promise<void> {
    this.#sizes = [];
    const { parameter } = this.#view.lesson.change;
    const sizes: number[] = [];
    for (const entry of bill.entries) {
      if ('text' in entry) {
        sizes.push(new TextEncoder().encode(entry.text).length);
        continue;
      }
      const values = entry.value === undefined ? {} : { [parameter]: entry.value };
      const size = await this.#view.perform(values, (evidence) => sizeOf(evidence, entry.packets));
      sizes.push(size ?? Number.NaN);
    }
    this.#sizes = sizes;
    this.#view.requestUpdate();
  }
}

/** Bytes of some packets together; NaN when one of them never comes. */
async function sizeOf(evidence: Evidence, packets: readonly Moment[]): Promise<number> {
  let size = 0;
  for (const moment of packets) size += (await evidence.packet(moment))?.size ?? Number.NaN;
  return size;
}

type Values = Readonly<Record<string, Matrix['rows']['values'][number]>>;

function keyOf(row: Values[string] | undefined, column: Values[string] | undefined): string {
  return `${row}-${column}`;
}
