/** The threads of a worker, which run the seeds of one campaign; they stay from job to job. */
import { Crew } from '../runner/crew.ts';
import { recordWithout, type SeedRecord } from '../runner/seed-record.ts';
import type { SweepTask } from '../runner/sweep-messages.ts';
import type { Campaign, SeedJob } from './campaign.ts';

/** A job that is being done. */
interface Work {
  readonly file: string;
  readonly job: SeedJob;
  /** By seed. */
  readonly records: SeedRecord[];
  missing: number;
  readonly done: (records: readonly SeedRecord[]) => void;
}

export class Bench {
  readonly #campaign: Campaign;
  readonly #crew: Crew<SweepTask, SeedRecord>;
  readonly #works = new Set<Work>();
  readonly #tasks: SweepTask[] = [];
  readonly #over: Promise<void>;

  constructor(campaign: Campaign, threads: number) {
    this.#campaign = campaign;
    const tasks = this.#tasks;
    this.#crew = new Crew<SweepTask, SeedRecord>(
      {
        [Symbol.iterator]: () => ({
          next() {
            const value = tasks.shift();
            return value === undefined ? { done: true, value } : { done: false, value };
          },
        }),
      },
      {
        size: threads,
        module: 'sweep-worker',
        order: { options: campaign.run },
        patienceMillis: campaign.patienceMillis,
        stays: true,
        lost: ({ file, seed }, { outcome, detail, virtualMicros }) =>
          recordWithout(file, seed, outcome, detail, virtualMicros),
        onAnswer: (record) => this.#answered(record),
      },
    );
    this.#over = this.#crew.work();
  }

  /** Nobody gives it any work. */
  get idle(): boolean {
    return this.#works.size === 0;
  }

  /**
   * Runs the seeds of a job, behind those of the jobs that were begun before.
   *
   * @returns their records, in order; never, when the signal comes first.
   */
  run(job: SeedJob, signal: AbortSignal): Promise<readonly SeedRecord[]> {
    const file = this.#campaign.stories[job.story]!.path;
    return new Promise((done) => {
      if (signal.aborted) return;
      const work: Work = { file, job, records: [], missing: job.count, done };
      this.#works.add(work);
      for (let seed = job.first; seed < job.first + job.count; seed++) {
        this.#tasks.push({ file, seed: `${seed}` });
      }
      signal.addEventListener('abort', () => this.#drop(work), { once: true });
      this.#crew.more();
    });
  }

  /** Ends the threads where they are. */
  async close(): Promise<void> {
    this.#crew.stop();
    await this.#over;
  }

  #answered(record: SeedRecord): void {
    const seed = Number(record.seed);
    for (const work of this.#works) {
      const at = seed - work.job.first;
      if (work.file !== record.file || at < 0 || at >= work.job.count || work.records[at] !== undefined)
        continue;
      work.records[at] = record;
      if (--work.missing > 0) return;
      this.#works.delete(work);
      work.done(work.records);
      return;
    }
  }

  #drop(work: Work): void {
    if (!this.#works.delete(work)) return;
    const { file, job } = work;
    const others = this.#tasks.filter((task) => {
      const at = Number(task.seed) - job.first;
      return task.file !== file || at < 0 || at >= job.count;
    });
    this.#tasks.splice(0, this.#tasks.length, ...others);
  }
}
