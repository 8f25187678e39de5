/** Seeds that are shared out by Redis, by the real commands, while workers die and Redis is killed. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/runner/journal.ts';
import type { SeedRecord } from '../../src/runner/seed-record.ts';
import { Child } from '../net/stage.ts';
import { program, repository } from '../programs.ts';
import { RedisServer } from './redis-server.ts';

const redisServer = program('redis-server');
const bin = join(repository, 'bin', 'amber.js');
/** Among them one that breaks the claim and one that throws. */
const [FIRST, LAST] = [1_001, 1_600];
const SEEDS = LAST - FIRST + 1;
/** What is none of a submitter's jobs. */
const HOSTILE_JOBS: readonly unknown[] = [
  ...[null, 'seeds', 7, [], {}, { story: 1, first: FIRST, count: 1 }, { story: 0, first: -1, count: 5 }],
  ...[
    { story: 0, first: FIRST, count: 1e9 },
    { story: 0, first: '1', count: 1 },
    { story: 0, first: FIRST, count: 1 },
  ],
  { story: '__proto__', first: FIRST, count: 1 },
];
const { node } = process.versions;
const KEPT_SEED = 100_137;

describe.skipIf(redisServer === undefined)('a campaign', () => {
  let directory: string;
  let redis: RedisServer;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'amber-campaign-'));
    // Two checkouts, each of its own machine.
    for (const machine of ['here', 'there']) {
      mkdirSync(join(directory, machine, 'stories'), { recursive: true });
      const text = readFileSync(join(repository, 'test/fixtures/scenarios/planted.ts'), 'utf8');
      const from = JSON.stringify(join(repository, 'dist/src/index.js'));
      writeFileSync(join(directory, machine, 'stories/planted.ts'), text.replace("'mqtt-amber'", from));
    }
    // A seed that was kept, beyond those that are asked for.
    mkdirSync(join(directory, 'here', 'seeds'));
    writeFileSync(
      join(directory, 'here', 'seeds', 'planted.seeds.jsonl'),
      `${JSON.stringify({ seed: `${KEPT_SEED}`, why: [], with: { transport: 'ideal' } })}\n`,
    );
    mkdirSync(join(directory, 'redis'));
    redis = await RedisServer.start(redisServer!, join(directory, 'redis'));
  });
  afterAll(async () => {
    await redis?.kill();
    rmSync(directory, { recursive: true, force: true });
  });

  function amber(machine: 'here' | 'there', ...args: string[]): Child {
    return new Child(process.execPath, [bin, ...args], join(directory, machine));
  }
  const worker = (machine: 'here' | 'there') =>
    amber(machine, 'worker', '--queue', redis.url, '--workers', '1');
  const sweepArgs = [
    ...[
      'sweep',
      'stories/planted.ts',
      '--seeds',
      `${FIRST}..${LAST}`,
      '--transport',
      'ideal',
      '--corpus',
      'seeds',
    ],
  ];
  const queued = (out: string, ...more: string[]) =>
    amber('here', ...sweepArgs, '--queue', redis.url, '--out', out, '--reporter', 'json', ...more);
  const journal = (out: string) => join(directory, 'here', out, 'sweep.jsonl');
  const lines = (out: string) =>
    existsSync(journal(out)) ? readFileSync(journal(out), 'utf8').split('\n').length - 2 : 0;
  const until = async (there: () => boolean) => {
    while (!there()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  /** All that a sweep said and kept, but how long it took. */
  const kept = (child: Child, out: string) => {
    const { realMillis: _, corpus: __, failures, pictures, ...report } = JSON.parse(child.out);
    const bySeed = (a: SeedRecord, b: SeedRecord) => Number(a.seed) - Number(b.seed);
    const files = [...failures, ...pictures].map((path: string) => path.replace(out, 'OUT'));
    const failed = failures.map((path: string) => readFileSync(join(directory, 'here', path), 'utf8'));
    return { report, files, failed, records: readJournal(journal(out)).records.toSorted(bySeed) };
  };
  let local: ReturnType<typeof kept>;

  it('comes to what a sweep of one machine comes to, though a worker and Redis are killed', async () => {
    const first = worker('there');
    const second = worker('there');
    const campaign = queued('queued');
    await until(() => lines('queued') > SEEDS / 5);
    await first.process.kill('SIGKILL');
    await until(() => lines('queued') > SEEDS / 2);
    await redis.kill();
    await redis.start();
    await campaign.exited;
    expect(campaign.err).toBe('');
    const alone = amber('here', ...sweepArgs, '--out', 'local', '--reporter', 'json');
    await alone.exited;
    local = kept(alone, 'local');
    expect(kept(campaign, 'queued')).toEqual(local);
    expect(JSON.stringify(kept(campaign, 'queued').report)).toBe(JSON.stringify(local.report));
    expect(local.records.map(({ seed }) => Number(seed))).toEqual([
      ...Array.from({ length: SEEDS }, (_, at) => FIRST + at),
      KEPT_SEED,
    ]);
    expect(local.report.groups.map(({ seeds }: { seeds: string[] }) => seeds)).toEqual([
      ['1137', `${KEPT_SEED}`],
      ['1500'],
    ]);
    second.process.kill('SIGINT');
    await second.exited;
    expect(second.process.exitCode).toBe(0);
    expect(second.err).toBe('');
    expect(second.out).toContain(`${redis.url} is there again`);
  });

  it('is gone on with when its submitter was killed, and leaves nothing in Redis, whatever others put there', async () => {
    const client = redis.connect();
    const there = worker('there');
    await there.prints(/works for/);
    const killed = queued('resumed');
    await until(() => lines('resumed') > SEEDS / 5);
    killed.process.kill('SIGKILL');
    await killed.exited;
    const [id] = await client.smembers('amber:campaigns');
    const queue = new Queue(id!, { prefix: 'amber', connection: { host: '127.0.0.1', port: redis.port } });
    for (const [at, data] of HOSTILE_JOBS.entries())
      await queue.add('seeds', data, { jobId: `hostile-${at}` });
    await client.hset(
      `amber:${id}:results`,
      `0-${FIRST}-5000`,
      'no result',
      '9-1-1',
      '',
      'x',
      'y',
      `0-${LAST}-1`,
      'z',
    );
    await queue.close();
    // Other campaigns, of machines that have something else.
    const announced = JSON.parse((await client.get(`amber:${id}:announcement`))!);
    const [story] = announced.stories;
    for (const [other, changes] of Object.entries({
      '00000000000000a1': { stories: [{ ...story, identity: { ...story.identity, amber: '0.0.0' } }] },
      '00000000000000a2': { stories: [{ ...story, identity: { ...story.identity, modules: '0' } }] },
      '00000000000000a3': { stories: [{ ...story, path: '../here/stories/planted.ts' }] },
      '00000000000000a4': { run: { ...announced.run, mutant: 'dodo' } },
      // Of code that is not ours: another Node, and another lockfile.
      '00000000000000a5': {
        stories: [{ ...story, identity: { ...story.identity, hosted: { node: '18.0.0' } } }],
      },
      '00000000000000a6': {
        stories: [{ ...story, identity: { ...story.identity, hosted: { node, lockfile: 'x', hash: '0' } } }],
      },
    })) {
      await client.set(
        `amber:${other}:announcement`,
        JSON.stringify({ ...announced, ...changes, id: other }),
      );
      await client.sadd('amber:campaigns', other);
    }
    const interrupted = queued('resumed', '--resume');
    const before = lines('resumed');
    await until(() => lines('resumed') > before + SEEDS / 5);
    interrupted.process.kill('SIGINT');
    expect(await interrupted.exited).toBe(130);
    expect(JSON.parse(interrupted.out)).toMatchObject({ complete: false, seeds: lines('resumed') });
    const last = queued('resumed', '--resume');
    expect(await last.exited).toBe(1);
    expect(last.err).toBe('');
    expect(kept(last, 'resumed')).toEqual(local);
    for (const refusal of [
      /refuses campaign (0{14}a1): (it has amber [\d.]+, and the campaign 0\.0\.0)/,
      /refuses campaign (0{14}a2): (its stories\/planted\.ts is another, or what that imports)/,
      /refuses campaign (0{14}a3): (a story is not named from the directory .*)/,
      /refuses campaign (0{14}a4): (there is no mutant 'dodo' in the zoo; .{100})/,
      /refuses campaign (0{14}a5): (its foreign code ran on Node 18\.0\.0 without a lockfile, and here it is Node \d+.*)/,
      /refuses campaign (0{14}a6): (its foreign code ran on Node [\d.]+ and x 0, and here it is Node [\d.]+ without .*)/,
    ]) {
      const [, other, reason] = await there.prints(refusal);
      expect(await client.hvals(`amber:${other}:refusals`)).toEqual([expect.stringContaining(reason!)]);
      await client.del(`amber:${other}:refusals`, `amber:${other}:announcement`);
    }
    // One that is withdrawn while somebody takes part: whoever leaves it last takes away what is left.
    const withdrawn = '00000000000000a5';
    await client.set(`amber:${withdrawn}:announcement`, JSON.stringify({ ...announced, id: withdrawn }));
    const jobs = new Queue(withdrawn, {
      prefix: 'amber',
      connection: { host: '127.0.0.1', port: redis.port },
    });
    await jobs.add('seeds', null, { jobId: '0-1-1' });
    await jobs.close();
    await client.sadd('amber:campaigns', withdrawn);
    while ((await client.zcard(`amber:${withdrawn}:failed`)) === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await client.del(`amber:${withdrawn}:announcement`, 'amber:campaigns');
    there.process.kill('SIGINT');
    expect(await there.exited).toBe(0);
    expect(there.err).toBe('');
    // What says that somebody has just looked for dead workers lives for three seconds.
    while ((await client.keys('*')).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    client.disconnect();
  });

  it('says in one line that Redis is not there, that packages are missing, and what cannot be', async () => {
    const ended = async (child: Child) => [await child.exited, child.out, child.err];
    const without = join(directory, 'without.mjs');
    writeFileSync(
      without,
      `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(specifier, context, next) {
  if (specifier !== 'ioredis') return next(specifier, context);
  throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
}\`));`,
    );
    const unreachable = 'redis://:secret@127.0.0.1:1';
    const missing = new Child(process.execPath, [
      ...['--import', without, bin, 'worker', '--queue', unreachable],
    ]);
    expect(await ended(missing)).toEqual([
      5,
      '',
      'amber: --queue needs the packages bullmq and ioredis: npm install bullmq ioredis\n',
    ]);
    const away = amber('here', ...sweepArgs, '--queue', unreachable);
    expect(await ended(away)).toEqual([
      5,
      '',
      expect.stringMatching(/^amber: redis:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED.*\n$/),
    ]);
  });
});
