/**
 * A campaign: one sweep whose seeds are run by any number of machines. What it is, is announced in Redis; its seeds are jobs of a queue of
 * its own.
 *
 * Who can write to that Redis can write anything. So whatever comes from there is read here, word for word, before anybody acts on it; and
 * all that it can ask for are stories of a worker's own checkout.
 */
import type { RunIdentity } from '../host/run-identity.ts';
import type { SweepRunOptions } from '../runner/sweep-messages.ts';
import { TRANSPORTS } from '../sim/link-specification.ts';
import { PROFILES } from '../sim/profile.ts';

export const CAMPAIGN_FORMAT = 'amber-campaign';
export const CAMPAIGN_VERSION = 1;

/** A scenario of a campaign. */
export interface CampaignStory {
  /** From the directory in which workers are started, with slashes; never out of it. */
  readonly path: string;
  readonly identity: RunIdentity;
}

export interface Campaign {
  readonly format: typeof CAMPAIGN_FORMAT;
  readonly version: number;
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly stories: readonly CampaignStory[];
  readonly run: SweepRunOptions;
  /** Real milliseconds without any progress after which a script is taken for one that never ends: it decides what a seed comes to. */
  readonly patienceMillis: number;
  /** The first seed, which workers try before they take part. */
  readonly first: number;
  /** When it began, in milliseconds since 1970: the oldest comes first. */
  readonly since: number;
}

/** Seeds of one story that are done by one worker at a time. */
export interface SeedJob {
  /** Which of the stories. */
  readonly story: number;
  readonly first: number;
  readonly count: number;
}

/** What was read from Redis is none of ours; `message` says in what. */
export class CampaignDataError extends Error {
  override readonly name = 'CampaignDataError';
}

/** More would take too long to be done again. */
export const JOB_SEEDS_LIMIT = 5_000;
const STORIES_LIMIT = 1_000;
const PATH_LIMIT = 1_000;
const TEXT_LIMIT = 1_000;
const PARAMETERS_LIMIT = 100;
const PATIENCE_LIMIT_MILLIS = 86_400_000;
/** An announcement that is longer is not read. */
export const ANNOUNCEMENT_LIMIT = 1_000_000;

/** The name of a job: the same seeds have the same, so that they are never twice in a queue. */
export function jobIdOf({ story, first, count }: SeedJob): string {
  return `${story}-${first}-${count}`;
}

/** @throws CampaignDataError */
export function parseJobId(id: string, stories: number): SeedJob {
  const [, story, first, count] = /^(\d{1,4})-(\d{1,16})-(\d{1,5})$/.exec(id) ?? [];
  return checkedJob({ story: Number(story), first: Number(first), count: Number(count) }, stories);
}

/** @throws CampaignDataError */
export function parseJob(data: unknown, stories: number): SeedJob {
  if (!isRecord(data)) throw new CampaignDataError('it is no object');
  const { story, first, count } = data;
  return checkedJob({ story: story as number, first: first as number, count: count as number }, stories);
}

function checkedJob({ story, first, count }: SeedJob, stories: number): SeedJob {
  if (!isWhole(story, 0, stories - 1)) throw new CampaignDataError('it is of no story of the campaign');
  if (!isWhole(count, 1, JOB_SEEDS_LIMIT) || !isWhole(first, 0, Number.MAX_SAFE_INTEGER - count)) {
    throw new CampaignDataError('its seeds are no seeds');
  }
  return { story, first, count };
}

/** @throws CampaignDataError */
export function parseCampaign(text: string): Campaign {
  const wrong = (what: string): CampaignDataError => new CampaignDataError(what);
  let value: unknown;
  try {
    value = text.length > ANNOUNCEMENT_LIMIT ? undefined : JSON.parse(text);
  } catch {
    // Then it stays undefined.
  }
  if (!isRecord(value) || value.format !== CAMPAIGN_FORMAT) throw wrong('it is no announcement of one');
  if (value.version !== CAMPAIGN_VERSION) {
    throw wrong(`it is of version ${value.version}, and this amber knows version ${CAMPAIGN_VERSION}`);
  }
  const { id, stories, run, patienceMillis, first, since } = value;
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) throw wrong("'id' is none");
  if (!Array.isArray(stories) || stories.length === 0 || stories.length > STORIES_LIMIT) {
    throw wrong("'stories' is no list of them");
  }
  if (!isWhole(patienceMillis, 1, PATIENCE_LIMIT_MILLIS)) throw wrong("'patienceMillis' is no such time");
  if (!isWhole(first, 0, Number.MAX_SAFE_INTEGER)) throw wrong("'first' is no seed");
  if (!isWhole(since, 0, Number.MAX_SAFE_INTEGER)) throw wrong("'since' is no time");
  return {
    ...{ format: CAMPAIGN_FORMAT, version: CAMPAIGN_VERSION, id, patienceMillis, first, since },
    stories: stories.map(parseStory),
    run: parseRun(run),
  };
}

function parseStory(value: unknown): CampaignStory {
  const { path, identity } = isRecord(value) ? value : {};
  if (typeof path !== 'string' || !isBelow(path)) {
    throw new CampaignDataError('a story is not named from the directory that workers are started in');
  }
  const hosted = isRecord(identity) ? (identity.hosted ?? { node: '' }) : undefined;
  if (!hasTexts(identity, ['amber', 'modules']) || !hasTexts(hosted, ['node', 'lockfile', 'hash'])) {
    throw new CampaignDataError(`nobody says which ${path} is meant`);
  }
  return { path, identity: identity as unknown as RunIdentity };
}

/** Whether a path can lead to no file but a story of this checkout: not out of it, and not into the packages that are installed. */
export function isBelow(path: string): boolean {
  if (path.length > PATH_LIMIT || !/\.[cm]?[jt]s$/.test(path) || /[\\\0:?#%]/.test(path)) return false;
  return path.split('/').every((part) => !['', '.', '..', 'node_modules'].includes(part));
}

function parseRun(value: unknown): SweepRunOptions {
  if (!isRecord(value)) throw new CampaignDataError("'run' says nothing");
  const { parameters, transport, profile, mutant } = value;
  if (!isRecord(parameters) || Object.keys(parameters).length > PARAMETERS_LIMIT) {
    throw new CampaignDataError("'parameters' are none");
  }
  for (const text of Object.values(parameters)) {
    if (!isText(text)) throw new CampaignDataError("'parameters' are no texts");
  }
  const knownTransport = TRANSPORTS.find((known) => known === transport);
  if (knownTransport === undefined) throw new CampaignDataError("'transport' is none");
  const knownProfile = PROFILES.find((known) => known === profile);
  if (knownProfile === undefined && profile !== undefined) throw new CampaignDataError("'profile' is none");
  if (mutant !== undefined && !isText(mutant)) throw new CampaignDataError("'mutant' is no text");
  return {
    parameters: parameters as Record<string, string>,
    transport: knownTransport,
    ...(knownProfile === undefined ? {} : { profile: knownProfile }),
    ...(mutant === undefined ? {} : { mutant }),
  };
}

/** The first of them has to be there. */
function hasTexts(value: unknown, names: readonly [string, ...string[]]): boolean {
  if (!isRecord(value) || !isText(value[names[0]])) return false;
  return names.every((name) => value[name] === undefined || isText(value[name]));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_LIMIT;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, least: number, greatest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= greatest;
}
