/** The traces that are open in this worker. */
import type { TraceIndex } from '../index/trace-index.ts';
import { openTrace } from '../source/open-trace.ts';
import { NOTHING_DRAWN, problemOf } from '../source/problem.ts';
import type { TraceSource } from '../source/trace-source.ts';
import type { Notice, Progress } from './notice.ts';
import { overviewOf } from './overview.ts';

export class Traces {
  readonly #stories = new Map<number, TraceIndex>();
  readonly #openings = new Map<number, AbortController>();
  readonly #tell: (notice: Notice) => void;
  #last = 0;

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell;
  }

  /** Begins to read, and tells in notices how it goes. Returns the number by which everything else asks. */
  open(source: TraceSource): number {
    const trace = ++this.#last;
    const opening = new AbortController();
    this.#openings.set(trace, opening);
    void this.#read(trace, source, opening.signal);
    return trace;
  }

  /** Stops to read; what was read can still be asked for. */
  cancel(trace: number): void {
    this.#openings.get(trace)?.abort();
  }

  /** Forgets a trace. */
  close(trace: number): void {
    this.cancel(trace);
    this.#stories.delete(trace);
  }

  /** @throws {RangeError} when the trace was closed, or has nothing yet. */
  story(trace: number): TraceIndex {
    const story = this.#stories.get(trace);
    if (story === undefined) throw new RangeError(`trace ${trace} is not open`);
    return story;
  }

  /** Whether a trace is still open. */
  holds(trace: number): boolean {
    return this.#stories.has(trace);
  }

  /** Whether more of it is still to come. */
  isReading(trace: number): boolean {
    return this.#openings.has(trace);
  }

  async #read(trace: number, source: TraceSource, signal: AbortSignal): Promise<void> {
    let progress: Progress = { read: 0, size: undefined, events: 0 };
    try {
      const { index, problems } = await openTrace(
        source,
        ({ beginning, ...soFar }) => {
          progress = soFar;
          const { name } = source;
          if (beginning === undefined) this.#tell({ is: 'progress', trace, name, progress });
          else {
            this.#stories.set(trace, beginning);
            this.#tell({ is: 'grown', trace, name, progress, overview: overviewOf(beginning) });
          }
        },
        signal,
      );
      this.#stories.set(trace, index);
      const overview = overviewOf(index);
      if (overview.drawn) this.#tell({ is: 'complete', trace, name: source.name, overview, problems });
      else this.#tell({ is: 'failed', trace, problem: problems[0] ?? NOTHING_DRAWN });
    } catch (error) {
      if (!signal.aborted) this.#tell({ is: 'failed', trace, problem: problemOf(error) });
    } finally {
      this.#openings.delete(trace);
    }
  }
}
