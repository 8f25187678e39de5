/**
 * The submitter of a campaign: hands out its seeds as jobs, few at a time, and counts what comes back.
 *
 * That each seed counts once does not hang on the queue, which only promises that each job is done at least once. A record says the same
 * whoever made it, so the first is as good as any; and there is one place where records are counted, which knows the seeds that it has. A job that Redis
 * has lost is handed out again, a result that nobody waits for is thrown away.
 */
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { recordWithout, type SeedRecord } from '../runner/seed-record.ts';
import { SeedSet } from '../runner/seed-set.ts';
import { isSeedOf } from '../runner/seeds.ts';
import type { Sweep, SweepOptions } from '../runner/sweep.ts';
import type { SweepCount } from '../runner/sweep-count.ts';
import { Board } from './board.ts';
import { type Campaign, CampaignDataError, jobIdOf, parseJobId, type SeedJob } from './campaign.ts';
import { CampaignError } from './error.ts';
import { inTime, pause } from './pause.ts';
import { JobSize, jobsOf } from './plan.ts';
import { connect, connectionOptions, PREFIX, queuePackages } from './redis.ts';
import type { RedisAddress } from './redis-url.ts';
import { unpackResult } from './result.ts';

export interface SubmitOptions
  extends Pick<SweepOptions, 'files' | 'first' | 'seeds' | 'bail' | 'onRecord' | 'signal'> {
  readonly count: SweepCount;
  readonly address: RedisAddress;
  readonly campaign: Campaign;
  /** Is told what is the matter while nothing comes, and undefined when nothing is. */
  readonly onStatus?: (status: string | undefined) => void;
  /** Is told once of each machine that does not take part. */
  readonly onRefusal?: (worker: string, reason: string) => void;
}

const POLL_MILLIS = 100;
const TEND_MILLIS = 2_000;
/** So long nothing comes before somebody is told why. */
const SILENCE_MILLIS = 3_000;
/** Jobs that are out at once: enough for each worker to find one when it comes for it, few enough for Redis to hold their results. */
const JOBS_OUT_LEAST = 32;
const JOBS_OUT_EACH_WORKER = 4;
const JOBS_OUT_LIMIT = 1_000;
/** A job that fails so often will not be done. */
const FAILURES_LIMIT = 4;
/** What Redis answers with an error is asked again, so often. */
const TROUBLES_LIMIT = 60;
const TROUBLE_MILLIS = 1_000;
const REFUSALS_LIMIT = 20;
const FAILED_KEPT = 100;
const STALLED = /^job stalled more than allowable limit/;

/** A job that somebody has, or that waits for somebody. */
interface JobOut {
  readonly job: SeedJob;
  failures: number;
  /** Not looked for in Redis before this. */
  lookAt: number;
}

/**
 * Has the seeds of a sweep run by whoever works for the queue.
 *
 * @throws CampaignError when Redis cannot be reached, or does not come back, and when a job fails wherever it is done
 */
export async function submit(options: SubmitOptions): Promise<Sweep> {
  const { address, signal } = options;
  const { bullmq } = await queuePackages();
  const redis = await connect(address);
  const queue = new bullmq.Queue(options.campaign.id, {
    connection: connectionOptions(address),
    prefix: PREFIX,
    // Nobody reads them, and they would stay.
    streams: { events: { maxLen: 0 } },
  });
  // It says on our own connection what it has to say.
  queue.on('error', () => {});
  const submission = new Submission(options, redis, queue);
  const stopped = new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    else signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  const working = submission.work();
  try {
    await Promise.race([working, stopped]);
  } catch (error) {
    throw explained(error, address);
  } finally {
    submission.stop();
    await inTime(working);
    await inTime(submission.withdraw());
    await inTime(queue.close());
    queue.disconnect().catch(() => {});
    redis.disconnect();
  }
  return { tally: options.count.tally, complete: submission.complete };
}

function explained(error: unknown, { name }: RedisAddress): unknown {
  if (error instanceof CampaignError || !(error instanceof Error)) return error;
  if (error.message.startsWith('Connection is closed')) {
    return new CampaignError('environment', `${name} did not come back`);
  }
  return error.name === 'ReplyError' ? new CampaignError('environment', `${name}: ${error.message}`) : error;
}

class Submission {
  readonly #options: SubmitOptions;
  readonly #queue: Queue;
  readonly #board: Board;
  readonly #redis: Redis;
  readonly #out = new Map<string, JobOut>();
  /** Jobs of seeds that come before the others, and jobs that were cut in two. */
  readonly #first: SeedJob[] = [];
  /** Seeds of those, and of jobs that were there when a campaign was gone on with. */
  readonly #taken = new SeedSet();
  readonly #size = new JobSize();
  readonly #plan: Iterator<SeedJob, undefined>;
  readonly #workers = new Set<string>();
  readonly #refusals = new Set<string>();
  readonly #stop = new AbortController();
  #planned = false;
  #heardAt = performance.now();
  #tendedAt = Number.NEGATIVE_INFINITY;
  #troubles = 0;
  #status: string | undefined;
  complete = false;

  constructor(options: SubmitOptions, redis: Redis, queue: Queue) {
    this.#options = options;
    this.#redis = redis;
    this.#queue = queue;
    this.#board = new Board(redis);
    const { files, first = [], seeds, count } = options;
    for (const task of first.toReversed()) {
      if (count.has(task) || !this.#taken.add(task)) continue;
      this.#first.push({ story: files.indexOf(task.file), first: Number(task.seed), count: 1 });
    }
    this.#plan = jobsOf(files.length, seeds, this.#size, (story, seed) => {
      const task = { file: files[story]!, seed: `${seed}` };
      return count.has(task) || this.#taken.has(task);
    });
  }

  /** Resolves when every seed is counted, or one has failed and that is enough. */
  async work(): Promise<void> {
    const watch = setInterval(() => this.#showStatus(), SILENCE_MILLIS);
    try {
      await this.#untilItSucceeds(() => this.#adopt());
      while (!this.#stop.signal.aborted) {
        const counted = await this.#untilItSucceeds(() => this.#turn());
        if (this.complete) return;
        if (counted === 0) await pause(POLL_MILLIS, this.#stop.signal);
      }
    } finally {
      clearInterval(watch);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Leaves nothing in Redis. */
  async withdraw(): Promise<void> {
    const { id } = this.#options.campaign;
    await this.#board.withdraw(id);
    await this.#queue.obliterate({ force: true });
  }

  /** Redis may have no room, or be loading what it had: it is asked again for a while. */
  async #untilItSucceeds<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#stop.signal.aborted) {
      try {
        const done = await work();
        this.#troubles = 0;
        return done;
      } catch (error) {
        if ((error as Error).name !== 'ReplyError' || ++this.#troubles > TROUBLES_LIMIT) throw error;
        this.#say(`Redis says: ${(error as Error).message}`);
        await pause(TROUBLE_MILLIS, this.#stop.signal);
      }
    }
    return undefined;
  }

  /** What an earlier submitter of this campaign has left: jobs that are done or under way, of seeds that are not counted. */
  async #adopt(): Promise<void> {
    const { campaign, files } = this.#options;
    await this.#board.announce(campaign);
    const jobs = await this.#queue.getJobs(['waiting', 'active', 'failed', 'delayed', 'prioritized']);
    const there = [...(await this.#board.resultsThere(campaign.id)), ...jobs.map((job) => job?.id ?? '')];
    for (const id of new Set(there)) {
      const job = this.#adoptable(id);
      if (job === undefined) {
        await this.#board.dropResult(campaign.id, id);
        await this.#queue.remove(id);
        continue;
      }
      this.#out.set(id, { job, failures: 0, lookAt: 0 });
      const file = files[job.story]!;
      for (const seed of seedsIn(job)) this.#taken.add({ file, seed });
    }
  }

  #adoptable(id: string): SeedJob | undefined {
    const { files, seeds, count } = this.#options;
    let job: SeedJob;
    try {
      job = parseJobId(id, files.length);
    } catch {
      return undefined;
    }
    const file = files[job.story]!;
    for (const seed of seedsIn(job)) {
      const task = { file, seed };
      if (!isSeedOf(Number(seed), seeds) || count.has(task) || this.#taken.has(task)) return undefined;
    }
    return job;
  }

  /** @returns how many jobs came back. */
  async #turn(): Promise<number> {
    await this.#fill();
    const counted = await this.#collect();
    if (this.#planned && this.#out.size === 0 && this.#first.length === 0) this.complete = true;
    const now = performance.now();
    if (!this.complete && now - this.#tendedAt > TEND_MILLIS) {
      this.#tendedAt = now;
      await this.#tend();
    }
    return counted;
  }

  /** Hands out as many jobs as there should be. */
  async #fill(): Promise<void> {
    const limit = Math.min(
      JOBS_OUT_LIMIT,
      Math.max(JOBS_OUT_LEAST, JOBS_OUT_EACH_WORKER * this.#workers.size),
    );
    const jobs: SeedJob[] = [];
    while (this.#out.size < limit) {
      const job = this.#first.pop() ?? this.#nextPlanned();
      if (job === undefined) break;
      jobs.push(job);
      this.#out.set(jobIdOf(job), { job, failures: 0, lookAt: performance.now() + TEND_MILLIS });
    }
    if (jobs.length > 0) await this.#handOut(jobs);
  }

  #nextPlanned(): SeedJob | undefined {
    const next = this.#plan.next();
    this.#planned = next.done === true;
    return next.value;
  }

  async #handOut(jobs: readonly SeedJob[]): Promise<void> {
    await this.#queue.addBulk(
      jobs.map((job) => ({
        name: 'seeds',
        data: job,
        opts: { jobId: jobIdOf(job), removeOnComplete: true, removeOnFail: FAILED_KEPT },
      })),
    );
  }

  /** Counts what has come back. */
  async #collect(): Promise<number> {
    const { campaign, files } = this.#options;
    let counted = 0;
    for (const id of await this.#board.resultsThere(campaign.id)) {
      if (this.#stop.signal.aborted) break;
      const out = this.#out.get(id);
      const bytes = out === undefined ? undefined : await this.#board.result(campaign.id, id);
      if (out !== undefined && bytes !== undefined) {
        try {
          const result = await unpackResult(bytes, out.job, files[out.job.story]!);
          if (this.#stop.signal.aborted) break;
          this.#workers.add(result.worker);
          this.#size.learn(result.millis, result.records.length);
          this.#count(out, result.records);
          counted++;
        } catch (error) {
          if (!(error instanceof CampaignDataError)) throw error;
          this.#failed(out, error.message);
        }
      }
      await this.#board.dropResult(campaign.id, id);
      // It is gone already, unless somebody was taken for dead and was not; then somebody else has it.
      if (out !== undefined) await this.#queue.remove(id);
    }
    return counted;
  }

  #count({ job }: JobOut, records: Iterable<SeedRecord>): void {
    const { count, onRecord, bail } = this.#options;
    this.#out.delete(jobIdOf(job));
    this.#heardAt = performance.now();
    this.#say(undefined);
    for (const record of records) {
      if (this.#stop.signal.aborted || !count.add(record)) continue;
      onRecord?.(record);
      if (bail === true && record.outcome !== 'passed') this.#stop.abort();
    }
  }

  /** Says that the campaign goes on, and sees after jobs of which nothing was heard. */
  async #tend(): Promise<void> {
    const { campaign, onRefusal } = this.#options;
    await this.#board.announce(campaign);
    for (const [worker, reason] of Object.entries(await this.#board.refusals(campaign.id))) {
      if (this.#refusals.has(worker) || this.#refusals.size >= REFUSALS_LIMIT) continue;
      this.#refusals.add(worker);
      onRefusal?.(worker, reason);
    }
    for (const failed of await this.#queue.getFailed(0, FAILED_KEPT)) {
      const id = failed?.id ?? '';
      const out = this.#out.get(id);
      await this.#queue.remove(id);
      if (out === undefined) continue;
      if (STALLED.test(failed.failedReason)) this.#divide(out);
      else this.#failed(out, failed.failedReason);
    }
    await this.#restoreLost();
  }

  /** Hands out again what Redis has forgotten. */
  async #restoreLost(): Promise<void> {
    const now = performance.now();
    const waited = [...this.#out].filter(([, { lookAt }]) => lookAt <= now);
    if (waited.length === 0) return;
    const look = this.#redis.pipeline();
    for (const [id] of waited) look.exists(this.#queue.toKey(id));
    const there = (await look.exec()) ?? [];
    // A worker writes its result first, and then its job goes: what is in neither place, in this order, is lost.
    const results = new Set(await this.#board.resultsThere(this.#options.campaign.id));
    const lost = waited.filter(([id], at) => there[at]?.[1] === 0 && !results.has(id));
    if (lost.length > 0) await this.#handOut(lost.map(([, { job }]) => job));
  }

  /** @throws CampaignError when it has failed too often. */
  #failed(out: JobOut, reason: string): void {
    if (++out.failures < FAILURES_LIMIT) return;
    const { first, count, story } = out.job;
    throw new CampaignError(
      'environment',
      `seeds ${first}..${first + count - 1} of ${this.#options.files[story]} cannot be run by a worker: ${reason.split('\n')[0]}`,
    );
  }

  /** Workers died in it, again and again: perhaps of one of its seeds, which is found by halving. */
  #divide(out: JobOut): void {
    const { story, first, count } = out.job;
    if (count === 1) {
      const detail = 'again and again the process of the worker that ran it has died';
      this.#count(out, [recordWithout(this.#options.files[story]!, `${first}`, 'died', detail)]);
      return;
    }
    this.#out.delete(jobIdOf(out.job));
    const half = Math.ceil(count / 2);
    this.#first.push({ story, first: first + half, count: count - half }, { story, first, count: half });
  }

  #showStatus(): void {
    const { address } = this.#options;
    if (this.#redis.status !== 'ready') this.#say(`${address.name} is out of reach`);
    else if (performance.now() - this.#heardAt > SILENCE_MILLIS * (this.#workers.size === 0 ? 1 : 10)) {
      this.#say(`nothing comes; does somebody run amber worker --queue ${address.name}?`);
    }
  }

  #say(status: string | undefined): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#options.onStatus?.(status);
  }
}

function* seedsIn({ first, count }: SeedJob): Generator<string> {
  for (let seed = first; seed < first + count; seed++) yield `${seed}`;
}
