/**
 * Every event of a trace in a table: the bulk view, and the way through a trace for those who hear it. It holds the rows that are
 * seen and a screen around them, whatever the length of the trace.
 */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { counted } from '../../src/trace/counted.ts';
import type { TableQuery, TableSize } from '../worker/answers/table-answers.ts';
import { DeskElement } from './desk-element.ts';
import { COLUMNS, eventRow } from './event-row.ts';
import type { FilterMode } from './link.ts';
import { RowPages } from './row-pages.ts';
import { PickEvent } from './sequence-events.ts';
import { TallScroll } from './tall-scroll.ts';

/** Beneath each, the row has one line more. Heights in pixels, as the style sheet has them. */
const SHAPES = [
  { name: 'wide', from: 1_120, rowHeight: 27, headHeight: 30 },
  { name: 'medium', from: 600, rowHeight: 47, headHeight: 30 },
  { name: 'narrow', from: 0, rowHeight: 70, headHeight: 0 },
] as const;

const NOTHING: TableSize = { rows: 0, matches: 0, events: 0 };

/**
 * `<amber-table>`: give it `desk`, `trace` and `edition`, the ordinal that is `selected`, and a `filter` with its `mode`. It fires a `PickEvent` for the event
 * that the reader chooses with Enter, Space or a click. Arrow keys, Home, End and the page keys move among its rows and choose none.
 */
export class EventTable extends DeskElement {
  static override properties = {
    selected: { type: Number },
    follow: { type: Boolean },
    filter: {},
    mode: {},
    size: { state: true },
    shape: { state: true },
  };

  declare selected: number;
  /** Keeps the last row in view while there are more and more of them. */
  declare follow: boolean;
  /** Empty is none; a text that is no filter matches everything. */
  declare filter: string;
  /** What is done with events that do not match. */
  declare mode: FilterMode;
  declare size: TableSize;
  declare shape: (typeof SHAPES)[number];

  readonly #pages = new RowPages(
    (first, count) => this.desk!.ask('table', 'rows', this.trace, this.#query, first, count),
    () => this.requestUpdate(),
  );
  readonly #resize = new ResizeObserver(() => this.#measure());
  #scroll: TallScroll | undefined;
  /** Of what is seen at once, in pixels. */
  #viewHeight = 1;
  /** The row that the Tab key reaches. */
  #active = 0;
  /** Where the reader is going: a key pressed meanwhile goes on from there. */
  #goal = 0;
  #focusActive = false;
  /** For what the rows were counted. */
  #counted = '';
  /** There are more rows than before, and those before stand where they were. */
  #grew = false;

  constructor() {
    super();
    this.selected = 0;
    this.follow = false;
    this.filter = '';
    this.mode = 'dim';
    this.size = NOTHING;
    this.shape = SHAPES[0];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  protected override firstUpdated(): void {
    this.#scroll = new TallScroll(this.#pane);
    this.#resize.observe(this.#pane);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) {
      this.#pages.clear();
      this.size = NOTHING;
      this.#active = 0;
      this.#goal = 0;
    }
    const others = changed.has('trace') || changed.has('edition');
    if (others || changed.has('filter') || changed.has('mode')) void this.#count();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('size') || changed.has('shape')) this.#fit();
    if (changed.has('trace')) this.#moveTo(0);
    if (this.follow && (changed.has('size') || changed.has('follow')))
      this.#moveTo(this.size.rows * this.shape.rowHeight);
    // Who looks elsewhere while there are more rows is left there.
    else if (changed.has('selected') || (changed.has('size') && !this.#grew))
      void this.reveal(this.selected, false);
    if (!this.#focusActive) return;
    this.#focusActive = false;
    this.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus({ preventScroll: true });
  }

  get #query(): TableQuery {
    return { filter: this.filter, hide: this.mode === 'hide' };
  }

  /** What is shown until the new rows are counted are the old ones. */
  async #count(): Promise<void> {
    const { desk, trace, filter, mode, edition } = this;
    if (desk === undefined || trace === 0) return;
    const size = await desk.ask('table', 'size', trace, this.#query);
    if (trace !== this.trace || filter !== this.filter || mode !== this.mode || edition !== this.edition)
      return;
    // Other places have other rows; those of a trace that grew stand where they were.
    const counted = `${trace} ${mode} ${filter}`;
    this.#grew = this.#counted === counted;
    this.#counted = counted;
    if (this.#grew) this.#pages.age();
    else this.#pages.clear();
    this.#active = Math.min(this.#active, Math.max(0, size.rows - 1));
    this.#goal = this.#active;
    this.size = size;
  }

  get #pane(): HTMLElement {
    return this.querySelector<HTMLElement>('.table-pane')!;
  }

  #measure(): void {
    const width = this.#pane.clientWidth;
    this.shape = SHAPES.find(({ from }) => width >= from) ?? SHAPES[0];
    this.#fit();
    this.requestUpdate();
  }

  /** Tells the scroll bar how much there is, and keeps the row at the top of the view there when rows get higher. */
  #fit(): void {
    const { rowHeight, headHeight } = this.shape;
    const scroll = this.#scroll;
    if (scroll === undefined) return;
    this.#viewHeight = Math.max(1, this.#pane.clientHeight - headHeight);
    const height = scroll.measure(this.size.rows * rowHeight, this.#viewHeight);
    this.querySelector<HTMLElement>('.table-body')!.style.height = `${height}px`;
  }

  protected override render(): TemplateResult {
    const { shape } = this;
    const { rows, matches, events } = this.size;
    return html`
      <div
        class="table-pane ${shape.name}"
        role="grid"
        aria-label="Events"
        aria-rowcount=${rows + 1}
        aria-colcount=${COLUMNS.length}
        aria-readonly="true"
        @scroll=${this.#onScroll}
        @scrollend=${this.#onScrollEnd}
        @keydown=${this.#onKey}
        @click=${this.#onClick}
        @focusin=${this.#onFocus}
      >
        <div class="table-head" role="rowgroup">
          <div class="table-row" role="row" aria-rowindex="1">
            ${COLUMNS.map(
              ([name, title, short]) =>
                html`<span class="cell ${name}" role="columnheader" aria-label=${title} title=${title}>${short}</span>`,
            )}
          </div>
        </div>
        <div class="table-body" role="rowgroup">
          ${repeat(
            this.#shown(),
            (place) => place,
            (place) => this.#row(place),
          )}
        </div>
        ${rows === 0 && events > 0 ? html`<p class="table-none">Nothing matches the filter.</p>` : nothing}
      </div>
      <p class="visually-hidden" role="status">
        ${this.filter === '' ? nothing : `${matches.toLocaleString('en')} of ${counted(events, 'event')} ${matches === 1 ? 'matches' : 'match'}`}
      </p>
    `;
  }

  /** Places of the rows to draw: the screen, half a screen around it, and the one that has the focus, wherever it is. */
  #shown(): number[] {
    const scroll = this.#scroll;
    if (scroll === undefined || this.size.rows === 0) return [];
    const { rowHeight } = this.shape;
    const around = Math.ceil(this.#viewHeight / rowHeight / 2);
    const first = Math.max(0, Math.floor(scroll.top / rowHeight) - around);
    const last = Math.min(
      this.size.rows - 1,
      Math.ceil((scroll.top + this.#viewHeight) / rowHeight) + around,
    );
    // What comes next is asked for before it is seen.
    void this.#pages.want(Math.max(0, first - around), Math.min(this.size.rows - 1, last + around));
    const places: number[] = [];
    if (this.#active < first) places.push(this.#active);
    for (let place = first; place <= last; place++) places.push(place);
    if (this.#active > last && this.#active < this.size.rows) places.push(this.#active);
    return places;
  }

  #row(place: number): TemplateResult {
    const row = this.#pages.row(place);
    const y = place * this.shape.rowHeight + this.#scroll!.offset;
    return eventRow(row, { place, y, active: place === this.#active, selected: row?.i === this.selected });
  }

  /** Brings an event into view, without moving when it is seen already; with `focus` the keys go on from there. */
  async reveal(ordinal: number, focus: boolean): Promise<void> {
    const { desk, trace } = this;
    if (desk === undefined || trace === 0 || ordinal === 0 || this.size.rows === 0) return;
    const place = await desk.ask('table', 'place', trace, this.#query, ordinal);
    if (ordinal === this.selected) await this.#goTo(place, focus);
  }

  /** Nothing moves before the row is there, so that no blank is seen. */
  async #goTo(place: number, focus: boolean): Promise<void> {
    const goal = Math.max(0, Math.min(place, this.size.rows - 1));
    this.#goal = goal;
    await this.#pages.want(goal, goal);
    if (goal !== this.#goal || this.#scroll === undefined) return;
    this.#active = goal;
    this.#focusActive = focus;
    const { rowHeight } = this.shape;
    const { top } = this.#scroll;
    const viewHeight = this.#viewHeight;
    const y = goal * rowHeight;
    if (y < top) this.#moveTo(y > top - viewHeight ? y : y - viewHeight * 0.4);
    else if (y + rowHeight > top + viewHeight) {
      this.#moveTo(y < top + 2 * viewHeight ? y + rowHeight - viewHeight : y - viewHeight * 0.4);
    }
    this.requestUpdate();
  }

  #moveTo(top: number): void {
    this.#scroll?.to(top);
    this.requestUpdate();
  }

  #onScroll = (): void => {
    this.#scroll?.follow();
    this.requestUpdate();
  };

  #onScrollEnd = (): void => {
    if (this.#scroll?.settle() === true) this.requestUpdate();
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      const row = this.#pages.row(this.#active);
      event.preventDefault();
      if (row !== undefined) this.dispatchEvent(new PickEvent(row.i));
      return;
    }
    const page = Math.max(1, Math.floor(this.#viewHeight / this.shape.rowHeight) - 1);
    const goal = {
      ArrowUp: this.#goal - 1,
      ArrowDown: this.#goal + 1,
      PageUp: this.#goal - page,
      PageDown: this.#goal + page,
      Home: 0,
      End: this.size.rows - 1,
    }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    void this.#goTo(goal, true);
  };

  #onClick = (event: MouseEvent): void => {
    const ordinal = ordinalOf(event.target);
    if (ordinal > 0) this.dispatchEvent(new PickEvent(ordinal));
  };

  /** A row that got the focus by a click or a screen reader is where the keys go on. */
  #onFocus = (event: FocusEvent): void => {
    const row = event.target instanceof Element ? event.target.closest('[data-i]') : null;
    const place = Number(row?.getAttribute('aria-rowindex') ?? 0) - 2;
    if (place < 0 || place === this.#active) return;
    this.#active = place;
    this.#goal = place;
    this.requestUpdate();
  };
}

function ordinalOf(target: EventTarget | null): number {
  return target instanceof Element ? Number(target.closest('[data-i]')?.getAttribute('data-i') ?? 0) : 0;
}
