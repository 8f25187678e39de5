/**
 * The built viewer and a trace as one page that needs nothing else: it opens from a disk or a mail, without a server and without a
 * request.
 */
import { encodeBase64url } from '../../src/trace/base64url.ts';
import { escaped } from './markup.ts';

/** The viewer looks for an element of this id; it holds the bytes of a trace file in base64url. */
export const TRACE_ELEMENT_ID = 'amber-trace-data';

/** A script that the viewer loads only when it needs it stands as text in an element with this attribute and the name of its file. */
export const LATER_ATTRIBUTE = 'data-later';

/** Of such scripts the one that runs stories: it would make every page of a trace half as large again, and stays behind. */
export const STAYS_BEHIND = 'engine-worker.js';

/** The template with the start page of a site; a page that stands alone has none. */
export const START_ID = 'amber-start';

const START = new RegExp(`<template id="${START_ID}">[^]*?</template>\\n?`);

export interface EmbeddedTrace {
  /** Of its file, to show to people. */
  name: string;
  /** As in its file; compressed is better. */
  bytes: Uint8Array;
  /** Of a page that runs it again, from its `#` on. */
  link?: string;
}

/** What a page refers to: a script, or a style sheet. */
const PARTS =
  /<script\b(?<before>[^>]*?)\ssrc="\.?\/?(?<script>[^"]+)"(?<after>[^>]*)><\/script>|<link\b[^>]*\brel="stylesheet"[^>]*\bhref="\.?\/?(?<sheet>[^"]+)"[^>]*>/g;

/**
 * @param page the page of the built viewer
 * @param assets its scripts and style sheets by their names, as the page refers to them
 * @throws RangeError when the page refers to what is not among them, or has no end
 */
export function singleFileOf(
  page: string,
  assets: ReadonlyMap<string, string>,
  trace: EmbeddedTrace,
): string {
  const assetNamed = (name: string): string => {
    const text = assets.get(name);
    if (text === undefined) throw new RangeError(`the viewer's page refers to ${name}, which is not there`);
    return text;
  };
  const alone = page.replace(START, '');
  const end = alone.lastIndexOf('</body>');
  if (end < 0) throw new RangeError("the viewer's page has no </body>");
  const inlined = (part: string): string =>
    // All at once: what was put in is not looked through again.
    part.replace(PARTS, (...found) => {
      const { before, script, after, sheet } = found.at(-1) as Record<string, string | undefined>;
      if (sheet !== undefined) return `<style>${styleText(assetNamed(sheet))}</style>`;
      const attributes = `${before}${after}`.replace(
        /\s(?:crossorigin|defer|async)(?:="[^"]*")?(?=\s|$)/g,
        '',
      );
      return `<script${attributes}>${scriptText(assetNamed(script!))}</script>`;
    });
  const carried = [...laterScripts(alone, assets), traceElement(trace)].join('\n');
  return `${inlined(alone.slice(0, end))}${carried}\n${inlined(alone.slice(end))}`;
}

/** What the page does not begin with. From a disk it can load nothing more. */
function laterScripts(page: string, assets: ReadonlyMap<string, string>): string[] {
  return [...assets]
    .filter(([name]) => name.endsWith('.js') && name !== STAYS_BEHIND && !page.includes(`/${name}"`))
    .map(
      ([name, text]) =>
        `<script type="text/plain" ${LATER_ATTRIBUTE}="${escaped(name)}">${scriptText(text)}</script>`,
    );
}

function traceElement({ name, bytes, link }: EmbeddedTrace): string {
  const data = encodeBase64url(bytes);
  const run = link === undefined ? '' : ` data-run="${escaped(link)}"`;
  return `<script type="application/octet-stream" id="${TRACE_ELEMENT_ID}" data-name="${escaped(name)}"${run}>${data}</script>`;
}

/** A script within a page ends at the first `</script`, wherever that stands: a backslash keeps it within its string. */
function scriptText(text: string): string {
  return text.replace(/<\/(?=script)/gi, '<\\/').replace(/<!--/g, '<\\!--');
}

function styleText(text: string): string {
  return text.replace(/<\/(?=style)/gi, '<\\/');
}
