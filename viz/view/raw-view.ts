/** The line of an event in the file. */

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { DeskElement } from './desk-element.ts';

/** Lines of large packets are cut; what is copied is whole. */
const SHOWN_MAX = 4_000;

export class RawView extends DeskElement {
  static override properties = {
    selected: { type: Number },
    line: { state: true },
    copied: { state: true },
  };

  declare selected: number;
  declare line: { text: string; length: number } | undefined;
  /** How copying went; '' before. */
  declare copied: string;

  constructor() {
    super();
    this.selected = 0;
    this.line = undefined;
    this.copied = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('trace') && !changed.has('selected')) return;
    this.copied = '';
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk, trace, selected } = this;
    if (desk === undefined || selected === 0) return;
    const line = await desk.ask('event', 'line', trace, selected, SHOWN_MAX);
    if (trace === this.trace && selected === this.selected) this.line = line;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { line } = this;
    if (line === undefined) return nothing;
    const left = line.length - line.text.length;
    return html`
      <div class="raw">
        <h3>Line ${(this.selected + 1).toLocaleString('en')} of the file</h3>
        <p role="status">${this.copied}</p>
        <button type="button" class="button" @click=${this.#copy}>Copy</button>
      </div>
      <pre class="raw-line">${line.text}</pre>
      ${left > 0 ? html`<p class="more">and ${left.toLocaleString('en')} characters more</p>` : nothing}
    `;
  }

  #copy = async (): Promise<void> => {
    const { desk, trace, selected } = this;
    const whole = await desk!.ask('event', 'line', trace, selected, Number.MAX_SAFE_INTEGER);
    try {
      await navigator.clipboard.writeText(whole.text);
      this.copied = 'copied';
    } catch {
      // A browser may refuse; the text is there to be marked by hand.
      this.copied = 'the browser refused; mark the line by hand';
    }
  };
}
