/** Traces made ready to be drawn: panes that look at one trace in the same way share what took a walk over all of its events. */
import type { Choice } from '../layout/choice.ts';
import { paled, type Stage, stage } from '../layout/scene.ts';
import type { Sieve, Stories } from './stories.ts';

/** Everything that changes which rows and lanes there are. */
export interface Staging {
  /** Stems of groups that are unfolded. */
  unfolded: readonly string[];
  /** Names of nodes without a lane. */
  hiddenNodes: readonly string[];
  pingRuns: boolean;
  filter: string;
  others: Choice['others'];
}

interface Kept {
  trace: number;
  /** Of the story: what is staged is good until there is more. */
  edition: number;
  /** What its rows and lanes follow from. */
  rows: string;
  stage: Stage;
}

/** A pane and the map below it look at two traces at most. */
const KEPT_MAX = 4;

export class Stages {
  readonly #traces: Stories;
  readonly #filters: Pick<Sieve, 'matches'>;
  #kept: Kept[] = [];

  constructor(traces: Stories, filters: Pick<Sieve, 'matches'>) {
    this.#traces = traces;
    this.#filters = filters;
  }

  /** @throws {RangeError} when the trace was closed, or has nothing yet. */
  of(trace: number, staging: Staging): Stage {
    const story = this.#traces.story(trace);
    const { hiddenNodes, others, pingRuns, unfolded } = staging;
    const { edition } = story;
    // A filter that was not applied yet filters nothing.
    const matches = staging.filter === '' ? undefined : this.#filters.matches(trace, staging.filter);
    const hides = matches !== undefined && others === 'hide';
    const rows = JSON.stringify([hiddenNodes, pingRuns, unfolded, hides ? staging.filter : '']);
    const alike = this.#kept.filter(
      (each) => each.stage.story === story && each.edition === edition && each.rows === rows,
    );
    const same = alike.find(({ stage: { choice } }) => choice.matches === matches);
    if (same !== undefined) return same.stage;
    const choice: Choice = { hiddenNodes: new Set(hiddenNodes), pingRuns, matches, others };
    const other = hides ? undefined : alike[0]?.stage;
    const made = other === undefined ? stage(story, new Set(unfolded), choice) : paled(other, matches);
    // What was made of less of the trace is of no use once there is more.
    const good = this.#kept.filter((each) => each.trace !== trace || each.edition === edition);
    this.#kept = [{ trace, edition, rows, stage: made }, ...good].slice(0, KEPT_MAX);
    return made;
  }

  forget(trace: number): void {
    this.#kept = this.#kept.filter((each) => each.trace !== trace);
  }
}
