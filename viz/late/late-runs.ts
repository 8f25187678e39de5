/** What runs stories in the page, loaded when somebody wants to, once for all viewers of a page. */
import type { Engine } from '../engine/engine.ts';
import { lateCode } from './late-code.ts';
import { loadScript } from './late-script.ts';

export interface LateRuns {
  Engine: typeof Engine;
}

let loading: Promise<Engine> | undefined;

/** The engine of this page. @throws {Error} when its script could not be loaded */
export function loadEngine(): Promise<Engine> {
  loading ??= load();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

async function load(): Promise<Engine> {
  await loadScript('run-script.js');
  const { amberLateRuns } = window as unknown as { amberLateRuns: LateRuns };
  return new amberLateRuns.Engine(() => lateCode('engine-worker.js'));
}
