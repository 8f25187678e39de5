/** Performs the story of a lesson in a viewer: the run is its picture, and what it knows of the run is the evidence. */
import type { ParameterValue } from '../../../src/scenario/parameters.ts';
import type { Viewer } from '../../view/viewer.ts';
import type { NoticeEvent } from '../../worker/desk.ts';
import { Evidence } from '../evidence.ts';
import type { Lesson } from '../lesson.ts';

export type Values = Readonly<Record<string, ParameterValue>>;

/** A run did not come about; the message is a sentence. */
export class PerformanceError extends Error {
  override readonly name = 'PerformanceError';
}

export class Performer {
  readonly #viewer: Viewer;
  readonly #lesson: Lesson;

  constructor(viewer: Viewer, lesson: Lesson) {
    this.#viewer = viewer;
    this.#lesson = lesson;
  }

  /** @throws {PerformanceError} */
  async run(parameters: Values, mutant = this.#lesson.mutant): Promise<Evidence> {
    const { story, seed } = this.#lesson;
    const viewer = this.#viewer;
    await viewer.updateComplete;
    const complete = this.#complete();
    viewer.selected = 0;
    const { problem } = await viewer.runs.start({
      story,
      seed: String(seed),
      parameters,
      ...(mutant === undefined ? {} : { mutant }),
    });
    if (problem !== undefined) throw new PerformanceError(`${problem.title}. ${problem.cause}`);
    await complete;
    await viewer.updateComplete;
    await viewer.pane?.updateComplete;
    viewer.pane?.fill();
    const { desk, trace } = viewer;
    return new Evidence({
      apply: (filter) => desk.ask('filter', 'apply', trace, filter),
      next: (filter, from, direction) => desk.ask('filter', 'next', trace, filter, from, direction),
      look: (ordinal) => desk.ask('event', 'look', trace, ordinal),
    });
  }

  /** Shows an event of the run. */
  select(ordinal: number): void {
    this.#viewer.head.pick(ordinal);
  }

  /** Resolves when all of the next trace is there. */
  #complete(): Promise<void> {
    const { desk } = this.#viewer;
    return new Promise((resolve, reject) => {
      const onNotice = (event: Event): void => {
        const { notice } = event as NoticeEvent;
        if (notice.trace !== this.#viewer.trace || notice.is === 'progress' || notice.is === 'grown') return;
        desk.removeEventListener('notice', onNotice);
        if (notice.is === 'complete') resolve();
        else reject(new PerformanceError(notice.problem.cause));
      };
      desk.addEventListener('notice', onNotice);
    });
  }
}
