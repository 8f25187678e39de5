/** Every row, one family after the other, each in a process of its own: `npm run bench [-- FAMILY...] [--smoke | --write | --json FILE | --pin]`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allocatedPerPacket } from './allocated.ts';
import { measuredApart } from './apart.ts';
import { changesOf, pin } from './counts.ts';
import { FAMILIES } from './families.ts';
import {
  MEASURED,
  type MeasuredFamily,
  type Measurement,
  machine,
  measured,
  measuredJson,
  readMeasured,
} from './measurement.ts';
import { performancePage } from './performance-page.ts';
import { line } from './report.ts';

const PAGE = join(import.meta.dirname, '../docs/performance.md');

const USAGE = `npm run bench [-- FAMILY...] [OPTION]

  --smoke      a little of every row, to see that it runs, and the counts against bench/counts.json
  --pin        writes bench/counts.json
  --write      writes bench/measured.json and docs/performance.md; families that are not asked for stay as they are
  --json FILE  writes what was measured

families: ${Object.keys(FAMILIES).join(', ')}`;

const OPTIONS = {
  smoke: { type: 'boolean' },
  pin: { type: 'boolean' },
  write: { type: 'boolean' },
  json: { type: 'string' },
  help: { type: 'boolean' },
  allocated: { type: 'boolean' },
} as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
}

/** Exit code: 0, 1 when a row failed or a count changed, 2 for what was not understood. */
export async function main(args: readonly string[]): Promise<number> {
  const asked = parsed(args);
  if (typeof asked === 'string') return refused(asked);
  const { values, positionals } = asked;
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  if (values.allocated === true) {
    console.log(allocatedPerPacket());
    return 0;
  }
  const unknown = positionals.filter((name) => !(name in FAMILIES));
  if (unknown.length > 0) return refused(`there is no family ${unknown.join(', ')}`);
  const pace = values.smoke === true || values.pin === true ? 'smoke' : 'full';
  const names =
    values.pin === true ? ['counts'] : positionals.length > 0 ? positionals : Object.keys(FAMILIES);
  console.log(`${machine()}, Node ${process.versions.node}; medians, and ratios to a peer in the same run\n`);
  const found: Record<string, MeasuredFamily> = {};
  for (const name of names) {
    const family =
      pace === 'full' && names.length > 1 ? measuredApart(name) : await measured(FAMILIES[name]!, pace);
    found[name] = family;
    console.log(`${name}${family.failure === undefined ? '' : `: FAILED: ${family.failure}`}`);
    for (const row of family.rows) console.log(`  ${line(row, pace)}`);
  }
  if (values.pin === true) pin(found.counts!.rows);
  if (values.json !== undefined) writeFileSync(values.json, measuredJson(found));
  if (values.write === true) writeDown({ ...readMeasured(), ...found });
  const changes = found.counts === undefined || values.pin === true ? [] : changesOf(found.counts.rows);
  for (const change of changes) console.log(`CHANGED: ${change}`);
  const failed = Object.values(found).some(({ failure }) => failure !== undefined);
  return failed || changes.length > 0 ? 1 : 0;
}

function writeDown(measurement: Measurement): void {
  writeFileSync(MEASURED, measuredJson(measurement));
  writeFileSync(PAGE, performancePage(readMeasured()));
}

function refused(why: string): number {
  console.error(`bench: ${why}\n\n${USAGE}`);
  return 2;
}
