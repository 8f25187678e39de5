/** What runs stories in the page, loaded when somebody wants to, once for all viewers of a page. */
import type { Engine, RunRequest } from '../engine/engine.ts';
import { lateCode } from './late-code.ts';
import { loadScript } from './late-script.ts';
import { sheetOf } from './late-views.ts';

/** What the script brings. */
export interface RunScript {
  Engine: typeof Engine;
  /** The words of a link, for stories that come with the viewer. */
  linkOf(request: RunRequest): string | undefined;
  requestOf(link: string): RunRequest | undefined;
  styles: readonly string[];
}

export interface LateRuns extends Pick<RunScript, 'linkOf' | 'requestOf'> {
  readonly engine: Engine;
  readonly sheets: readonly CSSStyleSheet[];
}

let loading: Promise<LateRuns> | undefined;

/** The engine of this page, with the elements that ask it. @throws {Error} when its script could not be loaded */
export function loadLateRuns(): Promise<LateRuns> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<LateRuns> {
  await loadScript('run-script.js');
  const { Engine, linkOf, requestOf, styles } = (window as unknown as { amberRuns: RunScript }).amberRuns;
  return {
    engine: new Engine(() => lateCode('engine-worker.js')),
    linkOf,
    requestOf,
    sheets: styles.map(sheetOf),
  };
}
