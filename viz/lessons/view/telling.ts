/** What is told where the reader is in a lesson: of which run, in which steps, and what would be missing there. */
import type { Lack, Lesson, Mended, Step } from '../lesson.ts';
import type { ReaderPlace } from './reader-place.ts';

function mendedOf(lack: Lack): Mended | undefined {
  return 'story' in lack ? lack.mended : undefined;
}

export class Telling {
  readonly #lesson: Lesson;
  readonly #place: ReaderPlace;

  constructor(lesson: Lesson, place: ReaderPlace) {
    this.#lesson = lesson;
    this.#place = place;
  }

  /** What is told of the run that is in the picture. */
  get steps(): readonly Step[] {
    const { change, lack = [], watch } = this.#lesson;
    const { seen, stage } = this.#place;
    if (stage === 'watch') return watch;
    if (stage === 'lack') return lack.flatMap((each) => this.#stepsOf(each));
    return stage === 'see' ? (change.choices[seen]?.steps ?? []) : [];
  }

  /** The step that is told; undefined in parts that have none. */
  get step(): Step | undefined {
    return this.steps[this.#place.step];
  }

  /** What is missing is told first, while the picture stands at its beginning. */
  #stepsOf(lack: Lack): readonly Step[] {
    const { steps, text } = lack;
    return [{ at: this.#lesson.from ?? steps[0]!.at, text }, ...steps, ...(mendedOf(lack)?.steps ?? [])];
  }

  /** What would be missing, at the step of its part that is told; undefined in other parts. */
  get lacking(): Lack | undefined {
    if (this.#place.stage !== 'lack') return undefined;
    let left = this.#place.step;
    return this.#lesson.lack?.find((lack) => {
      left -= this.#stepsOf(lack).length;
      return left < 0;
    });
  }

  /** What is told of the run in which that is no longer missing, while it is told. */
  get mended(): Mended | undefined {
    const mended = this.lacking && mendedOf(this.lacking);
    return mended?.steps.includes(this.step!) ? mended : undefined;
  }

  /** The step that is told, from 1, among those of its run. */
  get counted(): { step: number; of: number } {
    const { lacking, mended, steps } = this;
    const { step } = this.#place;
    if (mended !== undefined) return { step: mended.steps.indexOf(this.step!) + 1, of: mended.steps.length };
    if (lacking === undefined) return { step: step + 1, of: steps.length };
    const first = steps.indexOf(lacking.steps[0]!) - 1;
    return { step: step - first + 1, of: lacking.steps.length + 1 };
  }
}
