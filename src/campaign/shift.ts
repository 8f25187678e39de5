/** A worker's part in one campaign: it takes jobs from its queue for as long as there are any. */
import type { Job, Worker } from 'bullmq';
import { Bench } from './bench.ts';
import type { Board } from './board.ts';
import { type Campaign, CampaignDataError, jobIdOf, parseJob, type SeedJob } from './campaign.ts';
import { differenceHere } from './difference.ts';
import { inTime, pause } from './pause.ts';
import { connectionOptions, PREFIX, queuePackages } from './redis.ts';
import { packResult } from './result.ts';
import type { WorkOptions } from './work.ts';

/** One is done while the next one comes. */
const JOBS_AT_ONCE = 2;
/**
 * A worker that is not heard of for so long is taken for dead, and its jobs are given to others. Its threads work while this one listens, so
 * that nothing keeps it from being heard.
 */
const LOCK_MILLIS = 6_000;
const STALLED_CHECK_MILLIS = 3_000;
/** A job that workers have died in so often is halved. */
const STALLS_LIMIT = 3;
const RETRY_MILLIS = 1_000;
const LOOK_MILLIS = 1_000;
/** Without work for so long, it looks for another campaign. */
const IDLE_MILLIS = 5_000;
const COMPLAINTS_LIMIT = 20;

export class Shift {
  readonly #campaign: Campaign;
  readonly #board: Board;
  readonly #options: WorkOptions;
  readonly #bench: Bench;
  readonly #worker: Worker;
  readonly #complaints = new Set<string>();
  #doneAt = 0;
  /** It has had a job. */
  #takesPart = false;
  readonly #changed = new AbortController();
  /** Resolves when it has ended. */
  readonly over: Promise<void>;
  seeds = 0;
  jobs = 0;

  /** A story has become another while it was run: whoever goes on has to look at it first. */
  get changed(): boolean {
    return this.#changed.signal.aborted;
  }

  static async begin(campaign: Campaign, board: Board, options: WorkOptions): Promise<Shift> {
    return new Shift(campaign, board, options, (await queuePackages()).bullmq);
  }

  private constructor(
    campaign: Campaign,
    board: Board,
    options: WorkOptions,
    bullmq: typeof import('bullmq'),
  ) {
    this.#campaign = campaign;
    this.#board = board;
    this.#options = options;
    this.#bench = new Bench(campaign, options.threads);
    this.#worker = new bullmq.Worker(
      campaign.id,
      (job, token, signal) => this.#do(job, token!, signal!, bullmq),
      {
        connection: connectionOptions(options.address),
        prefix: PREFIX,
        concurrency: JOBS_AT_ONCE,
        lockDuration: LOCK_MILLIS,
        stalledInterval: STALLED_CHECK_MILLIS,
        maxStalledCount: STALLS_LIMIT,
        runRetryDelay: RETRY_MILLIS,
        drainDelay: 1,
      },
    );
    this.#worker.on('error', (error) => this.#complain(error));
    this.over = this.#work();
  }

  async #work(): Promise<void> {
    const { say, signal } = this.#options;
    const { id } = this.#campaign;
    let busyAt = performance.now();
    const leaving = AbortSignal.any([signal, this.#changed.signal]);
    while (!leaving.aborted && performance.now() - busyAt < IDLE_MILLIS) {
      await pause(LOOK_MILLIS, leaving);
      if (!this.#bench.idle) busyAt = performance.now();
      if (!leaving.aborted && (await this.#board.announcement(id)) === undefined) break;
    }
    this.#worker.cancelAllJobs();
    await inTime(this.#worker.close());
    await inTime(this.#worker.close(true));
    await this.#worker.disconnect().catch(() => {});
    await this.#bench.close();
    if (this.#takesPart) say(`has run ${this.seeds} seeds of campaign ${id}`);
  }

  async #do(job: Job, token: string, signal: AbortSignal, bullmq: typeof import('bullmq')): Promise<void> {
    const seeds = this.#read(job, bullmq);
    const { path, identity } = this.#campaign.stories[seeds.story]!;
    this.#begin();
    if (differenceHere(path, identity) !== undefined) this.#changed.abort();
    const started = performance.now();
    const records = this.changed
      ? undefined
      : await Promise.race([this.#bench.run(seeds, signal), aborted(signal)]);
    if (records === undefined) {
      // Whoever comes next has it at once.
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
    // The one before was in front of it.
    const millis = Math.round(performance.now() - Math.max(started, this.#doneAt));
    this.#doneAt = performance.now();
    const result = await packResult({ worker: this.#options.name, millis, records });
    await this.#board.putResult(this.#campaign.id, job.id!, result);
    this.seeds += records.length;
    this.jobs++;
  }

  #begin(): void {
    if (this.#takesPart) return;
    this.#takesPart = true;
    const { id, stories } = this.#campaign;
    this.#options.say(`takes part in campaign ${id}: ${stories.map(({ path }) => path).join(', ')}`);
  }

  /** What is wrong with a job is wrong with it for everybody. */
  #read(job: Job, bullmq: typeof import('bullmq')): SeedJob {
    const { stories } = this.#campaign;
    try {
      const seeds = parseJob(job.data, stories.length);
      if (job.id !== jobIdOf(seeds)) throw new CampaignDataError('it has the name of another');
      return seeds;
    } catch (error) {
      if (!(error instanceof CampaignDataError)) throw error;
      throw new bullmq.UnrecoverableError(`${this.#options.name} refuses it: ${error.message}`);
    }
  }

  /** What goes wrong between BullMQ and Redis mends itself; if not, somebody has to know. */
  #complain(error: Error): void {
    if (/ECONN|EPIPE|closed|could not renew lock|Missing (lock|key)/.test(error.message)) return;
    const complaint = error.message.split('\n')[0]!.replace(/\d+/g, '0');
    if (this.#complaints.size >= COMPLAINTS_LIMIT || this.#complaints.has(complaint)) return;
    this.#complaints.add(complaint);
    this.#options.say(error.message.split('\n')[0]!);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
