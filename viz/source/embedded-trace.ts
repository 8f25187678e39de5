/** The trace that a page carries with it, as `amber export --html` puts it there. */
import { TRACE_ELEMENT_ID } from '../export/single-file.ts';
import type { TraceSource } from './trace-source.ts';

/** Undefined when the page has none. What cannot be read is opened as well, so that somebody is told. */
export function embeddedTrace(page: Document): TraceSource | undefined {
  const element = page.getElementById(TRACE_ELEMENT_ID);
  if (element === null) return undefined;
  return { name: element.dataset.name ?? 'trace', from: bytesOf(element.textContent ?? '') };
}

/** Of base64url; none of a text that is something else. The decoder of traces would be weight for a page that carries none. */
function bytesOf(text: string): Uint8Array {
  let read: string;
  try {
    read = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return new Uint8Array();
  }
  const bytes = new Uint8Array(read.length);
  for (let at = 0; at < read.length; at++) bytes[at] = read.charCodeAt(at);
  return bytes;
}

/** Of a page that runs the trace of this one again, from its `#` on; undefined when nobody has said. */
export function runAddressOf(page: Document): string | undefined {
  return page.getElementById(TRACE_ELEMENT_ID)?.dataset.run;
}
