/**
 * Every single fault at every place of a story that passes, then every pair of them.
 *
 * The second fault of a pair is placed in the run that the first has made, after it: a pair in the other order is one whose first is the
 * other. A story that a fault has broken is not broken again.
 */
import type { Fault } from '../sim/fault.ts';
import { Crew } from './crew.ts';
import type { ExhaustAnswer, ExhaustOrder, ExhaustTask } from './exhaust-messages.ts';
import type { PlaceCounts } from './places.ts';
import { recordWithout, type SeedRecord } from './seed-record.ts';
import { SweepTally } from './sweep-tally.ts';

export interface ExhaustOptions {
  /** Faults of one run. */
  readonly faults: 1 | 2;
  /** Of equivalent faults only the first. */
  readonly prune: boolean;
  /** Runs, the story itself included. */
  readonly limit: number;
  /** Does the tasks in any order, unless it is stopped. */
  readonly perform: (
    tasks: Iterable<ExhaustTask>,
    onAnswer: (answer: ExhaustAnswer) => void,
  ) => Promise<void>;
  /** Is told how many runs are to be done from here on. */
  readonly onRound?: (runs: number) => void;
  readonly onRecord?: (record: SeedRecord) => void;
  readonly signal?: AbortSignal;
}

/** All runs with so many faults. */
export interface ExhaustRound {
  /** Where faults can strike. Of pairs: added up over all runs with one fault. */
  readonly places: number;
  /** Every fault at every place, and those of them that are not equivalent. */
  readonly all: number;
  readonly distinct: number;
  /** As many runs as the limit has room for, and as were done. */
  readonly planned: number;
  runs: number;
  survived: number;
  /** Of those that survived: where the last fault changed nothing. */
  moot: number;
}

export interface FailedRun {
  readonly faults: readonly Fault[];
  readonly record: SeedRecord;
}

export interface Exhausted {
  /** The story itself, without any fault: unless it passed there are no rounds. Undefined when it was not run to its end. */
  readonly story: SeedRecord | undefined;
  readonly rounds: readonly ExhaustRound[];
  /** Of all runs with faults. What it calls seeds are places in the order of runs. */
  readonly tally: SweepTally;
  /** By those places. */
  readonly failed: ReadonlyMap<string, FailedRun>;
  /** Runs that the limit left no room for. */
  readonly left: number;
  /** Timers so long that nobody was stopped past them. */
  readonly longTimers: number;
  /** Nobody ended it before. */
  readonly complete: boolean;
}

/** @throws what `perform` throws */
export async function exhaust(options: ExhaustOptions): Promise<Exhausted> {
  return new Exhaustion(options).run();
}

/** Performs tasks on threads; what is interrupted is not answered. */
export function onThreads(
  order: Omit<ExhaustOrder, 'heartbeat'>,
  { workers, patienceMillis, signal }: { workers: number; patienceMillis: number; signal: AbortSignal },
): ExhaustOptions['perform'] {
  return async (tasks, onAnswer) => {
    if (signal.aborted) return;
    const crew = new Crew<ExhaustTask, ExhaustAnswer>(tasks, {
      size: workers,
      module: 'exhaust-worker',
      order,
      patienceMillis,
      lost: ({ index, first, second }, { outcome, detail, virtualMicros }) => {
        const record = recordWithout(order.file, `${index}`, outcome, detail, virtualMicros);
        return {
          index,
          record,
          faults: first === undefined || second !== undefined ? [] : [first],
          moot: false,
        };
      },
      onAnswer,
    });
    const stop = (): void => crew.stop();
    signal.addEventListener('abort', stop, { once: true });
    await crew.work();
    signal.removeEventListener('abort', stop);
  };
}

class Exhaustion {
  readonly #options: ExhaustOptions;
  readonly #rounds: ExhaustRound[] = [];
  readonly #tally = new SweepTally();
  readonly #failures: ExhaustAnswer[] = [];
  /** Runs that have been planned. */
  #count = 0;
  #left = 0;

  constructor(options: ExhaustOptions) {
    this.#options = options;
  }

  async run(): Promise<Exhausted> {
    let story: ExhaustAnswer | undefined;
    await this.#options.perform([{ index: this.#count++, looks: true }], (answer) => {
      story = answer;
    });
    if (story?.record.outcome === 'passed') {
      const singles = await this.#singles(story);
      if (this.#options.faults === 2 && !this.#isEnded) await this.#pairs(singles);
    }
    this.#failures.sort((a, b) => a.index - b.index);
    for (const { record } of this.#failures) this.#tally.add(record);
    return {
      story: story?.record,
      rounds: this.#rounds,
      tally: this.#tally,
      failed: new Map(this.#failures.map(({ record, faults }) => [record.seed, { record, faults }])),
      left: this.#left,
      longTimers: story?.counts?.longTimers ?? 0,
      complete: !this.#isEnded,
    };
  }

  get #isEnded(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async #singles({ strikes, counts }: ExhaustAnswer): Promise<readonly ExhaustAnswer[]> {
    const looks = this.#options.faults === 2;
    const found: ExhaustAnswer[] = [];
    await this.#round(
      counts!,
      strikes!.map((first) => ({ first, looks })),
      (answer) => found.push(answer),
    );
    return found.sort((a, b) => a.index - b.index);
  }

  async #pairs(singles: readonly ExhaustAnswer[]): Promise<void> {
    const sum = { places: 0, all: 0, distinct: 0 };
    const whole = singles.filter(({ record, moot }) => record.outcome === 'passed' && !moot);
    for (const { counts } of whole) {
      sum.places += counts!.places;
      sum.all += counts!.all;
      sum.distinct += counts!.distinct;
    }
    const { prune } = this.#options;
    await this.#round(sum, pairsOf(whole, prune), () => {});
  }

  /** @param tasks as many as the counts say, without their indices. */
  async #round(
    counts: Pick<PlaceCounts, 'places' | 'all' | 'distinct'>,
    tasks: Iterable<Omit<ExhaustTask, 'index'>>,
    onPassed: (answer: ExhaustAnswer) => void,
  ): Promise<void> {
    const { limit, perform, prune, onRound, onRecord } = this.#options;
    const wanted = prune ? counts.distinct : counts.all;
    const planned = Math.min(wanted, limit - this.#count);
    const { places, all, distinct } = counts;
    const round: ExhaustRound = { places, all, distinct, planned, runs: 0, survived: 0, moot: 0 };
    this.#rounds.push(round);
    this.#left += wanted - planned;
    onRound?.(planned);
    await perform(numbered(tasks, this.#count, planned), (answer) => {
      const { record, moot } = answer;
      round.runs++;
      onRecord?.(record);
      if (record.outcome !== 'passed') {
        this.#failures.push(answer);
        return;
      }
      round.survived++;
      if (moot) round.moot++;
      this.#tally.add(record);
      onPassed(answer);
    });
    this.#count += planned;
  }
}

/** The faults that can strike after a first one, for each first one in turn. */
function* pairsOf(singles: readonly ExhaustAnswer[], prune: boolean): Generator<Omit<ExhaustTask, 'index'>> {
  for (const { faults, counts } of singles) {
    const seconds = prune ? counts!.distinct : counts!.all;
    for (let second = 0; second < seconds; second++) yield { first: faults[0]!, second, looks: false };
  }
}

function* numbered(
  tasks: Iterable<Omit<ExhaustTask, 'index'>>,
  from: number,
  limit: number,
): Generator<ExhaustTask> {
  let index = from;
  for (const task of tasks) {
    if (index >= from + limit) return;
    yield { index: index++, ...task };
  }
}
