/** Runs in the page: which story is run with what, and the trace of it opened as it goes. */
import type { Engine, EngineRun, RunOutcome, RunRequest } from '../engine/engine.ts';
import { loadEngine } from '../late/late-runs.ts';
import type { Viewer } from './viewer.ts';

export class Runs {
  readonly #viewer: Pick<Viewer, 'reading' | 'tell' | 'requestUpdate'>;
  #run: EngineRun | undefined;
  #request: RunRequest | undefined;

  constructor(viewer: Pick<Viewer, 'reading' | 'tell' | 'requestUpdate'>) {
    this.#viewer = viewer;
  }

  /** What was run last, and is shown. */
  get request(): RunRequest | undefined {
    return this.#request;
  }

  /** Loads what runs stories. Rejects with a sentence when it is not there. */
  engine(): Promise<Engine> {
    return loadEngine();
  }

  /** Runs a story in place of what is shown. */
  async start(request: RunRequest): Promise<RunOutcome> {
    const engine = await this.engine();
    this.#run?.cancel();
    const run = engine.run(request);
    this.#run = run;
    this.#request = request;
    await this.#viewer.reading.open(run.source, () => run.recorded);
    return run.ended;
  }
}
