/**
 * TypeScript without a build step: types are replaced by spaces, so that lines and columns stay what the author sees.
 *
 * swc is loaded on the first file that needs it; a scenario in JavaScript never pays for it.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Stripper {
  transformSync(source: string, options: { filename: string; mode: 'strip-only' }): { code: string };
}

/** TypeScript that is more than types: enums, namespaces, parameter properties. */
const UNSUPPORTED = /not supported in strip-only mode/;

let stripper: Stripper | undefined;

/** A file is not TypeScript that can be run by leaving its types out; `message` is one line with file, line and column. */
export class TypeScriptError extends Error {
  override readonly name = 'TypeScriptError';
  /** `file:line:column`, as far as it is known. */
  readonly place: string;

  constructor(place: string, what: string) {
    super(`${place}: ${what}`);
    this.place = place;
  }
}

/** True for URLs of files that hold types. */
export function isTypeScript(url: string): boolean {
  return /\.[cm]?ts$/.test(new URL(url).pathname);
}

/** @throws TypeScriptError */
export function stripTypes(source: string, url: string): string {
  stripper ??= createRequire(import.meta.url)('@swc/wasm-typescript') as Stripper;
  const filename = url.startsWith('file:') ? fileURLToPath(url) : url;
  try {
    return stripper.transformSync(source, { filename, mode: 'strip-only' }).code;
  } catch (error) {
    throw describe(error, filename);
  }
}

/** swc throws objects with a position, a code and a picture of the place; people need one line. */
function describe(error: unknown, filename: string): TypeScriptError {
  const { message, startLine, startColumn } = error as {
    message?: string;
    startLine?: number;
    startColumn?: number;
  };
  const text = `${message ?? error}`.trim().split('\n')[0]!;
  const place = startLine === undefined ? filename : `${filename}:${startLine}:${(startColumn ?? 0) + 1}`;
  return new TypeScriptError(
    place,
    `${text}${UNSUPPORTED.test(text) ? '; types are only left out here, so write it in plain JavaScript' : ''}`,
  );
}
