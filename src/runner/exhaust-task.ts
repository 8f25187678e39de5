/** One run of an exhaustion: what a thread does, and a test without a thread. */
import type { Fault } from '../sim/fault.ts';
import type { ArmedTimer } from '../sim/node.ts';
import type { TraceEvent } from '../trace/event.ts';
import type { ExhaustAnswer, ExhaustTask } from './exhaust-messages.ts';
import { type Places, placesOf } from './places.ts';
import type { RunOptions, RunResult } from './run.ts';
import { recordOf } from './seed-record.ts';

/** Runs the story; what it is given comes to what it knows itself of seed and parameters. */
export type TellStory = (
  options: Pick<RunOptions, 'level' | 'faults' | 'onEvent' | 'onTimer'>,
) => Promise<RunResult>;

export class ExhaustRuns {
  readonly #file: string;
  readonly #tell: TellStory;
  readonly #prune: boolean;
  /** What can strike after the fault that was asked for last: the tasks of one first fault come one after the other. */
  #after: { first: string; strikes: readonly Fault[] } | undefined;

  constructor(file: string, tell: TellStory, prune: boolean) {
    this.#file = file;
    this.#tell = tell;
    this.#prune = prune;
  }

  async perform(task: ExhaustTask): Promise<ExhaustAnswer> {
    const { index, first, second, looks } = task;
    const faults = first === undefined ? [] : [first];
    if (second !== undefined) faults.push(apart((await this.#strikesAfter(first!))[second]!, first!));
    if (!looks) {
      const result = await this.#tell({ level: 'digest', faults: { also: faults } });
      return this.#answer(index, faults, result);
    }
    const { result, places } = await this.#look(faults);
    return {
      ...this.#answer(index, faults, result),
      counts: places.counts,
      ...(first === undefined ? { strikes: this.#chosen(places) } : {}),
    };
  }

  #answer(index: number, faults: readonly Fault[], result: RunResult): ExhaustAnswer {
    const last = faults.at(-1);
    return {
      index,
      record: { ...recordOf(this.#file, result), seed: `${index}` },
      faults,
      moot: last !== undefined && !result.struck.some(({ id }) => id === last.id),
    };
  }

  async #strikesAfter(first: Fault): Promise<readonly Fault[]> {
    if (this.#after?.first !== first.id) {
      const { places } = await this.#look([first]);
      this.#after = { first: first.id, strikes: this.#chosen(places) };
    }
    return this.#after.strikes;
  }

  #chosen({ all, classes }: Places): readonly Fault[] {
    return this.#prune ? classes.map(([first]) => first!) : all;
  }

  /** Runs with everything recorded, and finds what can strike after the last of the faults. */
  async #look(faults: readonly Fault[]): Promise<{ result: RunResult; places: Places }> {
    const trace: TraceEvent[] = [];
    const timers: ArmedTimer[] = [];
    const result = await this.#tell({
      level: 'full',
      faults: { also: faults },
      onEvent: (event) => trace.push(event),
      onTimer: (timer) => timers.push(timer),
    });
    const last = faults.at(-1);
    const began = trace.find((event) => event.k === 'fault.began' && event.fault === last?.id);
    return { result, places: placesOf({ trace, timers }, began?.i) };
  }
}

/** What the first has prevented comes again under the same number, and so does the fault that waits for it. */
function apart(second: Fault, first: Fault): Fault {
  return second.id === first.id ? { ...second, id: `${second.id}-again` } : second;
}
