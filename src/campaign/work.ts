/** A worker: looks for campaigns that it can take part in, and does their jobs. */
import type { Redis } from 'ioredis';
import { supervise } from '../host/supervise.ts';
import { counted } from '../trace/counted.ts';
import { Board } from './board.ts';
import { type Campaign, CampaignDataError, parseCampaign } from './campaign.ts';
import { differenceHere } from './difference.ts';
import { CampaignError } from './error.ts';
import { inTime, pause } from './pause.ts';
import { connect, connectionOptions, PREFIX, queuePackages } from './redis.ts';
import type { RedisAddress } from './redis-url.ts';
import { Shift } from './shift.ts';

export interface WorkOptions {
  readonly address: RedisAddress;
  /** Of the machine and the process. */
  readonly name: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** A line for whoever looks after the machine. */
  readonly say: (line: string) => void;
}

const LOOK_MILLIS = 1_000;
/** A checkout that was another may have been brought up to date. */
const REFUSED_MILLIS = 30_000;

/** What is known of a campaign. */
interface Judgement {
  readonly text: string;
  readonly campaign: Campaign | undefined;
  /** Why it is not taken part in. */
  readonly refusal: string | undefined;
  readonly at: number;
}

/**
 * Does the jobs of campaigns, one after the other, until the signal.
 *
 * @returns how many seeds it has run for others.
 * @throws CampaignError when Redis cannot be reached, or does not come back
 */
export async function work(options: WorkOptions): Promise<{ seeds: number; jobs: number }> {
  const { address, name, threads, signal, say } = options;
  const redis = await connect(address);
  say(`${name} works for ${address.name}, with ${counted(threads, 'thread')}`);
  redis.on('close', () => say(`${address.name} is out of reach`));
  redis.on('ready', () => say(`${address.name} is there again`));
  const worker = new Worker(options, redis);
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const working = worker.work();
  try {
    await Promise.race([working, stopped]);
    await inTime(working);
    return worker.done;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Connection is closed')) throw error;
    throw new CampaignError('environment', `${address.name} did not come back`);
  } finally {
    redis.removeAllListeners('close');
    redis.disconnect();
  }
}

class Worker {
  readonly #options: WorkOptions;
  readonly #board: Board;
  /** Of campaigns that are there, by name. */
  #judgements = new Map<string, Judgement>();
  readonly done = { seeds: 0, jobs: 0 };

  constructor(options: WorkOptions, redis: Redis) {
    this.#options = options;
    this.#board = new Board(redis);
  }

  async work(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const campaign = await this.#choose();
      if (campaign === undefined) await pause(LOOK_MILLIS, signal);
      else await this.#takePart(campaign);
    }
  }

  /** Of those that it can take part in, the oldest that has jobs for it; or else the oldest that may come to have some. */
  async #choose(): Promise<Campaign | undefined> {
    const judgements = new Map<string, Judgement>();
    for (const id of await this.#board.campaigns()) {
      const text = await this.#board.announcement(id);
      if (text === undefined) await this.#tidy(id);
      else judgements.set(id, await this.#judge(id, text));
    }
    this.#judgements = judgements;
    const fitting = [...judgements.values()].flatMap(({ campaign, refusal }) =>
      campaign === undefined || refusal !== undefined ? [] : [campaign],
    );
    fitting.sort((a, b) => a.since - b.since);
    for (const campaign of fitting) if (await this.#board.hasWaitingJobs(campaign.id)) return campaign;
    // Whoever does the last of them may have died, and only who takes part gets to know of it.
    for (const campaign of fitting) if (await this.#board.hasJobsUnderWay(campaign.id)) return campaign;
    return undefined;
  }

  /** Leaves nothing of a campaign that nobody goes on with. */
  async #tidy(id: string): Promise<void> {
    const { bullmq } = await queuePackages();
    const queue = new bullmq.Queue(id, {
      connection: connectionOptions(this.#options.address),
      prefix: PREFIX,
    });
    queue.on('error', () => {});
    await inTime(queue.obliterate({ force: true }));
    await inTime(queue.close());
    await this.#board.withdraw(id);
  }

  async #judge(id: string, text: string): Promise<Judgement> {
    const known = this.#judgements.get(id);
    const now = performance.now();
    const stands = known?.refusal === undefined || now - known.at < REFUSED_MILLIS;
    if (known?.text === text && stands) return known;
    const judgement = { text, at: now, ...(await this.#read(id, text)) };
    const { refusal } = judgement;
    if (refusal !== undefined && refusal !== known?.refusal) {
      this.#options.say(`refuses campaign ${id}: ${refusal}`);
      await this.#board.refuse(id, this.#options.name, refusal);
    }
    return judgement;
  }

  async #read(id: string, text: string): Promise<Pick<Judgement, 'campaign' | 'refusal'>> {
    try {
      const campaign = parseCampaign(text);
      if (campaign.id !== id) throw new CampaignDataError('it was announced under another name');
      return { campaign, refusal: await this.#refusalOf(campaign) };
    } catch (error) {
      if (!(error instanceof CampaignDataError)) throw error;
      return { campaign: undefined, refusal: error.message };
    }
  }

  /** Why its seeds would not be the same runs here; undefined when they would. */
  async #refusalOf({ stories, run, first, patienceMillis }: Campaign): Promise<string | undefined> {
    for (const { path, identity } of stories) {
      const difference = differenceHere(path, identity);
      if (difference !== undefined) return difference;
      const outcome = await supervise({
        path,
        options: { ...run, seed: `${first}`, level: 'digest' },
        patienceMillis,
        onOutput: () => {},
        signal: this.#options.signal,
      });
      if (outcome.kind === 'refused') return outcome.message;
    }
    return undefined;
  }

  async #takePart(campaign: Campaign): Promise<void> {
    const shift = await Shift.begin(campaign, this.#board, this.#options);
    await shift.over;
    // BullMQ writes down what it is set to whenever it moves a job, also one of a campaign that was withdrawn meanwhile.
    if ((await this.#board.announcement(campaign.id)) === undefined) await this.#tidy(campaign.id);
    // Its files are others than they were when it began.
    if (shift.changed) this.#judgements.delete(campaign.id);
    this.done.seeds += shift.seeds;
    this.done.jobs += shift.jobs;
  }
}
