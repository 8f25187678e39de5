/** The script of runs in the page: it names their elements, and leaves for the viewers what asks the engine. */
import { readRunLink, runLink } from '../../src/runner/run-link.ts';
import { Engine, type RunRequest } from '../engine/engine.ts';
import type { RunScript } from '../late/late-runs.ts';
import run from '../theme/run.css?inline';
import { RunPane } from './run-pane.ts';

customElements.define('amber-run', RunPane);

const script: RunScript = { Engine, linkOf, requestOf: readRunLink, styles: [run] };

function linkOf({ story, seed = '1', ...request }: RunRequest): string | undefined {
  return typeof story === 'string' ? runLink({ ...request, story, seed }) : undefined;
}

(window as unknown as { amberRuns: RunScript }).amberRuns = script;
