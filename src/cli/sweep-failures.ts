/** What a sweep does about the seeds that failed: it runs them again, alone, and keeps what they broke. */
import { basename, join } from 'node:path';
import { moduleGraphHash } from '../host/module-graph.ts';
import { packageVersion } from '../host/package-version.ts';
import { savedFailureOf } from '../runner/failure.ts';
import type { RunResult } from '../runner/run.ts';
import type { SeedRecord } from '../runner/seed-record.ts';
import { rerun } from '../runner/sweep.ts';
import { canBeRerun, chooseReruns } from './reruns.ts';
import type { RunSettings } from './run-settings.ts';
import { writeWhole } from './whole-file.ts';

/** What they failed in, and where they are kept; undefined keeps nothing. */
interface SweptFiles extends RunSettings {
  readonly files: readonly string[];
  readonly directory: string | undefined;
}

export interface SavedFailures {
  /** Seeds that were another run the second time. */
  readonly differing: readonly SeedRecord[];
  /** Files of failures. */
  readonly saved: readonly string[];
  /** Failures that were not run again. */
  readonly unsaved: number;
  /** What the operating system said when no more could be written. */
  readonly unwritable?: string;
}

/**
 * Finds out of each whether it is the same run again, and with a directory keeps its trace and the failure. Where nothing more can be
 * written it ends, and says why: the journal has every seed, and --resume saves what is missing.
 */
export async function saveFailures(
  records: readonly SeedRecord[],
  { run, patienceMillis, files, directory }: SweptFiles,
  signal: AbortSignal,
): Promise<SavedFailures> {
  const differing: SeedRecord[] = [];
  const saved: string[] = [];
  let unsaved = records.filter(({ outcome }) => canBeRerun(outcome)).length;
  const names = namesOf(files);
  for (const record of chooseReruns(records, files)) {
    const { file, seed } = record;
    const place = directory === undefined ? undefined : join(directory, `${names.get(file)}-${seed}`);
    const { result, differs, unwritable } = await rerun(record, run, {
      patienceMillis,
      signal,
      ...(place === undefined ? {} : { tracePath: `${place}.amber.jsonl.gz` }),
    });
    if (unwritable !== undefined) return { differing, saved, unsaved, unwritable };
    if (differs !== undefined) differing.push(differs);
    if (result !== undefined && place !== undefined) {
      const path = `${place}.failure.json`;
      try {
        writeWhole(path, failureText(file, result));
      } catch (error) {
        return { differing, saved, unsaved, unwritable: (error as Error).message };
      }
      saved.push(path);
    }
    unsaved--;
  }
  return { differing, saved, unsaved };
}

function failureText(file: string, result: RunResult): string {
  const made = { amber: packageVersion(), file, modules: moduleGraphHash(file) };
  return `${JSON.stringify(savedFailureOf(result, made), null, 2)}\n`;
}

/** What each file is called in the names of others: stories of one name in several directories are numbered. */
function namesOf(files: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const file of files) {
    const name = basename(file).replace(/\.[cm]?[jt]s$/, '');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    names.set(file, count === 1 ? name : `${name}.${count}`);
  }
  return names;
}
