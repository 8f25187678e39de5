/**
 * What a campaign keeps in Redis besides the jobs of BullMQ: its announcement, the results that nobody has counted yet, and why machines do
 * not take part. All of it is gone when the campaign is over, and a day after its submitter was last seen.
 */
import type { Redis } from 'ioredis';
import { ANNOUNCEMENT_LIMIT, type Campaign } from './campaign.ts';
import { PREFIX } from './redis.ts';

const KEPT_SECONDS = 86_400;
/** Campaigns that a worker looks at. */
const CAMPAIGNS_LIMIT = 1_000;
const REFUSAL_LIMIT = 500;

const LIST = `${PREFIX}:campaigns`;
const announcementOf = (id: string): string => `${PREFIX}:${id}:announcement`;
const resultsOf = (id: string): string => `${PREFIX}:${id}:results`;
const refusalsOf = (id: string): string => `${PREFIX}:${id}:refusals`;
/** Where BullMQ keeps the jobs that nobody has taken. */
const waitingOf = (id: string): string => `${PREFIX}:${id}:wait`;
/** And those that somebody has taken. */
const activeOf = (id: string): string => `${PREFIX}:${id}:active`;

const PUT_RESULT = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return end
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[3])`;

export class Board {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Says, or says again, that the campaign goes on. */
  async announce(campaign: Campaign): Promise<void> {
    await this.#redis
      .multi()
      .sadd(LIST, campaign.id)
      .set(announcementOf(campaign.id), JSON.stringify(campaign), 'EX', KEPT_SECONDS)
      .exec();
  }

  /** Leaves nothing of it; the jobs are BullMQ's to remove. */
  async withdraw(id: string): Promise<void> {
    await this.#redis.multi().srem(LIST, id).del(announcementOf(id), resultsOf(id), refusalsOf(id)).exec();
  }

  /** Names of the campaigns that were announced and not withdrawn. */
  async campaigns(): Promise<string[]> {
    const ids = await this.#redis.smembers(LIST);
    return ids
      .filter((id) => /^[0-9a-f]{16}$/.test(id))
      .sort()
      .slice(0, CAMPAIGNS_LIMIT);
  }

  /** What was announced; undefined when nobody goes on with it. */
  async announcement(id: string): Promise<string | undefined> {
    const text = await this.#redis.getrange(announcementOf(id), 0, ANNOUNCEMENT_LIMIT);
    return text === '' ? undefined : text;
  }

  async hasWaitingJobs(id: string): Promise<boolean> {
    return (await this.#redis.llen(waitingOf(id))) > 0;
  }

  async hasJobsUnderWay(id: string): Promise<boolean> {
    return (await this.#redis.llen(activeOf(id))) > 0;
  }

  async refuse(id: string, worker: string, reason: string): Promise<void> {
    await this.#redis
      .multi()
      .hset(refusalsOf(id), worker, reason.slice(0, REFUSAL_LIMIT))
      .expire(refusalsOf(id), KEPT_SECONDS)
      .exec();
  }

  /** Who does not take part, and why. */
  refusals(id: string): Promise<Record<string, string>> {
    return this.#redis.hgetall(refusalsOf(id));
  }

  /** A result that is there already is the same one; that of a campaign that is over is for nobody. */
  async putResult(id: string, job: string, result: Buffer): Promise<void> {
    await this.#redis.eval(PUT_RESULT, 2, announcementOf(id), resultsOf(id), job, result, KEPT_SECONDS);
  }

  /** Names of jobs that have results. */
  resultsThere(id: string): Promise<string[]> {
    return this.#redis.hkeys(resultsOf(id));
  }

  async result(id: string, job: string): Promise<Buffer | undefined> {
    return (await this.#redis.hgetBuffer(resultsOf(id), job)) ?? undefined;
  }

  async dropResult(id: string, job: string): Promise<void> {
    await this.#redis.hdel(resultsOf(id), job);
  }
}
