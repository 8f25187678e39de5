/**
 * Shows that our own broker and client hold: `npm run swarm -- --seeds 20000 --out .amber/swarm`.
 *
 * Every story of sims/swarm, in 3.1.1, in 5.0 and mixed, from so many seeds in all. What was done is kept in DIR, and a second call goes on
 * from there. Exit code 1 when a promise was broken, and when the sweep was too mild to show anything.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { JOURNAL_NAME, scanJournal } from '../dist/src/runner/journal.js';
import { mildnessOf } from '../dist/src/runner/mildness.js';
import { SweepTally } from '../dist/src/runner/sweep-tally.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const PROTOCOLS = ['mixed', '5.0', '3.1.1'];

const { values } = given({
  seeds: { type: 'string', default: '20000' },
  workers: { type: 'string', default: '1' },
  out: { type: 'string', default: '.amber/swarm' },
});

function given(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`swarm: ${error.message}`);
    process.exit(2);
  }
}

for (const name of ['seeds', 'workers']) {
  if (!/^[1-9]\d*$/.test(values[name])) {
    console.error(`swarm: --${name} is '${values[name]}'; it can be a whole number from 1 on`);
    process.exit(2);
  }
}
const stories = readdirSync(join(root, 'sims/swarm'))
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => `sims/swarm/${file}`);
const each = Math.ceil(Number(values.seeds) / (stories.length * PROTOCOLS.length));

const tally = new SweepTally();
let failed = false;
for (const protocol of PROTOCOLS) {
  const directory = resolve(values.out, protocol);
  console.log(`${stories.length} stories, ${protocol}, seeds 1 to ${each}`);
  const { status, signal } = spawnSync(
    process.execPath,
    [
      ...[join(root, 'bin/amber.js'), 'sweep', ...stories, '--seeds', `${each}`, '--profile', 'swarm'],
      ...['--param', `protocol=${protocol}`, '--workers', values.workers, '--out', directory],
      ...(existsSync(join(directory, JOURNAL_NAME)) ? ['--resume'] : []),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  if (signal !== null || (status !== 0 && status !== 1)) process.exit(status ?? 130);
  failed ||= status === 1;
  for (const record of scanJournal(join(directory, JOURNAL_NAME)).records) tally.add(record);
}

const thousands = tally.seeds / 1_000;
const share = (list) => `${((100 * list.length) / tally.statements.observable).toFixed(1)} %`;
console.log(`\nin all      ${tally.seeds} seeds, ${tally.failed} failed`);
console.log(`reconnects  ${tally.medianReconnects} in the median seed`);
const rates = [...tally.faults].map(([family, hits]) => `${family} ${(hits / thousands).toFixed(0)}`);
console.log(`faults      a thousand seeds: ${rates.join(', ')}`);
const { exercised, underFault, observable } = tally.statements;
console.log(
  `statements  of ${observable} that can be observed ${share(exercised)} exercised, ${share(underFault)} under fault`,
);
for (const [reason, times] of tally.excuses) console.log(`excused     ${times}x: ${reason}`);
const mildness = mildnessOf(tally);
for (const sentence of mildness) console.log(`too mild    ${sentence}`);
process.exitCode = failed || tally.failed > 0 || mildness.length > 0 ? 1 : 0;
