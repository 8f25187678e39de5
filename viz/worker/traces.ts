/** The traces that are open in this worker. */
import type { Story } from '../layout/story.ts';
import { readStory } from '../layout/story.ts';
import { openTrace } from '../source/open-trace.ts';
import { NOTHING_DRAWN, problemOf } from '../source/problem.ts';
import type { TraceSource } from '../source/trace-source.ts';
import type { Notice, Progress } from './notice.ts';
import { overviewOf } from './overview.ts';

export class Traces {
  readonly #stories = new Map<number, Story>();
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
  story(trace: number): Story {
    const story = this.#stories.get(trace);
    if (story === undefined) throw new RangeError(`trace ${trace} is not open`);
    return story;
  }

  async #read(trace: number, source: TraceSource, signal: AbortSignal): Promise<void> {
    let progress: Progress = { read: 0, size: undefined, events: 0 };
    try {
      const { content, problems } = await openTrace(
        source,
        ({ beginning, ...soFar }) => {
          progress = soFar;
          const { name } = source;
          if (beginning === undefined) this.#tell({ is: 'progress', trace, name, progress });
          else {
            const story = readStory(beginning);
            this.#stories.set(trace, story);
            this.#tell({ is: 'grown', trace, name, progress, overview: overviewOf(story) });
          }
        },
        signal,
      );
      const story = readStory(content);
      this.#stories.set(trace, story);
      const overview = overviewOf(story);
      if (overview.drawn) this.#tell({ is: 'complete', trace, name: source.name, overview, problems });
      else this.#tell({ is: 'failed', trace, problem: problems[0] ?? NOTHING_DRAWN });
    } catch (error) {
      if (!signal.aborted) this.#tell({ is: 'failed', trace, problem: problemOf(error) });
    } finally {
      this.#openings.delete(trace);
    }
  }
}
