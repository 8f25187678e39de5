/** The built viewer with a trace in it, as one page. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { singleFileOf } from '../../viz/export/single-file.ts';
import { builtViewer } from './built-viewer.ts';
import { readGiven, usage } from './option-values.ts';
import { number } from './wording.ts';

/** Of a trace file: a page of more would be no page for a browser. */
const TRACE_BYTES_MAX = 200_000_000;

/**
 * @param link of a page that runs it again, from its `#` on
 * @throws CommandError when the viewer is not built, or when there is no such file or too much in it.
 */
export function viewerPageOf(path: string, link?: string): string {
  const bytes = readGiven(path);
  if (bytes.length > TRACE_BYTES_MAX) {
    throw usage(`${path} is too large for one page (${number(bytes.length)} B); amber view shows it`);
  }
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes : gzipSync(bytes);
  const viewer = builtViewer();
  const assets = new Map<string, string>();
  for (const name of readdirSync(viewer)) {
    if (/\.(js|css)$/.test(name)) assets.set(name, readFileSync(join(viewer, name), 'utf8'));
  }
  const page = readFileSync(join(viewer, 'index.html'), 'utf8');
  return singleFileOf(page, assets, {
    name: basename(path),
    bytes: packed,
    ...(link === undefined ? {} : { link }),
  });
}
