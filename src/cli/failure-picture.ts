/** What a person opens to see a failure: beside its trace a picture of what broke, and a page that holds the viewer and the trace. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { drawPicture } from '../../viz/export/picture.ts';
import { readSaved } from './check.ts';
import { CommandError } from './exit-code.ts';
import { storyOf } from './export.ts';
import type { CommandIo } from './io.ts';
import { addressOf } from './page-link.ts';
import { viewerPageOf } from './viewer-page.ts';
import { writeWhole } from './whole-file.ts';

/** Of a trace file: a larger one would hold the sweep up. */
const TRACE_BYTES_MAX = 20_000_000;

/**
 * Writes `PLACE.svg` and `PLACE.html` beside `PLACE.amber.jsonl.gz`.
 *
 * @param link of a page that runs it again, from its `#` on
 * @returns the one to open: the page, or the picture where the viewer is not built; undefined for a trace that is too large.
 * @throws what the operating system says when they cannot be written
 */
export function writeFailurePicture(
  place: string,
  link: string | undefined,
  environment: CommandIo['environment'],
): string | undefined {
  const path = `${place}.amber.jsonl.gz`;
  if (statSync(path).size > TRACE_BYTES_MAX) return undefined;
  const page = pageIn(path, link);
  const address = addressOf(link, environment);
  const beside =
    page === undefined
      ? undefined
      : { address: encodeURIComponent(`${basename(place)}.html`), text: 'Open it in the viewer' };
  const onward = address === undefined ? beside : { address, text: 'Run it again' };
  const { svg } = drawPicture(storyOf(path, readSaved(path)), { theme: 'light', link: onward });
  writeWhole(`${place}.svg`, svg);
  if (page === undefined) return `${place}.svg`;
  writeWhole(`${place}.html`, page);
  return `${place}.html`;
}

/** Undefined where the viewer is not built. */
function pageIn(path: string, link: string | undefined): string | undefined {
  try {
    return viewerPageOf(path, link);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
