/** What a worker sends of the seeds of a job: their records, in order, packed. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { SeedOutcome, SeedRecord } from '../runner/seed-record.ts';
import { CampaignDataError, type SeedJob } from './campaign.ts';

export interface JobResult {
  /** Who did it. */
  readonly worker: string;
  /** Real milliseconds it took. */
  readonly millis: number;
  /** In the order of their seeds. */
  readonly records: readonly SeedRecord[];
}

const RESULT_VERSION = 1;
/** A worker that sends more than this is not listened to. */
const UNPACKED_LIMIT_BYTES = 268_435_456;
const WORKER_NAME_LIMIT = 100;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const OUTCOMES: Readonly<Record<SeedOutcome, true>> = {
  passed: true,
  failed: true,
  stalled: true,
  limit: true,
  'script-error': true,
  stuck: true,
  died: true,
  bug: true,
  differs: true,
};

/** The file of a record is that of its job, as the submitter named it. */
export async function packResult({ worker, millis, records }: JobResult): Promise<Buffer> {
  const lines = [{ version: RESULT_VERSION, worker, millis }, ...records.map(({ file: _, ...rest }) => rest)];
  return pack(lines.map((line) => JSON.stringify(line)).join('\n'));
}

/**
 * @param file what the submitter calls the story.
 * @throws CampaignDataError for anything but the records of just these seeds
 */
export async function unpackResult(bytes: Buffer, job: SeedJob, file: string): Promise<JobResult> {
  let lines: unknown[];
  try {
    const text = (await unpack(bytes, { maxOutputLength: UNPACKED_LIMIT_BYTES })).toString('utf8');
    lines = text.split('\n').map((line) => JSON.parse(line) as unknown);
  } catch (error) {
    throw new CampaignDataError(`its result cannot be read: ${(error as Error).message}`);
  }
  const [head, ...rest] = lines as [Partial<Record<string, unknown>> | null, ...unknown[]];
  if (head?.version !== RESULT_VERSION) throw new CampaignDataError('its result is of another version');
  const { worker, millis } = head;
  if (typeof worker !== 'string' || worker.length > WORKER_NAME_LIMIT || !isCount(millis)) {
    throw new CampaignDataError('its result does not say whose it is');
  }
  if (rest.length !== job.count) {
    throw new CampaignDataError(`its result has ${rest.length} seeds instead of ${job.count}`);
  }
  const records = rest.map((value, at) => {
    const record = { file, ...(value as object) } as SeedRecord;
    if (!isRecordOf(record, file, `${job.first + at}`)) {
      throw new CampaignDataError(`its result has no record of seed ${job.first + at}`);
    }
    return record;
  });
  return { worker, millis, records };
}

function isRecordOf(record: SeedRecord, file: string, seed: string): boolean {
  const { outcome, digest, broke, detail, cutShort } = record;
  return (
    record.file === file &&
    record.seed === seed &&
    Object.hasOwn(OUTCOMES, outcome) &&
    (cutShort === undefined || cutShort === true) &&
    [digest, broke, detail].every((text) => text === undefined || typeof text === 'string') &&
    [record.virtualMicros, record.events, record.packets, record.reconnects].every(isCount) &&
    hasValues(
      record.rules,
      (counts) => Array.isArray(counts) && counts.length === 4 && counts.every(isCount),
    ) &&
    hasValues(record.faults, isCount) &&
    hasValues(record.excuses ?? {}, isCount) &&
    hasValues(record.known ?? {}, (known) => typeof known === 'string') &&
    hasValues(record.sometimes ?? {}, (seen) => typeof seen === 'boolean')
  );
}

function hasValues(value: unknown, fits: (each: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(fits);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
