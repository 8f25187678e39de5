/** The trace that a page carries with it, as `amber export --html` puts it there. */
import { decodeBase64url } from '../../src/trace/base64url.ts';
import { TRACE_ELEMENT_ID } from '../export/single-file.ts';
import type { TraceSource } from './trace-source.ts';

/** Undefined when the page has none. What cannot be read is opened as well, so that somebody is told. */
export function embeddedTrace(page: Document): TraceSource | undefined {
  const element = page.getElementById(TRACE_ELEMENT_ID);
  if (element === null) return undefined;
  const bytes = decodeBase64url(element.textContent?.trim() ?? '');
  return { name: element.dataset.name ?? 'trace', from: bytes ?? new Uint8Array() };
}

/** Of a page that runs the trace of this one again, from its `#` on; undefined when nobody has said. */
export function runAddressOf(page: Document): string | undefined {
  return page.getElementById(TRACE_ELEMENT_ID)?.dataset.run;
}
