/**
 * Which line of the author's file an error is about.
 *
 * Stack traces are the only way to know; they are taken when a call begins (cheap: nothing is formatted yet) and read when there
 * is something to report.
 */

/** Frames from inside this folder are ours: `file:///.../src/` or `.../dist/src/`. In a bundle, all that is in its file. */
const OWN = import.meta.url.replace(/scenario\/call-site\.[jt]s$/, '');
const OWN_PATH = OWN.replace(/^file:\/\//, '');
const FRAME =
  /(?:\(|@|at )((?:blob:null\/|(?:blob:)?(?:[a-z][a-z+.-]*:\/\/|\/|[A-Za-z]:[\\/]))[^()]*?):(\d+):(\d+)\)?$/;

/** What the file is called that was loaded from an address of its own, by that address. */
const NAMES = new Map<string, string>();

/** From now on, places in the module that is loaded from this address are told with the name of its file. */
export function nameModule(address: string, file: string): void {
  NAMES.set(address, file);
}

/** A place in a source file; line and column count from 1. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The innermost frame that is not Amber's or the engine's own; undefined when the stack shows none. */
export function siteOf(stack: string | undefined): CallSite | undefined {
  for (const frame of framesOf(stack)) if (!isOwnFile(frame.file)) return frame;
  return undefined;
}

/** True when the error was thrown by a line of Amber itself. */
export function thrownInside(stack: string | undefined): boolean {
  const [first] = framesOf(stack);
  return first !== undefined && isOwnFile(first.file);
}

/** `story.ts:12:5`, with the path as the engine shows it. */
export function formatSite(site: CallSite): string {
  return `${site.file}:${site.line}:${site.column}`;
}

/** `story.ts:12`: the same wherever the file lies. */
export function placeOf({ file, line }: CallSite): string {
  return `${file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}:${line}`;
}

/** True for a file of Amber, by its path. */
export function isOwnFile(file: string): boolean {
  return file.startsWith(OWN_PATH) || file.includes('/node_modules/seedrandom/');
}

function framesOf(stack: string | undefined): CallSite[] {
  const frames: CallSite[] = [];
  for (const line of (stack ?? '').split('\n')) {
    const match = FRAME.exec(line.trim());
    if (match === null || match[1]!.startsWith('node:')) continue;
    frames.push({
      // Modules of a hosted node are marked with the life they belong to.
      file: NAMES.get(match[1]!) ?? match[1]!.replace(/^file:\/\//, '').replace(/\?amber=.*$/, ''),
      line: Number(match[2]),
      column: Number(match[3]),
    });
  }
  return frames;
}
