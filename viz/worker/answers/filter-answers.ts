/** Questions about a filter: what it matches, and what could be typed next. */
import { type Completions, complete } from '../../filter/complete.ts';
import type { Applied, Filters } from '../filters.ts';
import type { Traces } from '../traces.ts';
import type { Stop } from './jump-answers.ts';

export class FilterAnswers {
  readonly #traces: Traces;
  readonly #filters: Filters;

  constructor(traces: Traces, filters: Filters) {
    this.#traces = traces;
    this.#filters = filters;
  }

  /** A filter holds for every question that names it once it was applied. */
  apply(trace: number, text: string): Promise<Applied> {
    return this.#filters.apply(trace, text);
  }

  /** What could be typed at a place of a filter. */
  complete(trace: number, text: string, cursor: number): Completions {
    return complete(text, cursor, this.#traces.story(trace));
  }

  /** The next match after `from`, or before it; around the end it begins anew. Undefined when there is none. */
  next(trace: number, text: string, from: number, direction: 1 | -1): Stop | undefined {
    const matches = this.#filters.matches(trace, text);
    if (matches === undefined || matches.count === 0) return undefined;
    const index = direction > 0 ? matches.before(from + 1) : matches.before(from) - 1;
    const ordinal = matches.at((index + matches.count) % matches.count)!;
    return { ordinal, time: this.#traces.story(trace).event(ordinal)!.t };
  }
}
