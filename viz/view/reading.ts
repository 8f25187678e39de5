/**
 * The reading of a trace: which one is open at the desk, how far it was read, and what the desk tells of it. The viewer
 * shows its phase, and hears of each step.
 */
import { addressProblem, type Problem } from '../source/problem.ts';
import { sourceOfAddress, type TraceSource } from '../source/trace-source.ts';
import type { NoticeEvent } from '../worker/desk.ts';
import type { Notice, Progress } from '../worker/notice.ts';
import type { Overview } from '../worker/overview.ts';
import type { Viewer } from './viewer.ts';

export type Phase =
  | { is: 'empty' }
  | { is: 'loading'; name: string; progress: Progress }
  | { is: 'failed'; problem: Problem }
  | {
      is: 'shown';
      name: string;
      overview: Overview;
      /** Grows with what was read, and with what can be said of it. */
      edition: number;
      problems: readonly Problem[];
      /** While the rest is being read. */
      progress: Progress | undefined;
    };

const NOTHING_READ: Progress = { read: 0, size: undefined, events: 0, live: false };

/** What comes of a reading. */
export interface ReadingSteps {
  /** Another trace is opened. */
  opened(): void;
  /** Something of it is shown for the first time. */
  begun(): void;
  /** There is more of it than before. */
  grown(overview: Overview): void;
  /** The server that was watched has ended by itself. */
  ended(): void;
  /** All of it is there. */
  complete(overview: Overview): void;
}

export class Reading {
  readonly #viewer: Pick<Viewer, 'desk' | 'phase' | 'live'>;
  readonly #steps: ReadingSteps;
  /** The number of the trace at the desk; 0 is none. */
  #trace = 0;
  #source: TraceSource | undefined;
  #again: (() => TraceSource) | undefined;
  #upTo: number | undefined;
  #openings = 0;

  constructor(viewer: Pick<Viewer, 'desk' | 'phase' | 'live'>, steps: ReadingSteps) {
    this.#viewer = viewer;
    this.#steps = steps;
  }

  /** The number of the trace at the desk; 0 is none. */
  get trace(): number {
    return this.#trace;
  }

  /** Whether this source is what was opened last. */
  isOf(source: TraceSource): boolean {
    return this.#source === source;
  }

  /** What was opened last, to be read again. */
  get source(): TraceSource | undefined {
    return this.#again?.() ?? this.#source;
  }

  /** Bytes of the source that were read when the rest of a live trace was yet to happen. */
  get upTo(): number | undefined {
    return this.#upTo;
  }

  openAddress(address: string): void {
    try {
      void this.open(sourceOfAddress(address, document.baseURI));
    } catch (error) {
      this.#viewer.phase = { is: 'failed', problem: addressProblem(error) };
    }
  }

  /**
   * Opens a trace in place of the one that is shown.
   *
   * @param again gives what can be read once more, of a source that can be opened only once.
   */
  async open(source: TraceSource, again?: () => TraceSource): Promise<void> {
    this.#steps.opened();
    const { desk } = this.#viewer;
    if (this.#trace > 0) desk.close(this.#trace);
    this.#trace = 0;
    this.#viewer.phase = { is: 'loading', name: source.name, progress: NOTHING_READ };
    const opening = ++this.#openings;
    this.#source = source;
    this.#again = again;
    this.#upTo = undefined;
    const trace = await desk.ask('traces', 'open', source);
    // Another one was opened meanwhile.
    if (opening !== this.#openings) desk.close(trace);
    else this.#trace = trace;
  }

  /** Reads no further; what was read stays. */
  stop(): void {
    void this.#viewer.desk.ask('traces', 'cancel', this.#trace);
    if (this.#viewer.phase.is !== 'shown') this.#viewer.phase = { is: 'empty' };
  }

  /** More can be said of what is shown than when it was drawn. */
  tellMore(): void {
    const { phase } = this.#viewer;
    if (phase.is === 'shown') this.#viewer.phase = { ...phase, edition: phase.edition + 1 };
  }

  onNotice = (event: Event): void => {
    const { notice } = event as NoticeEvent;
    // What is told of a trace that was closed comes too late.
    if (notice.trace === this.#trace) this.#take(notice);
  };

  #take(notice: Notice): void {
    const { phase } = this.#viewer;
    switch (notice.is) {
      case 'progress':
        this.#viewer.phase =
          phase.is === 'shown'
            ? { ...phase, progress: notice.progress }
            : { is: 'loading', name: notice.name, progress: notice.progress };
        break;
      case 'failed':
        this.#viewer.phase = { is: 'failed', problem: notice.problem };
        break;
      case 'grown':
      case 'complete':
        this.#takeMore(notice);
    }
  }

  #takeMore(notice: Extract<Notice, { is: 'grown' | 'complete' }>): void {
    const { phase } = this.#viewer;
    const { name, overview } = notice;
    if (!overview.drawn) {
      if (notice.is === 'grown') this.#viewer.phase = { is: 'loading', name, progress: notice.progress };
      return;
    }
    const wasLive = this.#viewer.live;
    const edition = phase.is === 'shown' ? phase.edition + 1 : 1;
    const problems = notice.is === 'complete' ? notice.problems : [];
    const progress = notice.is === 'grown' ? notice.progress : undefined;
    this.#viewer.phase = { is: 'shown', name, overview, edition, problems, progress };
    // The rest of a trace whose beginning is shown already leaves the reader where they are.
    if (phase.is !== 'shown') this.#steps.begun();
    this.#steps.grown(overview);
    if (this.#viewer.live) this.#upTo = progress?.read;
    // One that was not read to its end still has no other than where it was left.
    else if (problems.length === 0) this.#upTo = undefined;
    if (wasLive && overview.footer?.verdict === 'passed') this.#steps.ended();
    if (notice.is === 'complete') this.#steps.complete(overview);
  }
}
