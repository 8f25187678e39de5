/**
 * What the loader says of modules that it cannot load: its errors come from inside of Node, which shows no line of whoever asked, and those of the
 * language do not say which file they are of.
 */
import { fileURLToPath } from 'node:url';
import { siteOf } from '../scenario/call-site.ts';
import type { ImportCall } from './asked-imports.ts';
import { fileOf, filesFrom } from './module-graph.ts';
import { withoutKey } from './module-names.ts';
import { isOfTestRunner } from './test-runner.ts';
import { stripTypes, TypeScriptError } from './typescript.ts';

/** What it says of names, files and kinds of files. */
const CODE =
  /^ERR_(?:MODULE_NOT_FOUND|PACKAGE_|IMPORT_A|UNSUPPORTED_(?:DIR|ESM|RESOLVE)|UNKNOWN_(?:FILE|MODULE|BUILTIN)|INVALID_(?:MODULE|PACKAGE)|NETWORK_IMPORT|REQUIRE_)/;
/** Where Node shows the line, its place stands above. */
const SHOWN_AT = /^(?:file:\/\/)?(\/[^\n]*:\d+)$/m;

/** True for what came of no line of the code that is loaded. */
export function isLoadFailure(error: Error): boolean {
  if (error instanceof SyntaxError) return placeShown(error) !== undefined || !hasLine(error);
  const isOfLoader = 'code' in error && CODE.test(`${error.code}`);
  return (isOfLoader || error.name === 'TypeScriptError') && !hasLine(error);
}

/** Its stack shows a line of an author. */
export function hasLine({ stack }: Error): boolean {
  const site = siteOf(stack);
  return site !== undefined && !isOfTestRunner(site.file);
}

/** @param url of the file that was to be loaded, where that is known. */
export function describeLoadFailure(error: Error, url: string | undefined): string {
  const place = error instanceof SyntaxError ? (placeShown(error) ?? (url && placeFrom(url))) : undefined;
  return place === undefined || place === '' ? error.message : `${place}: ${error.message}`;
}

/** URL of the file that a call of `import()` was for, where the name says it. */
export function fileAsked({ specifier, parent }: ImportCall): string | undefined {
  return parent.startsWith('file:') && /^(?:\.{1,2}\/|file:)/.test(specifier)
    ? fileOf(specifier, withoutKey(parent))
    : undefined;
}

function placeShown({ stack = '' }: Error): string | undefined {
  return SHOWN_AT.exec(stack)?.[1];
}

/** The first file that cannot be read as what it is to be, among all that it leads to. */
function placeFrom(url: string): string | undefined {
  for (const file of filesFrom(url)) {
    try {
      stripTypes(file.text, file.url);
    } catch (error) {
      if (error instanceof TypeScriptError) return error.place;
    }
  }
  return `in what ${fileURLToPath(url)} imports`;
}
