/** A packet as fields and as bytes, each lighting up the other. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type Dissection, dissect } from '../../src/mqtt/codec/index.ts';
import type { PacketSent } from '../../src/trace/event.ts';

/** More bytes than this are counted, not shown. */
const BYTES_MAX = 512;
/** Fields of a hostile packet can be many. */
const FIELDS_MAX = 400;

interface Row {
  field: Dissection;
  depth: number;
}

export class BytesView extends LitElement {
  static override properties = {
    bytes: { attribute: false },
    level: { type: Number },
    lit: { state: true },
  };

  declare bytes: Uint8Array | undefined;
  /** The protocol level of the connection, 0 while unknown. */
  declare level: PacketSent['v'];
  /** The field that is lit, by its position in the list. */
  declare lit: number;

  #rows: Row[] = [];
  #left = 0;
  #read: Uint8Array | undefined;

  constructor() {
    super();
    this.lit = -1;
    this.bytes = undefined;
    this.level = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  #readRows(bytes: Uint8Array): void {
    this.#read = bytes;
    this.#rows = [];
    this.#left = 0;
    this.lit = -1;
    const walk = (field: Dissection, depth: number): void => {
      if (this.#rows.length === FIELDS_MAX) {
        this.#left++;
        return;
      }
      this.#rows.push({ field, depth });
      for (const child of field.children ?? []) walk(child, depth + 1);
    };
    const tree = dissect(bytes, this.level === 0 ? 4 : this.level);
    for (const child of tree.children ?? [tree]) walk(child, 0);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { bytes } = this;
    if (bytes === undefined) return nothing;
    if (bytes !== this.#read) this.#readRows(bytes);
    const lit = this.#rows[this.lit]?.field;
    const from = lit?.offset ?? -1;
    const to = lit === undefined ? -1 : lit.offset + lit.length;
    const shown = bytes.subarray(0, BYTES_MAX);
    return html`
      <h3>Bytes <small>${bytes.length}</small></h3>
      <div
        class="hex"
        role="img"
        aria-label="The ${bytes.length} bytes of the packet in hexadecimal"
        @pointerover=${this.#onByte}
        @pointerleave=${() => {
          this.lit = -1;
        }}
      >${Array.from(
        shown,
        (byte, offset) =>
          html`<span data-o=${offset} class=${offset >= from && offset < to ? 'lit' : ''}>${byte
            .toString(16)
            .padStart(2, '0')}</span>`,
      )}</div>
      ${bytes.length > BYTES_MAX ? html`<p class="more">and ${bytes.length - BYTES_MAX} bytes more</p>` : nothing}
      <h3>Fields</h3>
      <ul class="fields">
        ${this.#rows.map(({ field, depth }, index) => this.#row(field, depth, index))}
      </ul>
      ${this.#left > 0 ? html`<p class="more">and more fields than fit here</p>` : nothing}
    `;
  }

  #row(field: Dissection, depth: number, index: number): TemplateResult {
    const light = (): void => {
      this.lit = index;
    };
    const dim = (): void => {
      if (this.lit === index) this.lit = -1;
    };
    const wrong = field.rule !== undefined;
    return html`<li class="depth-${Math.min(depth, 5)}">
      <button
        type="button"
        class="field ${this.lit === index ? 'lit' : ''} ${wrong ? 'wrong' : ''}"
        @pointerenter=${light}
        @pointerleave=${dim}
        @focus=${light}
        @blur=${dim}
        @click=${light}
      >
        <span class="name">${field.name}</span>
        <span class="value">${field.text}${wrong ? html` <em>${field.rule}</em>` : nothing}</span>
      </button>
    </li>`;
  }

  /** The innermost field that holds the byte under the pointer. */
  #onByte = (event: PointerEvent): void => {
    const at = event.target instanceof Element ? event.target.getAttribute('data-o') : null;
    if (at === null) return;
    const offset = Number(at);
    let best = -1;
    for (const [index, { field }] of this.#rows.entries()) {
      if (field.mask !== undefined || offset < field.offset || offset >= field.offset + field.length)
        continue;
      best = index;
    }
    this.lit = best;
  };
}
