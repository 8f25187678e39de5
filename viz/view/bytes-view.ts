/** What was on the wire as fields and as bytes, each lighting up the other: under the pointer, at the focus, and pinned by a click or Enter. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type FieldRow, fieldAt } from '../layout/packet-fields.ts';
import type { BytesLook } from '../worker/answers/event-answers.ts';

const ROW_BYTES = 16;
/** Bytes that are shown at once. */
const PAGE_BYTES = 512;
/** Deeper fields are not moved in any further. */
const DEPTH_MAX = 5;
const BITS = [0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01];

export class BytesView extends LitElement {
  static override properties = {
    look: { attribute: false },
    pinned: { state: true },
    hovered: { state: true },
    cell: { state: true },
    page: { state: true },
  };

  declare look: BytesLook | undefined;
  /** Places among the rows; -1 for none. What the pointer is on goes before what is pinned. */
  declare pinned: number;
  declare hovered: number;
  /** The byte that has, or would get, the focus. */
  declare cell: number;
  declare page: number;

  #clickedAt: Pick<MouseEvent, 'clientX' | 'clientY'> | undefined;

  constructor() {
    super();
    this.look = undefined;
    this.pinned = -1;
    this.hovered = -1;
    this.cell = 0;
    this.page = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('look')) return;
    this.pinned = -1;
    this.hovered = -1;
    this.cell = 0;
    this.page = 0;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { look } = this;
    if (look === undefined) return nothing;
    const { rows, left, size } = look;
    return html`
      <section class="hex-section" aria-label="Bytes">
        <h3>Bytes <small>${size.toLocaleString('en')}</small></h3>
        ${size === 0 ? html`<p class="more">It has none.</p>` : this.#bytes(look)}
      </section>
      <section aria-label="Fields">
        <h3 id="bytes-fields">Fields</h3>
        <div class="fields" role="tree" aria-labelledby="bytes-fields" @keydown=${this.#onFieldKey} @pointerleave=${this.#onLeave}>
          ${rows.map((row, index) => this.#row(row, index))}
        </div>
        ${left > 0 ? html`<p class="more">and ${left.toLocaleString('en')} more fields</p>` : nothing}
      </section>
    `;
  }

  get #lit(): number {
    return this.hovered >= 0 ? this.hovered : this.pinned;
  }

  #row(row: FieldRow, index: number): TemplateResult {
    const { name, text, depth, mask, rule } = row;
    const pinned = this.pinned === index;
    const kind = `field depth-${Math.min(depth, DEPTH_MAX)}${this.#lit === index ? ' lit' : ''}${pinned ? ' pinned' : ''}${rule === undefined ? '' : ' wrong'}`;
    return html`<div
      role="treeitem"
      class=${kind}
      data-field=${index}
      aria-level=${depth + 1}
      aria-selected=${pinned ? 'true' : 'false'}
      tabindex=${index === Math.max(0, this.pinned) ? '0' : '-1'}
      @pointerenter=${(event: PointerEvent) => {
        if (!this.#isStill(event)) this.hovered = index;
      }}
      @focus=${() => this.#show(index)}
      @blur=${this.#onLeave}
      @click=${() => this.#pin(index)}
    >
      <span class="name">${name}</span>
      <span class="value">${mask === undefined ? nothing : html`<span class="bits" aria-hidden="true">${this.#bitsOf(row)}</span> `}${text}${
        rule === undefined ? nothing : html` <em>${rule}</em>`
      }</span>
    </div>`;
  }

  /** As Wireshark writes them: the bits of the field, and dots for the others. */
  #bitsOf({ offset, mask = 0 }: FieldRow): string {
    const byte = this.look!.bytes[offset] ?? 0;
    return BITS.map((bit) => ((mask & bit) === 0 ? '·' : (byte & bit) === 0 ? '0' : '1')).join('');
  }

  #bytes({ bytes, size, rows }: BytesLook): TemplateResult {
    const from = this.page * PAGE_BYTES;
    const to = Math.min(bytes.length, from + PAGE_BYTES);
    const field = rows[this.#lit];
    const lines: TemplateResult[] = [];
    for (let at = from; at < to; at += ROW_BYTES) {
      lines.push(this.#line(bytes.subarray(at, Math.min(at + ROW_BYTES, to)), at, field));
    }
    return html`
      <div
        class="hex"
        role="grid"
        aria-label="Bytes of the wire"
        aria-readonly="true"
        @keydown=${this.#onByteKey}
        @pointerover=${this.#onByte}
        @pointerleave=${this.#onLeave}
        @click=${this.#onByteClick}
      >${lines}</div>
      <p class="bit-strip" aria-hidden="true">${field === undefined ? nothing : this.#strip(field)}</p>
      ${size > PAGE_BYTES ? this.#pager(from, to, size, bytes.length) : nothing}
    `;
  }

  #line(bytes: Uint8Array, at: number, field: FieldRow | undefined): TemplateResult {
    const first = field?.offset ?? 0;
    const last = first + (field?.length ?? 0);
    return html`<div role="row" class="hex-row">
      <span role="rowheader" class="offset">${at.toString(16).padStart(4, '0')}</span>
      ${Array.from(bytes, (byte, column) => {
        const offset = at + column;
        const lit = offset >= first && offset < last;
        const focused = offset === this.cell;
        return html`<span
          role="gridcell"
          class=${lit ? (field?.mask === undefined ? 'lit' : 'lit part') : ''}
          data-o=${offset}
          tabindex=${focused ? '0' : '-1'}
          aria-label=${focused ? this.#byteName(byte, offset) : nothing}
          @focus=${() => this.#onByteFocus(offset)}
          @blur=${this.#onLeave}
        >${hex(byte)}</span>`;
      })}
    </div>`;
  }

  #byteName(byte: number, offset: number): string {
    const row = this.look!.rows[fieldAt(this.look!.rows, offset)];
    return `byte ${offset}: ${hex(byte)}${row === undefined ? '' : `, ${row.name}`}`;
  }

  /** What is lit, in one line: which bytes, and the bits of one that is made of them. */
  #strip({ name, offset, length, mask, text }: FieldRow): TemplateResult {
    const bytes =
      length === 1 ? `byte ${offset}` : length === 0 ? 'no byte' : `bytes ${offset}–${offset + length - 1}`;
    const byte = this.look!.bytes[offset];
    const isOfBits =
      mask !== undefined || this.look!.rows.some((row) => row.mask !== undefined && row.offset === offset);
    if (byte === undefined || length !== 1 || !isOfBits)
      return html`<span class="where">${bytes}</span> <b>${name}</b>`;
    return html`<span class="where">${bytes}</span>
      <span class="byte">${BITS.map(
        (bit) =>
          html`<i class=${((mask ?? 0xff) & bit) === 0 ? '' : 'lit'}>${(byte & bit) === 0 ? 0 : 1}</i>`,
      )}</span>
      <b>${name}</b> ${mask === undefined ? nothing : text}`;
  }

  #pager(from: number, to: number, size: number, sent: number): TemplateResult {
    const pages = Math.ceil(sent / PAGE_BYTES);
    const turn = (by: number): void => {
      this.page += by;
      this.cell = this.page * PAGE_BYTES;
    };
    return html`<div class="pager">
      <button type="button" class="button icon" aria-label="Earlier bytes" ?disabled=${this.page === 0} @click=${() => turn(-1)}>‹</button>
      <p role="status">${from.toLocaleString('en')}–${(to - 1).toLocaleString('en')} of ${size.toLocaleString('en')}${
        sent < size && this.page === pages - 1
          ? html`; ${(size - sent).toLocaleString('en')} more are not shown`
          : nothing
      }</p>
      <button type="button" class="button icon" aria-label="Later bytes" ?disabled=${this.page >= pages - 1} @click=${() => turn(1)}>›</button>
    </div>`;
  }

  #pin(index: number): void {
    this.pinned = this.pinned === index ? -1 : index;
    if (this.pinned >= 0) this.#show(index);
    else this.hovered = -1;
  }

  /** Lights a field, on the page of bytes where it begins. */
  #show(index: number): void {
    this.hovered = index;
    void this.updateComplete.then(() =>
      this.querySelector('.hex .lit')?.scrollIntoView({ block: 'nearest' }),
    );
    const row = this.look?.rows[index];
    if (row === undefined || row.offset >= this.look!.bytes.length) return;
    this.cell = row.offset;
    this.page = Math.floor(row.offset / PAGE_BYTES);
  }

  /** What is pinned is scrolled into view: what then lies under the pointer, nobody pointed at. Clicks are told in whole pixels. */
  #isStill({ clientX, clientY }: PointerEvent): boolean {
    const at = this.#clickedAt;
    return at !== undefined && Math.abs(clientX - at.clientX) < 1 && Math.abs(clientY - at.clientY) < 1;
  }

  #onLeave = (): void => {
    this.hovered = -1;
  };

  #onByteFocus(offset: number): void {
    this.cell = offset;
    this.hovered = fieldAt(this.look!.rows, offset);
  }

  #onByte = (event: PointerEvent): void => {
    const offset = offsetOf(event);
    if (offset !== undefined && !this.#isStill(event)) this.hovered = fieldAt(this.look!.rows, offset);
  };

  #onByteClick = (event: MouseEvent): void => {
    const offset = offsetOf(event);
    if (offset === undefined) return;
    this.#clickedAt = event;
    this.#pin(fieldAt(this.look!.rows, offset));
    this.cell = offset;
    this.#revealField();
  };

  #onFieldKey = (event: KeyboardEvent): void => {
    const at = Number((event.target as Element).getAttribute('data-field') ?? -1);
    const last = this.look!.rows.length - 1;
    if (at < 0) return;
    const next = FIELD_STEPS[event.key]?.(at, last);
    if (next !== undefined) this.#focus(`[data-field="${Math.max(0, Math.min(last, next))}"]`);
    else if (event.key === 'Enter' || event.key === ' ') this.#pin(at);
    else if (event.key === 'Escape' && this.pinned >= 0) this.pinned = -1;
    else return;
    event.preventDefault();
  };

  #onByteKey = (event: KeyboardEvent): void => {
    const at = offsetOf(event);
    if (at === undefined) return;
    const last = this.look!.bytes.length - 1;
    const step = BYTE_STEPS[event.key];
    if (step !== undefined) void this.#goToByte(Math.max(0, Math.min(last, step(at, last))));
    else if (event.key === 'Enter' || event.key === ' ') this.#pin(fieldAt(this.look!.rows, at));
    else if (event.key === 'Escape' && this.pinned >= 0) this.pinned = -1;
    else return;
    event.preventDefault();
  };

  async #goToByte(offset: number): Promise<void> {
    this.cell = offset;
    this.page = Math.floor(offset / PAGE_BYTES);
    await this.updateComplete;
    this.#focus(`[data-o="${offset}"]`);
    this.#revealField();
  }

  #revealField(): void {
    void this.updateComplete.then(() =>
      this.querySelector('.fields .lit')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  #focus(selector: string): void {
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}

/** What a key does with a place, given the last one. */
type Steps = Readonly<Record<string, (at: number, last: number) => number>>;

const FIELD_STEPS: Steps = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_at, last) => last,
};

const BYTE_STEPS: Steps = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at, last) => (at + ROW_BYTES > last ? at : at + ROW_BYTES),
  ArrowUp: (at) => (at < ROW_BYTES ? at : at - ROW_BYTES),
  PageDown: (at) => at + PAGE_BYTES,
  PageUp: (at) => at - PAGE_BYTES,
  Home: (at) => at - (at % ROW_BYTES),
  End: (at) => at - (at % ROW_BYTES) + ROW_BYTES - 1,
};

function offsetOf(event: Event): number | undefined {
  const offset = event.target instanceof Element ? event.target.getAttribute('data-o') : null;
  return offset === null ? undefined : Number(offset);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
