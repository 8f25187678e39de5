/** What a reader takes along: files of the trace for other programs, and a page that holds it all. */

import { singleFileOf } from '../export/single-file.ts';
import index from '../index.html?raw';
import type { LateCode, LatePlace } from '../late/late-code.ts';
import { streamOf, type TraceSource } from '../source/trace-source.ts';
import pageStyle from '../theme/page.css?inline';
import type { Theme } from '../theme/palette.ts';
import type { Desk } from '../worker/desk.ts';
import type { ExportKind } from './export-kinds.ts';

interface Exported {
  /** What stands behind the name of the trace. */
  ending: string;
  blob: Blob;
  /** What is not in it; undefined when all is. */
  leftOut: string | undefined;
}

/** A picture is drawn this much larger, so that it is sharp on a screen with small pixels. */
const PNG_SCALE = 2;
/** Browsers draw nothing on a canvas that is larger. */
const CANVAS_SIDE_MAX = 16_000;

/** The code of the page, which knows where it is itself. */
export interface OwnCode {
  /** Where its first script is. */
  script: string;
  /** What a page from a file carries with it. */
  carried: readonly LateCode[];
  codeOf(name: LateCode): Promise<string>;
  placeOf(name: LateCode): LatePlace;
}

/** What there is to export, and of which part a picture is. */
export interface Exporting {
  desk: Desk;
  trace: number;
  source: TraceSource;
  /** So many bytes of the source were read when the rest was yet to happen; undefined for all of it. */
  upTo: number | undefined;
  theme: Theme;
  /** The ordinal of the event that a picture is about; 0 for what matters most. */
  about: number;
  own: OwnCode;
}

/** Makes a file of the trace and hands it to the reader; returns what there is to say about it. */
export async function takeAlong(kind: ExportKind, from: Exporting): Promise<string> {
  try {
    const { ending, blob, leftOut } = await exportAs(kind, from);
    const name = `${from.source.name.replace(/(\.amber)?\.jsonl(\.gz)?$/, '')}${ending}`;
    download(name, blob);
    return leftOut === undefined ? `${name} is on its way.` : `${name}: ${leftOut}.`;
  } catch (error) {
    return `Nothing was exported: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** @throws {Error} that says what could not be had. */
async function exportAs(kind: ExportKind, from: Exporting): Promise<Exported> {
  const { desk, trace } = from;
  const about = from.about > 0 ? from.about : undefined;
  if (kind !== 'html') await desk.ask('export', 'load', from.own.placeOf('exports-script.js'));
  switch (kind) {
    case 'svg': {
      const { svg, leftOut } = await desk.ask('export', 'picture', trace, { about, theme: from.theme });
      return { ending: '.svg', blob: new Blob([svg], { type: 'image/svg+xml' }), leftOut };
    }
    case 'png': {
      const picture = await desk.ask('export', 'picture', trace, { about, theme: from.theme });
      const blob = await pngOf(picture.svg, picture.width, picture.height);
      return { ending: '.png', blob, leftOut: picture.leftOut };
    }
    case 'mermaid': {
      const { text, leftOut } = await desk.ask('export', 'mermaid', trace, { about });
      return { ending: '.mmd', blob: new Blob([text], { type: 'text/plain' }), leftOut };
    }
    case 'pcapng': {
      const bytes = await desk.ask('export', 'capture', trace);
      return { ending: '.pcapng', blob: blobOf(bytes, 'application/octet-stream'), leftOut: undefined };
    }
    case 'html':
      return {
        ending: '.html',
        blob: new Blob([await pageOf(from)], { type: 'text/html' }),
        leftOut: undefined,
      };
  }
}

/** Hands a file to the reader's browser. */
function download(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function pngOf(svg: string, width: number, height: number): Promise<Blob> {
  const scale = Math.min(PNG_SCALE, CANVAS_SIDE_MAX / Math.max(width, height));
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new Error('this browser cannot make a picture of that size');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The page of the viewer with this very script and the trace in it. */
async function pageOf({ own, source, upTo }: Exporting): Promise<string> {
  const assets = new Map([
    ['amber-trace.ts', await ownScript(own.script)],
    ['theme/page.css', pageStyle],
  ]);
  for (const name of own.carried) assets.set(name, await own.codeOf(name));
  return singleFileOf(index, assets, { name: source.name, bytes: await packed(source, upTo) });
}

async function ownScript(address: string): Promise<string> {
  // In a page that holds everything, the script has no address of its own.
  const inline = [...document.scripts].find(
    ({ type, src, text }) => type === 'module' && src === '' && text.includes('amber-trace'),
  );
  if (inline !== undefined) return inline.text;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the viewer's own script answered ${response.status}`);
  return response.text();
}

/** The bytes of the trace file, compressed if they were not. */
async function packed(source: TraceSource, upTo = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const { stream } = await streamOf(source, new AbortController().signal);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let read = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    pieces.push(next.value.subarray(0, upTo - read) as Uint8Array<ArrayBuffer>);
    read += next.value.length;
    if (read >= upTo) break;
  }
  void reader.cancel().catch(() => undefined);
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return bytes;
  const gzip = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(gzip).arrayBuffer());
}

function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}
