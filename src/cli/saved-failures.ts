/** What a command of many runs does about those that failed: it runs some again, alone, and keeps what they broke. */
import { join } from 'node:path';
import { runIdentity } from '../host/run-identity.ts';
import { savedFailureOf } from '../runner/failure.ts';
import type { Reruns } from '../runner/reruns.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import { rerun } from '../runner/sweep.ts';
import type { FaultFilter } from '../sim/fault.ts';
import { writeFailurePicture } from './failure-picture.ts';
import type { CommandIo } from './io.ts';
import { pageLink, pageOf } from './page-link.ts';
import type { RunSettings } from './run-settings.ts';
import { writeWhole } from './whole-file.ts';

/** What they failed in, and where they are kept; undefined keeps nothing. */
interface FailedIn extends RunSettings {
  readonly directory: string | undefined;
  readonly environment: CommandIo['environment'];
}

/** How a run that failed is run again. */
export interface FailedRun {
  readonly seed: string;
  /** Which faults take effect, where not all do. */
  readonly filter?: FaultFilter;
  /** Of its files, without their endings. */
  readonly name: string;
}

export interface SavedFailures {
  /** Runs that were another run the second time. */
  readonly differing: readonly SeedRecord[];
  /** Files of failures. */
  readonly saved: ReadonlyMap<SeedRecord, string>;
  /** Files of pictures to open, of those whose traces are not too large. */
  readonly pictures: readonly string[];
  /** Where a page runs them again, of stories that it has: by the run. */
  readonly pages: ReadonlyMap<SeedRecord, string>;
  /** Failures that were not run again. */
  readonly unsaved: number;
  /** What the operating system said when no more could be written. */
  readonly unwritable?: string;
}

/**
 * Finds out of each whether it is the same run again, and with a directory keeps its trace, the failure and a picture. Where nothing more can be
 * written it ends, and says why.
 */
export async function saveFailures(
  reruns: Reruns,
  runOf: (record: SeedRecord) => FailedRun,
  { run, patienceMillis, directory, environment }: FailedIn,
  signal: AbortSignal,
): Promise<SavedFailures> {
  const differing: SeedRecord[] = [];
  const saved = new Map<SeedRecord, string>();
  const pictures: string[] = [];
  const pages = new Map<SeedRecord, string>();
  let unsaved = reruns.failures;
  for (const record of reruns.chosen()) {
    if (signal.aborted) break;
    const { file } = record;
    const { seed, filter, name } = runOf(record);
    const place = directory === undefined ? undefined : join(directory, name);
    const { result, differs, unwritable } = await rerun(
      { ...record, seed },
      { ...run, ...(filter === undefined ? {} : { faults: filter }) },
      {
        patienceMillis,
        signal,
        ...(place === undefined ? {} : { tracePath: `${place}.amber.jsonl.gz` }),
      },
    );
    if (unwritable !== undefined) return { differing, saved, pictures, pages, unsaved, unwritable };
    if (differs !== undefined) differing.push({ ...differs, seed: record.seed });
    if (result !== undefined && place !== undefined) {
      const path = `${place}.failure.json`;
      const made = { ...runIdentity(file, result.hosted), file };
      const failure = savedFailureOf(result, { ...made, ...(filter === undefined ? {} : { filter }) });
      try {
        writeWhole(path, `${JSON.stringify(failure, null, 2)}\n`);
        saved.set(record, path);
        const link = pageLink({ path: file, result, level: result.level, filter });
        const picture = writeFailurePicture(place, link, environment);
        const page = pageOf(link, environment);
        if (page !== undefined) pages.set(record, page);
        if (picture !== undefined) pictures.push(picture);
      } catch (error) {
        return { differing, saved, pictures, pages, unsaved, unwritable: (error as Error).message };
      }
    }
    if (!signal.aborted) unsaved--;
  }
  return { differing, saved, pictures, pages, unsaved };
}
