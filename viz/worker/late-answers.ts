/** Answers that a first picture does without, in a script of their own: it is loaded after that, or before the first question to one. */
import type { LatePlace } from '../late/late-code.ts';
import type { Words } from './answers/sequence-answers.ts';
import { importScript } from './import-script.ts';
import type { LateAreas, lateAreasOf } from './late-areas.ts';
import type { Matches } from './matches.ts';
import { Stages } from './stages.ts';
import type { Traces } from './traces.ts';

const scope = self as unknown as { amberAnswers?: typeof lateAreasOf };

export class LateAnswers {
  /** Where the script is, as the page says. */
  place: LatePlace | undefined;
  /** What the first picture is drawn from, and others as well. */
  readonly stages: Stages;
  readonly #traces: Traces;
  #late: LateAreas | undefined;

  constructor(traces: Traces) {
    this.#traces = traces;
    this.stages = new Stages(traces, this);
  }

  /** @throws {Error} when the script cannot be loaded; who asks again tries again. */
  get areas(): LateAreas['areas'] {
    if (this.#late === undefined) {
      if (scope.amberAnswers === undefined) importScript(this.place!);
      this.#late = scope.amberAnswers!(this.#traces, this.stages);
    }
    return this.#late.areas;
  }

  /** Undefined until the answers were loaded: they are not worth that the first picture waits. */
  get words(): Words | undefined {
    return this.#late?.words;
  }

  /** What a filter matches that was applied: before there are answers none was. */
  matches(trace: number, text: string): Matches | undefined {
    return this.#late?.filters.matches(trace, text);
  }
}
