/** What a person opens to see a failure: beside its trace a picture of what broke, and a page that holds the viewer and the trace. */
import { statSync } from 'node:fs';
import { drawPicture } from '../../viz/export/picture.ts';
import { readSaved } from './check.ts';
import { CommandError } from './exit-code.ts';
import { storyOf } from './export.ts';
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
export function writeFailurePicture(place: string, link?: string): string | undefined {
  const path = `${place}.amber.jsonl.gz`;
  if (statSync(path).size > TRACE_BYTES_MAX) return undefined;
  const { svg } = drawPicture(storyOf(path, readSaved(path)), { theme: 'light' });
  writeWhole(`${place}.svg`, svg);
  let page: string;
  try {
    page = viewerPageOf(path, link);
  } catch (error) {
    if (error instanceof CommandError) return `${place}.svg`;
    throw error;
  }
  writeWhole(`${place}.html`, page);
  return `${place}.html`;
}
