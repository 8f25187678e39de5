/** Many seeds, by the real command: what it counts, what it survives, and what it keeps. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { readJournal } from '../../src/runner/journal.ts';
import { readRunLink } from '../../src/runner/run-link.ts';
import { repository } from '../programs.ts';
import { elementsOf } from '../viz/export/xml.ts';
import { Commands, patienceFor } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
const story = join(repository, 'sims', 'flapping-uplink.ts');
const fixture = (name: string) => join(repository, 'test', 'fixtures', 'scenarios', name);
const LITTLE_MEMORY = '--max-old-space-size=300';
let directory: string;
let commands: Commands;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-sweep-'));
  commands = new Commands(directory, [LITTLE_MEMORY]);
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

interface Surroundings {
  /** Is given how to end the command. */
  started?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** What a shell does before it becomes the command. */
  shell?: string;
}

/** In a process of its own where that is ended, or has a shell around it. */
function amber(args: readonly string[], { started, shell }: Surroundings = {}): Promise<Ended> {
  const environment = patienceFor(args);
  if (started === undefined && shell === undefined) return commands.run(args, { environment });
  const whole = [process.execPath, bin, ...args];
  const [program, ...rest] = shell === undefined ? whole : ['sh', '-c', `${shell} exec "$@"`, 'sh', ...whole];
  return new Promise<Ended>((resolve) => {
    const child = spawn(program!, rest, {
      cwd: directory,
      env: { ...process.env, ...environment, NODE_OPTIONS: LITTLE_MEMORY },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => resolve({ code, out, err }));
    started?.((signal) => child.kill(signal));
  });
}

const json = async (args: readonly string[]) => {
  const { out, err, code } = await amber([...args, '--reporter', 'json']);
  return { code, err, sweep: JSON.parse(out) as Record<string, never> };
};

describe('amber sweep', () => {
  it('runs every seed once, and each as amber run does', async () => {
    const { code, out } = await amber(['sweep', story, '--seeds', '3..12', '--out', 'plain']);
    expect(code).toBe(0);
    expect(out).toMatch(/^seeds +10 of 10 in /m);
    expect(out).toMatch(/^verdict +10 passed, none failed$/m);
    expect(out).toMatch(/^rule +delivery\.exactly-once +[\d,]+ times, [\d,]+ under fault$/m);
    expect(out).toMatch(/^unreached +.*will\.due/m);
    expect(out).toMatch(/^sometimes +seen .* in 10 of 10 seeds$/m);
    expect(out).not.toContain('\u001b');
    const { records } = readJournal(join(directory, 'plain', 'sweep.jsonl'));
    expect(records.map(({ seed }) => Number(seed)).sort((a, b) => a - b)).toEqual([
      3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    const alone = JSON.parse((await amber(['run', story, '--seed', '7', '--json', '--trace', '-'])).out);
    expect(records.find(({ seed }) => seed === '7')?.digest).toBe(alone.digest);
  });

  it('gives the same digests with one worker and with three, and in shards that are merged', async () => {
    const digests = (path: string) =>
      readJournal(join(directory, path, 'sweep.jsonl'))
        .records.map(({ seed, digest }) => `${seed} ${digest}`)
        .sort();
    const options = ['--seeds', '6', '--profile', 'flaky'];
    const one = await json(['sweep', story, ...options, '--workers', '1', '--out', 'one']);
    await amber(['sweep', story, ...options, '--workers', '3', '--out', 'three']);
    for (const shard of ['1/2', '2/2']) {
      await amber(['sweep', story, ...options, '--shard', shard, '--out', `shard-${shard[0]}`]);
    }
    expect(digests('three')).toEqual(digests('one'));
    expect([...digests('shard-1'), ...digests('shard-2')].sort()).toEqual(digests('one'));
    const merged = await json(['merge', 'shard-1', 'shard-2/sweep.jsonl']);
    const whole = await json(['merge', 'one']);
    expect(merged.code).toBe(0);
    expect(merged.sweep).toEqual(whole.sweep);
    for (const part of [
      'seeds',
      'passed',
      'failed',
      'rules',
      'faults',
      'groups',
      'sometimes',
      'statements',
    ]) {
      expect(merged.sweep[part], part).toEqual(one.sweep[part]);
    }
    expect((await amber(['merge', 'shard-1', 'plain'])).err).toMatch(/not of one sweep: profile/);
  });

  it('keeps the other seeds when one loops, one eats all memory, some throw and some fail', async () => {
    const { code, sweep } = await json([
      ...['sweep', fixture('temperamental.ts'), '--seeds', '20', '--workers', '2', '--out', 'wild'],
    ]);
    expect(code).toBe(1);
    expect(sweep).toMatchObject({ seeds: 20, total: 20, complete: true, passed: 14, failed: 6 });
    const groups = (
      sweep.groups as unknown as { outcome: string; broke: string; seeds: string[]; again: string }[]
    ).map(({ outcome, broke, seeds }) => [outcome, broke.replace(/ at .*/, ''), seeds.sort().join(' ')]);
    expect(groups.sort()).toEqual([
      ['died', 'died', '6'],
      ['failed', 'always: the seed does not end in 7', '17 7'],
      ['script-error', 'Error', '18 8'],
      ['stuck', 'stuck', '5'],
    ]);
    expect(readdirSync(join(directory, 'wild')).sort()).toEqual([
      'sweep.jsonl',
      ...['17', '18', '7', '8'].flatMap((seed) => [
        `temperamental-${seed}.amber.jsonl.gz`,
        `temperamental-${seed}.failure.json`,
        `temperamental-${seed}.html`,
        `temperamental-${seed}.svg`,
      ]),
    ]);
    expect(sweep.pictures).toEqual(
      ['7', '8', '17', '18'].map((seed) => join('wild', `temperamental-${seed}.html`)),
    );
    const picture = readFileSync(join(directory, 'wild', 'temperamental-7.svg'), 'utf8');
    expect(elementsOf(picture).map(({ text }) => text)).toContain('always fails: the seed does not end in 7');
    expect(readFileSync(join(directory, 'wild', 'temperamental-7.html'), 'utf8')).toContain(
      'data-name="temperamental-7.amber.jsonl.gz"',
    );
    const trace = readTraceFile(join(directory, 'wild', 'temperamental-7.amber.jsonl.gz'));
    expect([trace.problems, trace.footer?.verdict]).toEqual([[], 'failed']);
  });

  it('says whose code loops, and when', async () => {
    const { code, out } = await amber([
      ...['sweep', fixture('node-loops.ts'), '--seeds', '1', '--workers', '1', '--out', 'looping'],
    ]);
    expect(code).toBe(3);
    expect(out).toMatch(
      /nothing moved for 6 s of real time at 00:00:00\.010000 of virtual time; the code of 'app' loops without awaiting anything/,
    );
  });

  it('names the page that runs a failure of a bundled story again, and the picture leads to the page beside it', async () => {
    const bundled = join(repository, 'sims', 'qos2-cut.ts');
    const words = ['--seeds', '1', '--mutant', 'qos2-forgotten', '--out', 'paged'];
    const { code, out } = await amber(['sweep', bundled, ...words]);
    expect(code).toBe(1);
    const [, link] = /^page +npx amber view '(#.*)'$/m.exec(out)!;
    const run = { story: 'qos2-cut', seed: '1', mutant: 'qos2-forgotten' };
    expect(readRunLink(link!)).toMatchObject(run);
    const svg = elementsOf(readFileSync(join(directory, 'paged', 'qos2-cut-1.svg'), 'utf8'));
    expect(svg.find(({ name }) => name === 'a')?.attributes.get('href')).toBe('qos2-cut-1.html');
    expect(existsSync(join(directory, 'paged', 'qos2-cut-1.html'))).toBe(true);
  });

  it('plays a saved failure again, and says whether it is the same', async () => {
    const path = join('wild', 'temperamental-7.failure.json');
    const same = await amber(['replay', path, '--trace', 'again.gz']);
    expect(same.code).toBe(1);
    expect(same.out).toContain('it is the run that was saved: always: the seed does not end in 7');
    const failure = JSON.parse(readFileSync(join(directory, path), 'utf8'));
    const changed = { ...failure, seed: '9', modules: 'other', amber: '0.0.0' };
    writeFileSync(join(directory, 'changed.failure.json'), JSON.stringify(changed));
    const gone = await amber(['replay', 'changed.failure.json', '--trace', 'again.gz']);
    expect(gone.code).toBe(0);
    expect(gone.out).toContain('what was saved did not break');
    expect(gone.out).toContain('it was saved by amber 0.0.0');
    expect(gone.out).toContain('is not what it was');
    writeFileSync(join(directory, 'bad.failure.json'), '{}');
    for (const bad of ['bad.failure.json', 'nowhere.failure.json', 'again.gz', 'wild']) {
      const { code, err, out } = await amber(['replay', bad]);
      expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
      expect(err).toContain(bad);
    }
  });

  it('keeps apart what stories of one name in two directories have broken', async () => {
    const files = ['here', 'there'].map((name) => {
      mkdirSync(join(directory, name));
      const text = `import { scenario } from ${JSON.stringify(join(repository, 'dist', 'src', 'index.js'))};
export default scenario('${name}', (sim) => { sim.always(false, 'it is ${name}'); });`;
      writeFileSync(join(directory, name, 'story.mjs'), text);
      return join(name, 'story.mjs');
    });
    const { sweep } = await json(['sweep', ...files, '--seeds', '1', '--out', 'twins']);
    expect(sweep.failures).toEqual(
      ['story-1', 'story.2-1'].map((name) => join('twins', `${name}.failure.json`)),
    );
    const broke = (name: string) =>
      JSON.parse(readFileSync(join(directory, 'twins', `${name}.failure.json`), 'utf8')).broke;
    expect([broke('story-1'), broke('story.2-1')]).toEqual(['always: it is here', 'always: it is there']);
  });

  it('refuses in one line what it cannot do', async () => {
    writeFileSync(join(directory, 'a-file'), '');
    for (const [code, says, ...options] of [
      [2, "--out is 'a-file', which is a file", '--out', 'a-file'],
      [2, "--for is '25d'; it can be 24d at most", '--for', '25d'],
      [2, "'0' are no seeds: at least one is needed", '--seeds', '0'],
      [2, '--out is empty', '--out', ''],
      [5, "no such file or directory, mkdir '/proc/x'", '--out', '/proc/x/y'],
      [5, 'the time of --for was over before a single seed was done', '--for', '1us'],
    ] as const) {
      const ended = await amber(['sweep', story, '--seeds', '2', ...options]);
      expect([ended.code, ended.err]).toEqual([code, expect.stringMatching(/^amber: [^\n]*\n$/)]);
      expect(ended.err).toContain(says);
    }
  });

  it('finds out that a script keeps something from seed to seed', async () => {
    const { code, out } = await amber(['sweep', fixture('forgetful.ts'), '--seeds', '8', '--workers', '1']);
    expect(code).toBe(4);
    expect(out).toMatch(/^differs +seed 3 of .*forgetful\.ts: alone it is another run/m);
  });

  it('lets no seed use the random bytes that a package has kept from the seed before', async () => {
    const digestOf = async (seeds: string, out: string) => {
      const { code } = await amber([
        'sweep',
        fixture('pools.ts'),
        '--seeds',
        seeds,
        '--workers',
        '1',
        '--out',
        out,
      ]);
      expect(code).toBe(0);
      const { records } = readJournal(join(directory, out, 'sweep.jsonl'));
      return records.find(({ seed }) => seed === '3')!.digest;
    };
    expect(await digestOf('1..3', 'pools')).toBe(await digestOf('3..3', 'pool'));
  });

  it('lets no seed find what code of a node has left in a global, nor pass or fail for that', async () => {
    const { out, err } = await amber(['sweep', fixture('global.ts'), '--seeds', '1..4', '--workers', '1']);
    expect(err).not.toContain('differs');
    expect(out).toMatch(/^verdict {5}4 passed, none failed$/m);
  });

  it('keeps what is done when it is interrupted, and goes on with --resume', async () => {
    const options = ['sweep', story, '--seeds', '60', '--workers', '1', '--out', 'long'];
    const journal = join(directory, 'long', 'sweep.jsonl');
    const ended = await amber(options, {
      started: (kill) => {
        const poll = setInterval(() => {
          if (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 10) return;
          clearInterval(poll);
          kill('SIGINT');
        }, 20);
      },
    });
    expect(ended.code).toBe(130);
    const [, ran] = /^seeds +(\d+) of 60 .*ended before \d+ more$/m.exec(ended.out) ?? [];
    expect(Number(ran)).toBe(readJournal(journal).records.length);
    const without = await amber(options);
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('--resume')]);
    const other = await amber([...options, '--resume', '--profile', 'calm']);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('of another sweep: profile')]);
    const { code, out } = await amber([...options, '--resume']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^seeds +60 of 60, ${ran} of them before in [\\d.]+ s, `, 'm'));
    const seeds = readJournal(journal).records.map(({ seed }) => Number(seed));
    expect(new Set(seeds).size).toBe(60);
    expect(seeds.length).toBe(60);
    const fewer = await amber([...options.with(3, '50..61'), '--resume']);
    expect(fewer.out).toMatch(/^seeds +61 of 61, 60 of them before/m);
  });

  it('comes to the same when it was killed twice, once in the middle of a line, as when it was left alone', async () => {
    const options = ['sweep', story, '--seeds', '10', '--profile', 'swarm'];
    const alone = await json([...options, '--workers', '2', '--out', 'alone']);
    const journal = join(directory, 'killed', 'sweep.jsonl');
    const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
    /** Ends it by force when so many lines are there: early, and with one worker, for the others are soon there too. */
    const killAt = (count: number, more: readonly string[] = []) =>
      amber([...options, '--workers', '1', '--out', 'killed', ...more], {
        started: (kill) => {
          const poll = setInterval(() => {
            if (lines() < count) return;
            clearInterval(poll);
            kill('SIGKILL');
          }, 5);
        },
      });
    expect((await killAt(2)).code).toBe(null);
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"file":"x","se`);
    expect((await killAt(4, ['--resume'])).code).toBe(null);
    const kept = lines();
    expect(kept).toBeLessThan(11);
    const resumed = await json([...options, '--workers', '2', '--out', 'killed', '--resume']);
    expect(resumed.code).toBe(alone.code);
    expect(readJournal(journal).records).toHaveLength(10);
    const { realMillis: _, failures, pictures, ...rest } = resumed.sweep;
    const { realMillis: __, failures: expected, pictures: drawn, ...same } = alone.sweep;
    expect(rest).toEqual(same);
    expect((expected as unknown as string[]).length).toBeGreaterThan(3);
    // Those that broke before it was killed as well.
    expect((failures as unknown as string[]).map((path) => path.replace('killed', 'alone'))).toEqual(
      expected,
    );
    expect((pictures as unknown as string[]).map((path) => path.replace('killed', 'alone'))).toEqual(drawn);
    expect(readdirSync(join(directory, 'killed')).sort()).toEqual(
      readdirSync(join(directory, 'alone')).sort(),
    );
  });

  it('says that failures cannot be saved when the disk is full, accuses nobody, and saves them with --resume', async () => {
    const options = ['sweep', story, '--seeds', '3', '--profile', 'swarm', '--out', 'no-room'];
    const full = await amber(options, { shell: 'trap "" XFSZ; ulimit -f 16;' });
    expect(full.code).toBe(5);
    expect(full.err).toMatch(/^amber: failures cannot be saved: .*\n$/);
    expect(full.out).toMatch(/^seeds +3 of 3 /m);
    expect(full.out).not.toContain('differs');
    expect(readdirSync(join(directory, 'no-room'))).toEqual(['sweep.jsonl']);
    expect((await amber([...options, '--resume'])).code).toBe(1);
    expect(readdirSync(join(directory, 'no-room')).length).toBeGreaterThan(1);
  });

  it('ends at the first failure with --bail, and when the time is up with --for', async () => {
    const bailed = await json([
      ...['sweep', fixture('temperamental.ts'), '--seeds', '7..1000', '--workers', '1', '--bail'],
    ]);
    expect(bailed.code).toBe(1);
    expect(bailed.sweep).toMatchObject({ seeds: 1, complete: false, failed: 1 });
    const timed = await json(['sweep', story, '--seeds', '100000', '--for', '1s']);
    // On a busy machine no seed may have been done in time; then nothing was shown, and it does not say that something was.
    expect(timed.code).toBe(Number(timed.sweep.seeds) > 0 ? 0 : 5);
    expect(timed.sweep).toMatchObject({ complete: false, failed: 0 });
  });

  it('saves the failures of a sweep that --for ends', async () => {
    const timed = await json([
      ...['sweep', fixture('temperamental.ts'), '--seeds', '7..1000000', '--workers', '1'],
      ...['--for', '3s', '--out', 'in-time'],
    ]);
    const { seeds, failed, failures } = timed.sweep as unknown as Record<string, number> & {
      failures: string[];
    };
    expect(timed.code).toBe(seeds === 0 ? 5 : 1);
    expect(failures!.length).toBe(Math.min(failed!, 20));
    for (const path of failures!) expect(existsSync(join(directory, path)), path).toBe(true);
  });

  it('keeps seeds that are rare or fail, and runs them first the next time', async () => {
    const story = join(repository, 'test/fixtures/scenarios/planted.ts');
    const first = await json(['sweep', story, '--seeds', '130..140', '--corpus', 'seeds']);
    expect(first.sweep.corpus).toEqual({ directory: 'seeds', first: 0, added: 1, kept: 1 });
    const kept = join(directory, 'seeds', 'planted.seeds.jsonl');
    expect(readFileSync(kept, 'utf8')).toBe(
      '{"seed":"137","why":["breaks always: no seed ends in 137"],"with":{}}\n',
    );
    const other = await json(['sweep', story, '--seeds', '1', '--transport', 'ideal', '--corpus', 'seeds']);
    expect(other.sweep).toMatchObject({ seeds: 1, corpus: { first: 0, added: 0, kept: 1 } });
    const again = await json(['sweep', story, '--seeds', '5', '--corpus', 'seeds']);
    expect(again.sweep).toMatchObject({ seeds: 6, total: 6, failed: 1, corpus: { first: 1, added: 0 } });
    writeFileSync(kept, 'no seed');
    const { code, err } = await amber(['sweep', story, '--corpus', 'seeds']);
    expect([code, err]).toEqual([
      2,
      `amber: ${join('seeds', 'planted.seeds.jsonl')}: line 1 is no seed that was kept\n`,
    ]);
  });

  it('keeps who breaks, who reaches a rule that few do, who is there often under a fault and who sees what few see, the rarest first', async () => {
    const rarities = join(repository, 'test/fixtures/scenarios/rarities.ts');
    const sweep = ['sweep', rarities, '--corpus', 'rare', '--workers', '1'];
    const first = await json([...sweep, '--seeds', '110']);
    expect(first.sweep).toMatchObject({ failed: 1, corpus: { first: 0, added: 4, kept: 4 } });
    const lines = readFileSync(join(directory, 'rare', 'rarities.seeds.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const kept = lines.map((line) => JSON.parse(line) as { seed: string; why: string[] });
    expect(kept.map(({ seed }) => seed)).toEqual(['20', '40', '60', '80']);
    const [retains, slow, sees, breaks] = kept.map(({ why }) => why);
    expect(retains).toContain('reaches retained.sent');
    expect(slow).toContain('is struck by latency');
    expect(slow).toContain('reaches delivery.at-least-once 4 times under a fault');
    expect(slow).not.toContain('reaches delivery.at-least-once 8 times under a fault');
    expect(sees).toEqual(['sees that the sixtieth seed comes']);
    expect(breaks).toEqual(['breaks always: no seed is the eightieth']);
    const second = await json([...sweep, '--seeds', '200..201', '--out', 'rarest']);
    expect(second.sweep).toMatchObject({ seeds: 6, failed: 1, corpus: { first: 4, added: 0, kept: 4 } });
    const { records } = readJournal(join(directory, 'rarest', 'sweep.jsonl'));
    expect(records.map(({ seed }) => seed)).toEqual(['40', '20', '60', '80', '200', '201']);
  });

  it('fails when no seed saw what should be seen sometimes', async () => {
    const { code, out } = await amber([
      ...['sweep', fixture('temperamental.ts'), '--seeds', '1..3', '--param', 'mild=true'],
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/^sometimes +never .*the fourth seed comes, in 0 of 3 seeds$/m);
  });

  it('writes for test servers and for pull requests', async () => {
    const options = ['sweep', fixture('temperamental.ts'), '--seeds', '7..8'];
    const junit = await amber([...options, '--reporter', 'junit']);
    expect(junit.out).toMatch(/^<\?xml version="1\.0"/);
    expect(junit.out).toContain('<failure type="failed" message="the seed does not end in 7');
    expect(junit.out).toContain('--seed 7');
    const github = await amber([...options, '--reporter', 'github']);
    expect(github.out).toMatch(
      /^::error file=.*temperamental\.ts,title=always%3A the seed does not end in 7::/m,
    );
  });

  it.each([
    [['sweep'], 2, /something is missing/],
    [['sweep', 'nowhere.ts'], 2, /there is no file nowhere\.ts/],
    [['sweep', fixture('throws.ts'), '--seeds', 'many'], 2, /--seeds: 'many' are no seeds/],
    [['sweep', fixture('random.ts'), '--shard', '3/2'], 2, /--shard: '3\/2' is no shard/],
    [['sweep', fixture('random.ts'), '--workers', '0'], 2, /--workers is '0'/],
    [['sweep', fixture('random.ts'), '--profile', 'evil'], 2, /--profile is 'evil'; it can be calm/],
    [['sweep', fixture('random.ts'), '--param', 'no=1'], 2, /no/],
    [['sweep', fixture('random.ts'), '--resume'], 2, /--resume goes on/],
    [['merge', 'nowhere'], 2, /there is no file nowhere/],
  ])('refuses %j with one line', async (args, code, message) => {
    const ended = await amber(args as string[]);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(message);
    expect(ended.err.split('\n')).toHaveLength(2);
  });

  it('reports what was run when the disk is full, and says so', async () => {
    // Files of this shell end at 32 KiB, and a write beyond that fails as on a full disk.
    const { code, out, err } = await amber(['sweep', story, '--seeds', '500', '--out', 'full'], {
      shell: 'trap "" XFSZ; ulimit -f 64;',
    });
    expect(code).toBe(5);
    expect(err).toMatch(/^amber: the journal cannot be written, so the sweep ended: .*\n$/);
    expect(out).toMatch(/^seeds +\d+ of 500 .*ended before/m);
    expect(readJournal(join(directory, 'full', 'sweep.jsonl')).records.length).toBeGreaterThan(5);
  });

  it('puts a mutant of the zoo in, names it in what it says, plays a saved failure again, and shrinks it to one that fails alike', async () => {
    const cuts = join(repository, 'sims/zoo/cuts.ts');
    const args = ['sweep', cuts, '--seeds', '1', '--profile', 'swarm'];
    expect((await amber(args)).code).toBe(0);
    const caught = await amber([...args, '--mutant', 'client-dup-forgotten', '--out', 'zoo']);
    expect(caught.code, caught.err).toBe(1);
    expect(caught.out).toContain('delivery.dup-flag');
    expect(caught.out).toMatch(/npx amber run .*--profile swarm --mutant client-dup-forgotten/);
    const again = await amber(['replay', join('zoo', 'cuts-1.failure.json'), '--trace', 'zoo.gz']);
    expect(again.out).toMatch(/mutant +client-dup-forgotten/);
    expect(again.out).toContain('it is the run that was saved: delivery.dup-flag');
    const { code, out } = await amber(['shrink', join('zoo', 'cuts-1.failure.json')]);
    expect(code).toBe(1);
    const [, before, after] = /events, (\d+) faults -> [\d,]+ events, (\d+) faults?, found in \d+ runs/.exec(
      out,
    )!;
    expect(Number(before)).toBeGreaterThan(20);
    expect(Number(after)).toBeLessThanOrEqual(3);
    const smaller = await amber(['replay', join('zoo', 'cuts-1.shrunk.failure.json'), '--trace', 'zoo.gz']);
    expect(smaller.code).toBe(1);
    expect(smaller.out).toContain('it is the run that was saved: delivery.dup-flag');
  });

  it('says which mutants there are when it is told of another', async () => {
    const { code, err } = await amber(['sweep', story, '--mutant', 'dodo']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^amber: there is no mutant 'dodo' in the zoo; it has acknowledges-before-stored, [^\n]*dup-on-new[^\n]*\n$/,
    );
  });
});
