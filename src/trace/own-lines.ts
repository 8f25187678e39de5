/**
 * Reads back what a {@link TraceWriter} of this very program has just written: nothing in it need be doubted, so that a page need not
 * load what checks the traces of others.
 */
import { decodeBase64url } from './base64url.ts';
import type { TraceEvent } from './event.ts';
import { type Field, fieldsOf, MESSAGE_FIELDS } from './fields.ts';

type Values = Record<string, unknown>;

export class OwnLines {
  readonly #observe: (event: TraceEvent) => void;
  readonly #decoder = new TextDecoder();
  /** Of a line that goes on. */
  #begun = '';

  /** @param observe is handed every event, in order. */
  constructor(observe: (event: TraceEvent) => void) {
    this.#observe = observe;
  }

  /** Takes the next bytes, cut anywhere. */
  push(bytes: Uint8Array): void {
    const lines = (this.#begun + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#begun = lines.pop()!;
    for (const line of lines) {
      const values = JSON.parse(line) as Values;
      // The header has no kind.
      if (typeof values.k !== 'string') continue;
      revive(values, fieldsOf(values.k, values.op as string | undefined) ?? []);
      this.#observe(values as unknown as TraceEvent);
    }
  }
}

function revive(values: Values, fields: readonly (readonly [string, Field])[]): void {
  for (const [name, { type }] of fields) {
    const value = values[name];
    if (value === undefined) continue;
    if (type === 'bytes') values[name] = decodeBase64url(value as string);
    else if (type === 'message') revive(value as Values, MESSAGE_FIELDS);
    else if (type === 'seconds') values[name] = value ?? Infinity;
    else if (type === 'detail' || type === 'promises') unlimit(value as Values);
  }
}

/** JSON has no Infinity: it was written as null, and nothing else there is. */
function unlimit(values: Values): void {
  for (const [name, value] of Object.entries(values)) values[name] = value ?? Infinity;
}
