/** `amber merge`: the sweeps of several machines as one. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { differenceOf, JOURNAL_NAME, type JournalHeader } from '../runner/journal.ts';
import { SweepCount } from '../runner/sweep-count.ts';
import type { ExitCode } from './exit-code.ts';
import type { CommandIo } from './io.ts';
import { oneOf, usage } from './option-values.ts';
import { readSweepJournal } from './sweep-journal.ts';
import { REPORTERS, reportSweep, type ShownSweep, sweepExitCode } from './sweep-reporters.ts';
import type { Arguments } from './verb.ts';

/** @throws CommandError for what is no journal, and for sweeps that differ in what was run. */
export function mergeCommand({ positionals, options }: Arguments, io: CommandIo): ExitCode {
  const reporter = oneOf((options.reporter as string | undefined) ?? 'pretty', '--reporter', REPORTERS);
  const count = new SweepCount();
  let first: { path: string; header: JournalHeader } | undefined;
  for (const named of positionals) {
    const path = existsSync(named) && statSync(named).isDirectory() ? join(named, JOURNAL_NAME) : named;
    if (!existsSync(path)) throw usage(`there is no file ${path}`);
    const { header, records } = readSweepJournal(path);
    const difference = first === undefined ? undefined : differenceOf(first.header, header);
    if (difference !== undefined)
      throw usage(`${first!.path} and ${path} are not of one sweep: ${difference}`);
    first ??= { path, header };
    // Two machines may have run the same seed.
    for (const record of records) count.add(record);
  }
  const { tally } = count;
  const { profile, mutant, transport, parameters } = first!.header;
  const run = {
    parameters,
    transport,
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
  };
  const shown: ShownSweep = {
    tally,
    complete: true,
    total: tally.seeds,
    before: 0,
    realMillis: 0,
    settings: { run: run as ShownSweep['settings']['run'] },
    directory: undefined,
    differing: [],
    saved: new Map(),
    pictures: [],
    pages: new Map(),
    unsaved: 0,
  };
  io.out(reportSweep(shown, reporter, io));
  return sweepExitCode(shown);
}
