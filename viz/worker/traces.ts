/** The traces that are open in this worker. */
import type { TraceIndex } from '../index/trace-index.ts';
import { openTrace } from '../source/open-trace.ts';
import {
  CANCELLED,
  LIVE_LIMIT,
  NOTHING_DRAWN,
  type Problem,
  problemOf,
  STOPPED_WATCHING,
} from '../source/problem.ts';
import type { TraceSource } from '../source/trace-source.ts';
import type { Notice } from './notice.ts';
import { overviewOf } from './overview.ts';

export class Traces {
  readonly #stories = new Map<number, TraceIndex>();
  readonly #openings = new Map<number, AbortController>();
  readonly #tell: (notice: Notice) => void;
  #last = 0;
  #spent = 0;

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

  /** An answer took so many milliseconds: of a trace that grows is told so rarely that answers take a small part of the time. */
  spend(millis: number): void {
    this.#spent += millis;
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
    const { name } = source;
    let live = false;
    try {
      const { index, problems } = await openTrace(
        source,
        {
          progress: (progress) => {
            ({ live } = progress);
            this.#tell({ is: 'progress', trace, name, progress });
          },
          grown: (grown, progress) => {
            this.#put(trace, grown);
            this.#tell({ is: 'grown', trace, name, progress, overview: overviewOf(grown) });
          },
          spent: () => this.#spent,
        },
        signal,
      );
      const limit = live && index.footer?.verdict === 'limit' ? [LIVE_LIMIT] : [];
      this.#complete(trace, index, name, [...limit, ...problems]);
    } catch (error) {
      if (!signal.aborted) this.#tell({ is: 'failed', trace, problem: problemOf(error) });
      else if (this.holds(trace))
        this.#complete(trace, this.story(trace), name, [live ? STOPPED_WATCHING : CANCELLED]);
    } finally {
      this.#openings.delete(trace);
    }
  }

  #put(trace: number, index: TraceIndex): void {
    index.edition++;
    this.#stories.set(trace, index);
  }

  #complete(trace: number, index: TraceIndex, name: string, problems: readonly Problem[]): void {
    this.#put(trace, index);
    const overview = overviewOf(index);
    if (overview.drawn) this.#tell({ is: 'complete', trace, name, overview, problems });
    else this.#tell({ is: 'failed', trace, problem: problems[0] ?? NOTHING_DRAWN });
  }
}
