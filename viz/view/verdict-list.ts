/** Where a promise or an assertion was not kept: a few of the places, and all that are told for who asks. */
import { html, nothing, type TemplateResult } from 'lit';
import { exactText, momentText } from '../layout/time-text.ts';

/** Places that are shown until somebody asks for all that are told. */
const SHOWN_MAX = 5;

export interface VerdictPlace {
  /** The ordinal to look at, and its time in microseconds. */
  at: number;
  t: number;
  /** Empty for the script. */
  node: string;
  text: string;
}

/** How a list of promises is read: what is unfolded, where the cursor is, and where one may go. */
export interface PromiseReader {
  /** The ordinal of the selected event; 0 is the end of the trace. */
  readonly selected: number;
  isOpen(name: string): boolean;
  set(name: string, open: boolean): void;
  pick(ordinal: number): void;
  /** Looks at the causes of an event. */
  askWhy(ordinal: number): void;
}

/** `count` is how many there are, of which some may not be told one by one. */
export function verdictList(
  name: string,
  all: readonly VerdictPlace[],
  count: number,
  reader: PromiseReader,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const every = `all ${name}`;
  const shown = reader.isOpen(every) ? all : all.slice(0, SHOWN_MAX);
  return html`<ol class="verdicts">${shown.map((place) => verdict(place, reader))}</ol>
    ${
      all.length > shown.length
        ? html`<button type="button" class="link more" @click=${() => reader.set(every, true)}>show ${(all.length - shown.length).toLocaleString('en')} more</button>`
        : count > all.length
          ? html`<p class="more">and ${(count - all.length).toLocaleString('en')} more, not told one by one</p>`
          : nothing
    }`;
}

function verdict({ at, t, node, text }: VerdictPlace, reader: PromiseReader): TemplateResult {
  const { selected } = reader;
  const named = node === '' || text.startsWith(`${node} `);
  return html`<li>
    <button
      type="button"
      class="verdict-of ${selected > 0 && at > selected ? 'later' : ''}"
      aria-current=${at === selected ? 'true' : nothing}
      title=${exactText(t)}
      @click=${() => reader.pick(at)}
    >
      <time>${momentText(t)}</time>
      <span class="verdict-text">${named ? nothing : html`<b class="verdict-node">${node}</b> `}${text}</span>
    </button>
    <button type="button" class="link verdict-why" aria-label="Why event ${at.toLocaleString('en')} happened" @click=${() => reader.askWhy(at)}>why</button>
  </li>`;
}
