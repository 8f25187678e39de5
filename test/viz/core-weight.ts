/** What a reader loads before the first picture of a trace, as it is shipped: one count, for tests and benches. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'vite';
import { START_ID } from '../../viz/export/single-file.ts';

/** Bytes, packed: row 20 of the goals. */
export const CORE_BYTES = { floor: 120_000, goal: 80_000 };

/** The template of the start page is weighed as a part of the page; what it refers to is loaded by who opens no trace. */
const START = new RegExp(`<template id="${START_ID}">[^]*?</template>`);
const PARTS = /<(?:script|link)\b[^>]*?\b(?:src|href)="(?!data:)(?<part>[^"]+)"/g;

/** @param viewer the directory of a built viewer @returns the page, the parts it refers to and what these import, each once */
export function coreFiles(viewer: string): string[] {
  const files = ['index.html'];
  const page = readFileSync(join(viewer, 'index.html'), 'utf8').replace(START, '');
  for (const { groups } of page.matchAll(PARTS)) files.push(posix.normalize(groups!.part!));
  // Grows while it is gone through.
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    for (const name of importsOf(readFileSync(join(viewer, file), 'utf8'))) {
      const part = posix.join(posix.dirname(file), name);
      if (!files.includes(part)) files.push(part);
    }
  }
  return files;
}

/** What is imported before a script begins; an `import()` is not. */
function importsOf(script: string): string[] {
  const { body } = parseAst(script) as unknown as { body: { source?: { value: string } | null }[] };
  return body.flatMap(({ source }) => (source == null ? [] : [source.value]));
}

export function packedBytes(viewer: string, file: string): number {
  return gzipSync(readFileSync(join(viewer, file)), { level: 9 }).length;
}

export function coreBytes(viewer: string): number {
  return coreFiles(viewer).reduce((sum, file) => sum + packedBytes(viewer, file), 0);
}
