/** Runs in the page: which story is run with what, and the trace of it opened as it goes. What they take is loaded when somebody wants one. */
import type { EngineRun, RunOutcome, RunProgress, RunRequest } from '../engine/engine.ts';
import { type LateRuns, loadLateRuns } from '../late/late-runs.ts';
import type { Act } from '../run/acts.ts';
import { runAddressOf } from '../source/embedded-trace.ts';
import type { Viewer } from './viewer.ts';

/** As much of a viewer as is needed. */
type Host = Pick<
  Viewer,
  'reading' | 'addressBar' | 'tell' | 'requestUpdate' | 'adopt' | 'desk' | 'trace' | 'head'
>;

export class Runs {
  readonly #viewer: Host;
  #late: LateRuns | undefined;
  #run: EngineRun | undefined;
  #begun = 0;
  /** The fault that the reader waits to see. */
  #awaited: string | undefined;
  /** The pane is open. */
  open = false;
  /** What the reader does to what is shown, until the pane has done it. */
  wanted: Act | undefined;
  /** What was run last. */
  request: RunRequest | undefined;
  progress: RunProgress | undefined;
  /** Undefined while it goes on. */
  outcome: RunOutcome | undefined;
  /** How long it took, in milliseconds of real time. */
  millis = 0;

  constructor(viewer: Host) {
    this.#viewer = viewer;
  }

  /** What is shown was run in this page. */
  get shown(): boolean {
    return this.#run !== undefined && this.#viewer.reading.isOf(this.#run.source);
  }

  /** It still goes on. */
  get going(): boolean {
    return this.shown && this.outcome === undefined;
  }

  /** What runs what is shown again, as the words of a link. */
  get link(): string | undefined {
    return this.shown && this.request !== undefined ? this.#late?.linkOf(this.request) : undefined;
  }

  async engine(): Promise<LateRuns['engine']> {
    return (await this.#load()).engine;
  }

  /** Opens the pane, or closes it. */
  async toggle(): Promise<void> {
    if (this.open) this.open = false;
    else {
      try {
        await this.#load();
        this.open = true;
      } catch (error) {
        this.#viewer.tell(sentenceOf(error));
      }
    }
    this.#viewer.requestUpdate();
  }

  /** Does something to a link or a node of what is shown, at the moment that is shown. */
  async act(act: Act): Promise<void> {
    this.wanted = act;
    if (this.open) this.#viewer.requestUpdate();
    else await this.toggle();
  }

  /** Runs a story in place of what is shown. */
  async start(request: RunRequest): Promise<RunOutcome> {
    const { engine } = await this.#load();
    this.#run?.cancel();
    const run = engine.run(request);
    this.#run = run;
    this.request = request;
    this.progress = undefined;
    this.outcome = undefined;
    this.#begun = performance.now();
    run.onProgress = (progress) => {
      this.progress = progress;
      this.#viewer.requestUpdate();
    };
    await this.#viewer.reading.open(run.source, () => run.recorded);
    const outcome = await run.ended;
    if (run !== this.#run) return outcome;
    this.outcome = outcome;
    this.millis = performance.now() - this.#begun;
    this.#viewer.requestUpdate();
    return outcome;
  }

  /** Runs what the reader has changed; of the same story they stay where they are, and with a new fault they see it. */
  change(request: RunRequest, fault: string | undefined): void {
    if (this.shown && request.story === this.request?.story)
      this.#viewer.addressBar.stay(fault === undefined);
    this.#awaited = fault;
    void this.start(request);
  }

  /** All of the trace is there. */
  arrive(): void {
    const fault = this.#awaited;
    this.#awaited = undefined;
    if (fault !== undefined && this.shown) void this.#show(fault);
  }

  async #show(fault: string): Promise<void> {
    const { desk, trace, head } = this.#viewer;
    const ordinal = await desk.ask('fork', 'began', trace, fault);
    if (ordinal > 0) void head.goTo(ordinal, false);
    else this.#viewer.tell('What was added came to nothing: it would have changed nothing then.');
  }

  /** Once more what was run last, where the reader is; without one the pane asks what. */
  again(): void {
    if (this.request === undefined || !this.shown) {
      if (!this.open) void this.toggle();
      return;
    }
    this.#viewer.addressBar.stay(true);
    void this.start(this.request);
  }

  /** Runs what a link names. */
  async follow(link: string): Promise<void> {
    try {
      const request = (await this.#load()).requestOf(link);
      if (request !== undefined) await this.start(request);
    } catch (error) {
      this.#viewer.tell(sentenceOf(error));
    }
  }

  /** Ends a run that goes on. */
  stop(): void {
    this.#run?.cancel();
  }

  async #load(): Promise<LateRuns> {
    // From a file nothing more can be loaded; of a failure such a page knows where it runs again.
    if (location.protocol === 'file:') {
      const again = runAddressOf(document);
      const where = again === undefined ? 'amber view' : `npx amber view '${again}'`;
      throw new Error(`A page from a file has no stories to run; ${where} serves one that has.`);
    }
    this.#late ??= await loadLateRuns();
    this.#viewer.adopt(this.#late.sheets);
    return this.#late;
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
