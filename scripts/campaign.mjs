/**
 * Shows that a campaign counts each seed once and finds all that there is to find, while workers are killed, Redis is killed, and its
 * submitter too: `npm run campaign -- --seeds 1000000 --workers 2 --kills 20 --restarts 5`.
 *
 * Redis, workers and submitter are processes of this machine. What came of it is compared with a sweep without a queue, but for --no-local.
 * Exit code 1 when anything differs.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { JOURNAL_NAME, scanJournal } from '../dist/src/runner/journal.js';
import { SeedSet } from '../dist/src/runner/seed-set.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const STORY = 'test/fixtures/scenarios/planted.ts';
const LOOK_MILLIS = 250;
const FORGET_MILLIS = 4_000;

const { values } = given({
  seeds: { type: 'string', default: '10000' },
  workers: { type: 'string', default: '2' },
  kills: { type: 'string', default: '4' },
  restarts: { type: 'string', default: '2' },
  submitters: { type: 'string', default: '1' },
  'no-local': { type: 'boolean', default: false },
});

function given(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`campaign: ${error.message}`);
    process.exit(2);
  }
}

for (const [name, value] of Object.entries(values)) {
  if (typeof value === 'string' && !/^\d{1,9}$/.test(value)) {
    console.error(`campaign: --${name} is '${value}'; it can be a whole number`);
    process.exit(2);
  }
}
const seeds = Number(values.seeds);
const programs = JSON.parse(readFileSync(join(root, '.cache/programs.json'), 'utf8'));
const redisServer = programs['redis-server']?.path;
if (redisServer === undefined) {
  console.error('campaign: there is no Redis; node scripts/provide.mjs redis-server');
  process.exit(5);
}

const directory = mkdtempSync(join(tmpdir(), 'amber-campaign-'));
const log = openSync(join(directory, 'log'), 'a');
const amber = (...args) =>
  spawn(process.execPath, [join(root, 'bin/amber.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', log],
  });

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.close();
const url = `redis://127.0.0.1:${port}`;
mkdirSync(join(directory, 'redis'));

async function startRedis() {
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    join(directory, 'redis'),
    '--save',
    '',
  ];
  const child = spawn(redisServer, [...options, '--appendonly', 'yes'], { stdio: 'ignore' });
  await client.ping();
  return child;
}

function startWorker() {
  const child = amber('worker', '--queue', url, '--workers', '1');
  child.stdout.resume();
  return child;
}

const sweepArgs = ['sweep', STORY, '--seeds', `${seeds}`, '--transport', 'ideal', '--reporter', 'json'];
const journalOf = (name) => join(directory, name, JOURNAL_NAME);

/** A sweep and what it has printed. */
function startSweep(name, ...more) {
  const resume = existsSync(journalOf(name)) ? ['--resume'] : [];
  const child = amber(...sweepArgs, '--out', join(directory, name), ...resume, ...more);
  const run = { child, out: '' };
  child.stdout.on('data', (data) => {
    run.out += data;
  });
  return run;
}

/** MiB of memory that a process has in the machine. */
function residentMebibytes({ pid }) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** The moments of the kills, as parts of the way; drawn, but the same each time. */
function moments(count, seed) {
  let state = seed;
  return Array.from({ length: count }, (_, at) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (at + 0.1 + (0.8 * state) / 2_147_483_648) / count;
  });
}

const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 100 });
client.on('error', () => {});
let redis = await startRedis();
const workers = Array.from({ length: Number(values.workers) }, startWorker);
const strikes = [
  ...moments(Number(values.kills), 1).map((at) => ({ at, what: 'worker' })),
  ...moments(Number(values.restarts), 2).map((at) => ({ at, what: 'redis' })),
  ...moments(Number(values.submitters), 3).map((at) => ({ at, what: 'submitter' })),
].sort((a, b) => a.at - b.at);

async function strike(what) {
  if (what === 'worker') {
    const at = struck.worker % workers.length;
    workers[at].kill('SIGKILL');
    workers[at] = startWorker();
  } else if (what === 'redis') {
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    redis = await startRedis();
  } else {
    campaign.child.kill('SIGKILL');
    await once(campaign.child, 'close');
    campaign = startSweep('queued', '--queue', url);
  }
  struck[what]++;
}

const struck = { worker: 0, redis: 0, submitter: 0 };
/** Samples of the memory of the submitter and of Redis, by how far the campaign was. */
const samples = [];
const started = performance.now();
let campaign = startSweep('queued', '--queue', url);
/** Journals grow evenly, for records of one story are as long as each other. */
const bytesOfSeed = () => {
  const [first, second] = readFileSync(journalOf('queued'), { encoding: 'utf8' })
    .slice(0, 20_000)
    .split('\n')
    .slice(1);
  return second === undefined ? undefined : first.length + 1;
};
let seedBytes;
let lastSize = 0;
while (campaign.child.exitCode === null) {
  await sleep(LOOK_MILLIS);
  if (!existsSync(journalOf('queued'))) continue;
  const { size } = statSync(journalOf('queued'));
  if (size > 4_000) seedBytes ??= bytesOfSeed();
  if (seedBytes === undefined) continue;
  const part = Math.min(1, size / seedBytes / seeds);
  const used = /^used_memory:(\d+)/m.exec((await client.info('memory')) ?? '')?.[1];
  const resident = residentMebibytes(campaign.child);
  // Once all seeds are counted, what failed is run again and drawn: that is no part of the campaign.
  if (resident !== undefined && size > lastSize)
    samples.push({ part, resident, redis: Number(used) / 1_048_576 });
  lastSize = size;
  if (strikes.length > 0 && part >= strikes[0].at) await strike(strikes.shift().what);
}
const campaignSeconds = (performance.now() - started) / 1000;
for (const worker of workers) worker.kill('SIGTERM');
await Promise.all(workers.map((worker) => worker.exitCode ?? once(worker, 'close')));
// What says that somebody has just looked for dead workers lives for three seconds.
await sleep(FORGET_MILLIS);
const leftKeys = await client.dbsize();
client.disconnect();
redis.kill('SIGTERM');

const localStarted = performance.now();
const local = values['no-local'] ? undefined : startSweep('local', '--workers', values.workers);
if (local !== undefined) await once(local.child, 'close');
const localSeconds = (performance.now() - localStarted) / 1000;

/** What a journal has: how often each seed, which failed, and a digest of all records, whatever their order. */
function readAll(name) {
  const seen = new SeedSet();
  const failed = [];
  let twice = 0;
  let sum = 0n;
  for (const record of scanJournal(journalOf(name)).records) {
    if (!seen.add(record)) twice++;
    if (record.outcome !== 'passed') failed.push(Number(record.seed));
    const digest = createHash('sha256').update(JSON.stringify(record)).digest();
    sum = BigInt.asUintN(64, sum + digest.readBigUInt64LE());
  }
  return {
    seeds: seen.size,
    twice,
    failed: failed.sort((a, b) => a - b),
    digest: sum.toString(16).padStart(16, '0'),
  };
}

const timeless = (text) => {
  const { realMillis: _, failures, pictures, ...report } = JSON.parse(text);
  return JSON.stringify({ ...report, failures: failures.length, pictures: pictures.length });
};
const planted = [];
for (let seed = 1; seed <= seeds; seed++)
  if (seed % 1_000 === 137 || seed % 10_000 === 1_500) planted.push(seed);

const queued = readAll('queued');
const alone = local === undefined ? undefined : readAll('local');
const quarter = (of, at) => {
  const some = samples
    .filter(({ part }) => part >= at / 4 && part <= (at + 1) / 4)
    .map((sample) => sample[of]);
  return some.length === 0 ? '-' : Math.max(...some).toFixed(0);
};
const quarters = (of) => [0, 1, 2, 3].map((at) => quarter(of, at)).join(', ');
console.log(`seeds       ${queued.seeds} of ${seeds}, ${queued.twice} counted twice`);
console.log(
  `killed      ${struck.worker} workers, ${struck.redis} times Redis, ${struck.submitter} times the submitter`,
);
console.log(`planted     ${queued.failed.length} of ${planted.length} found`);
console.log(`digest      ${queued.digest}, without a queue ${alone?.digest ?? 'not looked for'}`);
console.log(
  `time        ${campaignSeconds.toFixed(1)} s, ${Math.round(seeds / campaignSeconds)}/s${local === undefined ? '' : `; without a queue ${localSeconds.toFixed(1)} s`}`,
);
console.log(
  `memory      submitter ${quarters('resident')} MiB at most in each quarter, Redis ${quarters('redis')} MiB`,
);
console.log(`left        ${leftKeys} keys in Redis`);

const same = [
  ['each seed is counted once', queued.seeds === seeds && queued.twice === 0],
  [
    'each planted failure is found, and nothing else',
    JSON.stringify(queued.failed) === JSON.stringify(planted),
  ],
  ...(local === undefined
    ? []
    : [
        [
          'records are those of a sweep without a queue',
          queued.digest === alone.digest && alone.seeds === seeds,
        ],
        ['the report is that of a sweep without a queue', timeless(campaign.out) === timeless(local.out)],
      ]),
  ['nothing is left in Redis', leftKeys === 0],
  ['all was killed that was to be', strikes.length === 0],
];
for (const [what, holds] of same) console.log(`${holds ? 'yes' : 'NO '}         ${what}`);
if (same.every(([, holds]) => holds)) rmSync(directory, { recursive: true, force: true });
else console.log(`see         ${directory}`);
process.exitCode = same.every(([, holds]) => holds) ? 0 : 1;
