/** `amber sweep --queue`: the seeds of a sweep are run by whoever works for a queue. */
import { createHash, randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { relative, resolve, sep } from 'node:path';
import { CAMPAIGN_FORMAT, CAMPAIGN_VERSION, type Campaign, isBelow } from '../campaign/campaign.ts';
import { CampaignError } from '../campaign/error.ts';
import { parseRedisUrl } from '../campaign/redis-url.ts';
import { submit } from '../campaign/submission.ts';
import { runIdentity } from '../host/run-identity.ts';
import type { Sweep, SweepOptions } from '../runner/sweep.ts';
import type { SweepCount } from '../runner/sweep-count.ts';
import { CommandError, exitCodes } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { usage } from './option-values.ts';
import { visible } from './style.ts';
import type { SweepProgress } from './sweep-progress.ts';

interface QueuedSweep extends SweepOptions {
  readonly count: SweepCount;
  readonly queue: string;
  /** Of `--out`: a sweep that is gone on with is the same campaign. */
  readonly directory: string | undefined;
}

/** @throws CommandError in one line: a story that workers cannot find, a Redis that is out of reach, packages that are missing */
export async function sweepByQueue(
  options: QueuedSweep,
  progress: SweepProgress | undefined,
  io: CommandIo,
): Promise<Sweep> {
  try {
    return await submit({
      ...options,
      address: parseRedisUrl(options.queue),
      campaign: campaignOf(options),
      onStatus: (status) => progress?.tell(status),
      onRefusal(worker, reason) {
        progress?.clear();
        io.err(`${visible(`${worker} does not take part: ${reason}`)}\n`);
      },
    });
  } catch (error) {
    throw inOneLine(error);
  }
}

/** What a campaign could not be begun or gone on for, as a command says it. */
export function inOneLine(error: unknown): unknown {
  if (!(error instanceof CampaignError)) return error;
  return new CommandError(exitCodes[error.blame], error.message);
}

function campaignOf({ files, run, patienceMillis, seeds, directory }: QueuedSweep): Campaign {
  const stories = files.map((file) => ({ path: pathFromHere(file), identity: runIdentity(file) }));
  const what = { stories, run, patienceMillis };
  return {
    ...{ format: CAMPAIGN_FORMAT, version: CAMPAIGN_VERSION, ...what },
    id: directory === undefined ? randomBytes(8).toString('hex') : idOf(directory, what),
    first: seeds.first,
    since: Date.now(),
  };
}

/** Of what an earlier part of the sweep has left in Redis, this one makes use: it knows it by its name. */
function idOf(directory: string, what: object): string {
  const text = JSON.stringify([hostname(), realpathSync(directory), what]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Other machines have this checkout elsewhere. */
function pathFromHere(file: string): string {
  const path = relative(process.cwd(), resolve(file)).split(sep).join('/');
  if (isBelow(path)) return path;
  throw usage(
    `${file} is not below this directory; workers are started where this command is, and find stories from there`,
  );
}
