/** The real command: what it prints, where, and the exit code. */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/cli/verbs.ts';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { program, repository } from '../programs.ts';
import { Commands } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
const scenarios = join(repository, 'test', 'fixtures', 'scenarios');
const verbNames = Object.keys(verbs).join(', ');
let directory: string;
let commands: Commands;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-cli-'));
  commands = new Commands(directory);
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

/** As a process, where what is around it matters: its environment, its streams, signals, another Node. */
function amberProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
  afterStart?: (pid: number) => void,
  node = process.execPath,
) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(node, [bin, ...args], {
      cwd: directory,
      env: { ...process.env, ...environment },
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
    afterStart?.(child.pid!);
  });
}

async function amber(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const { code, out, err } = await commands.run(args, { environment });
  return { code, out, err };
}

const fixture = (name: string) => join(scenarios, name);

describe('amber run', () => {
  it('says what a person wants to know, and writes a trace that can be read', async () => {
    const { code, out, err } = await amberProcess(['run', fixture('random.ts'), '--seed', 'seven']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^seed +seven$/m);
    expect(out).toMatch(/^time +.* virtual, .* real$/m);
    expect(out).toMatch(/^nodes +1 broker, 1 client$/m);
    expect(out).toMatch(/^published +4 messages \(QoS 1: 4\)$/m);
    expect(out).toMatch(/^delivered +4 messages \(QoS 1: 4\)$/m);
    expect(out).toMatch(/^always +holds +a timer of 250 ms takes 250 ms$/m);
    expect(out).toMatch(/^judge +\d+ rules: \d+ held, \d+ never reached/m);
    expect(out).toMatch(/^verdict +passed$/m);
    expect(out).toMatch(/^digest +[0-9a-f]{16}$/m);
    expect(out).not.toContain('\u001b');
    const trace = '.amber/random-seven.amber.jsonl.gz';
    expect(out).toContain(`npx amber view ${trace}`);
    expect(out).toContain(`npx amber run ${fixture('random.ts')} --seed seven`);
    const read = readTraceFile(join(directory, trace));
    expect(read.problems).toEqual([]);
    expect(read.footer?.verdict).toBe('passed');
    expect(out).toContain(read.footer!.digest);
  });

  it('makes clocks and chance of the script a matter of the seed', async () => {
    const said = async (seed: string, environment = {}) => {
      const path = `said-${seed}.gz`;
      await amberProcess(['run', fixture('random.ts'), '--seed', seed, '--trace', path], environment);
      const payloads = readTraceFile(join(directory, path)).list.flatMap((event) =>
        event.k === 'app.delivered' ? [new TextDecoder().decode(event.message.payload)] : [],
      );
      rmSync(join(directory, path));
      return payloads;
    };
    const first = await said('1');
    expect(first[0]).toMatch(/^2025-01-01T00:00:00\.25\dZ 250$/);
    // The space before AM is another one in newer versions of Node.
    expect(first[2]).toMatch(
      /^Wed Jan 01 2025 00:00:00 GMT\+0000 \(Coordinated Universal Time\) \| 1\/1\/2025, 12:00:00\sAM \| 1,234\.5$/,
    );
    expect(first[3]).toBe('hello');
    expect(await said('1', { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' })).toEqual(first);
    expect((await said('2'))[1]).not.toBe(first[1]);
  });

  it('prints one JSON object with --json, and what the script prints elsewhere', async () => {
    const { code, out, err } = await amberProcess([
      'run',
      fixture('parameters.ts'),
      '--json',
      '--param',
      'count=3',
      '--trace',
      '-',
    ]);
    expect(code).toBe(0);
    expect(err).toBe('the script speaks\n');
    expect(JSON.parse(out)).toMatchObject({
      scenario: 'It has parameters',
      parameters: { count: 3 },
      verdict: 'passed',
      summary: { published: { 1: 3 } },
      trace: null,
    });
  });

  it('has the same digest at every level', async () => {
    const digests = new Set<string>();
    for (const level of ['digest', 'packets', 'full']) {
      const { out } = await amber(['run', fixture('random.ts'), '--level', level, '--json', '--trace', '-']);
      digests.add((JSON.parse(out) as { digest: string }).digest);
    }
    expect([...digests]).toHaveLength(1);
  });

  it('runs twice with --check-determinism', async () => {
    const { code, out } = await amber(['run', fixture('random.ts'), '--check-determinism', '--trace', '-']);
    expect(code).toBe(0);
    expect(out).toContain('a second run has the same digest');
  });

  it('exits with 1 when an assertion is broken, and says where', async () => {
    const { code, out } = await amber(['run', fixture('parameters.ts'), '-p', 'count=5', '--trace', '-']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^always +broken +fewer than five, first at 00:00:00\.\d+ \(.*parameters\.ts:12:9\)$/m,
    );
  });

  it('exits with 3 and one line when the script throws', async () => {
    const { code, err } = await amberProcess(['run', fixture('throws.ts'), '--seed', '9']);
    expect(code).toBe(3);
    expect(err).toBe(`amber: ${fixture('throws.ts')}:5:9: on purpose (seed 9, at 00:00:03.000000)\n`);
  });

  it('passes no story that has no part which the mutant could be', async () => {
    for (const verb of [
      ['run', '--trace', '-'],
      ['sweep', '--seeds', '1..3', '--out', join(directory, 'idle')],
      ['exhaust', '--out', join(directory, 'idle')],
    ]) {
      const [name, ...options] = verb;
      const { code, out, err } = await amber([
        ...[name!, fixture('bare.ts'), '--mutant', 'acknowledges-before-stored'],
        ...options,
      ]);
      expect([name, code, out]).toEqual([name, 2, '']);
      expect(err).toMatch(
        /^amber: .*bare\.ts has no broker that acknowledges-before-stored could be, and ran without it; make one with sim\.broker\(\): what a node mounts itself is no part of ours\n$/,
      );
    }
  });

  it('prints what a node writes, and answers it in virtual time', async () => {
    const { code, out } = await amberProcess(['run', fixture('prints.ts'), '--trace', '-']);
    expect(code).toBe(0);
    expect(out.match(/^as a stream$/gm)).toHaveLength(200);
    expect(out.match(/^by the console$/gm)).toHaveLength(200);
    expect(out).toContain('in 200000000 us\n');
  });

  it('ends a script that loops for ever, says at which line, and leaves no file behind', async () => {
    const { code, err } = await amber(['run', fixture('loops.ts'), '--trace', 'loops.gz'], {
      AMBER_PATIENCE: '4',
    });
    expect(code).toBe(3);
    expect(err).toMatch(
      /^amber: .*loops\.ts \(seed 1\) never ends: .* at 00:00:03\.000000 of virtual time; the script loops at .*loops\.ts:6:\d+ without awaiting anything\n$/,
    );
    expect(readdirSync(directory).filter((file) => file.startsWith('loops'))).toEqual([]);
  });

  it.each(['turn', 'tick'])(
    'says of a node whose code loops, a %s after another, which it is, where and when',
    async (by) => {
      const { code, err } = await amber(
        ['run', fixture('node-loops.ts'), '--param', `by=${by}`, '--trace', '-'],
        { AMBER_PATIENCE: '4' },
      );
      expect(code).toBe(3);
      expect(err).toMatch(
        /^amber: .* at 00:00:00\.010000 of virtual time; the code of 'app' loops at .*node-loops\.ts:\d+:\d+ without awaiting anything\n$/,
      );
    },
  );

  it('ends a node that goes from one immediate to the next for ever, and says where', async () => {
    const { code, err } = await amber([
      'run',
      fixture('node-loops.ts'),
      '--param',
      'by=immediate',
      '--trace',
      '-',
    ]);
    expect(code).toBe(3);
    expect(err).toMatch(
      /^amber: .*node-loops\.ts:13:\d+: 'app' goes round in circles: 10000000 immediates in a row .* at 00:00:00\.010000\)\n$/,
    );
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'is interrupted by %s with 130, and leaves no file behind',
    async (signal) => {
      const { code, err } = await amberProcess(
        ['run', fixture('loops.ts'), '--trace', 'loops.gz'],
        {},
        (pid) => {
          const waiting = setInterval(() => {
            if (!readdirSync(directory).some((file) => file.startsWith('loops'))) return;
            clearInterval(waiting);
            process.kill(pid, signal);
          }, 20);
        },
      );
      expect(code).toBe(130);
      expect(err).toBe('amber: interrupted; no trace was written\n');
      expect(readdirSync(directory).filter((file) => file.startsWith('loops'))).toEqual([]);
    },
  );

  it('exits with 5 when the trace cannot be written', async () => {
    writeFileSync(join(directory, 'a-file'), '');
    const { code, err } = await amber(['run', fixture('random.ts'), '--trace', 'a-file/trace.gz']);
    expect(code).toBe(5);
    expect(err.split('\n')).toHaveLength(2);
    expect(err).toContain('a-file');
  });

  it.runIf(existsSync('/dev/full'))('exits with 5 when the report cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [bin, 'run', fixture('random.ts'), '--trace', '-'], {
      cwd: directory,
      stdio: ['ignore', full, 'pipe'],
    });
    let err = '';
    child.stderr!.on('data', (data) => {
      err += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect(err).toMatch(/^amber: the output could not be written: ENOSPC.*\n$/);
    expect(code).toBe(5);
  });

  it('exits with 5 when a script fills the memory', async () => {
    const path = join(directory, 'greedy.js');
    writeFileSync(path, 'const kept = []; for (;;) kept.push(new Array(100_000).fill(kept.length));\n');
    const { code, err } = await amberProcess(['run', path], { NODE_OPTIONS: '--max-old-space-size=64' });
    expect(err).toMatch(/^amber: .*greedy\.js needs more memory than Node gives it: [^\n]*\n$/);
    expect(code).toBe(5);
  });

  it.each([
    ['await new Promise(() => {});', 'awaits at the top of its module what never comes'],
    ['process.exit(0);', 'process.exit() is not available while a scenario is loaded'],
    ['throw undefined;', 'threw undefined, which is no Error'],
    ['throw new Error("one\\u001b[31m");', 'one\\x1b[31m (while it was loaded)'],
  ])('exits with 3 and one line when the module is %j', async (source, words) => {
    const path = join(directory, 'module.mjs');
    writeFileSync(path, `${source}\n`);
    const { code, err } = await amber(['run', path]);
    expect(err).toContain(words);
    expect(err.split('\n')).toHaveLength(2);
    expect(code).toBe(3);
  });

  it.skipIf(program('node24') === undefined)(
    'has Node print nothing of a module that never comes, on Node 24 either',
    async () => {
      const path = join(directory, 'never.mjs');
      writeFileSync(path, 'await new Promise(() => {});\n');
      expect(await amberProcess(['run', path], {}, undefined, program('node24'))).toMatchObject({
        code: 3,
        err: `amber: ${path} awaits at the top of its module what never comes\n`,
      });
    },
  );

  it('exits with 5 where the system refuses folders for ever', async () => {
    const { code, err } = await amber(['run', fixture('random.ts'), '--trace', '/proc/x/trace.gz']);
    expect(code).toBe(5);
    expect(err).toContain('cannot write the trace');
  });
});

describe('bad input', () => {
  it.each([
    [['run'], 'something is missing: amber run FILE [options] (amber help run)'],
    [['run', 'none.ts'], 'there is no file none.ts'],
    [['run', fixture('throws.ts'), '--sed', '1'], "unknown option '--sed' (amber help run)"],
    [
      ['run', fixture('throws.ts'), 'more'],
      "'more' is one argument too many: amber run FILE [options] (amber help run)",
    ],
    [
      ['run', fixture('throws.ts'), '--seed', 'a/b'],
      'the seed "a/b" must be 1 to 200 printable ASCII characters without \'/\' and spaces',
    ],
    [['run', fixture('throws.ts'), '--level', 'all'], "--level is 'all'; it can be digest, packets, full"],
    [['run', fixture('throws.ts'), '--trace', ''], '--trace is empty; name a file, or - for none'],
    [
      ['run', fixture('throws.ts'), '--trace', scenarios],
      `the trace cannot go to ${scenarios}, which is a directory; name a file, or - for none`,
    ],
    [['run', fixture('throws.ts'), '--param', 'x'], "--param is 'x'; write --param name=value"],
    [
      ['run', fixture('parameters.ts'), '--param', 'count=9'],
      "the parameter 'count' is 9; it can be 1 to 5 messages",
    ],
    [
      ['run', fixture('parameters.ts'), '--param', 'cuont=3'],
      "there is no parameter 'cuont'; this scenario has count",
    ],
    [['frobnicate'], `there is no command 'frobnicate'; the commands are ${verbNames} (amber --help)`],
    [['--frobnicate'], `unknown option '--frobnicate'; the commands are ${verbNames} (amber --help)`],
    [
      ['dissect', 'c000', '--protocol', 'constructor'],
      "--protocol is 'constructor'; it can be 3.1, 3.1.1, 5.0",
    ],
    [['dissect', '3z'], "'z' is no hexadecimal digit; write bytes as 30 05 00 01 61"],
    [['diff', 'a', 'b'], 'there is no file a'],
  ])('%j is one line and exit code 2', async (args, line) => {
    expect(await amber(args)).toEqual({ code: 2, out: '', err: `amber: ${line}\n` });
  });

  it('does not put a trace in the place of a device or a pipe', async () => {
    const pipe = join(directory, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const { code, err } = await amber(['run', fixture('random.ts'), '--trace', 'pipe']);
    expect(err).toBe(
      'amber: the trace cannot go to pipe, which is no regular file; name a file, or - for none\n',
    );
    expect(code).toBe(2);
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it('names file, line and column of TypeScript that is more than types', async () => {
    const path = join(directory, 'syntax.ts');
    writeFileSync(path, readFileSync(fixture('syntax.ts.txt')));
    const { code, err, out } = await amber(['run', path]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toBe(
      `amber: ${path}:2:1: TypeScript enum is not supported in strip-only mode; types are only left out here, so write it in plain JavaScript\n`,
    );
  });

  it('says that a file holds no scenario', async () => {
    writeFileSync(join(directory, 'nothing.js'), 'export default 3;\n');
    const { code, err } = await amber(['run', 'nothing.js']);
    expect(code).toBe(3);
    expect(err).toMatch(/^amber: nothing\.js has no scenario as its default export; it needs: .*\n$/);
  });
});

describe('amber dissect', () => {
  it('shows the fields of every packet, and exits with 1 for a malformed one', async () => {
    const good = await amber(['dissect', '30 05 00 01', '61:68:69', 'c000']);
    expect(good.code).toBe(0);
    expect(good.out).toContain('PUBLISH');
    expect(good.out).toContain('PINGREQ');
    const bad = await amber(['dissect', '36050001616869', '--json']);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toHaveProperty('packets.0.name', 'PUBLISH');
  });
});

describe('amber diff', () => {
  it('finds the first event that differs, and names a trace that is damaged', async () => {
    for (const [file, seed] of [
      ['a.gz', '1'],
      ['b.gz', '1'],
      ['c.gz', '2'],
    ] as const) {
      await amber(['run', fixture('random.ts'), '--seed', seed, '--trace', file]);
    }
    const same = await amber(['diff', 'a.gz', 'b.gz']);
    expect([same.code, same.err]).toEqual([0, '']);
    expect(same.out).toContain('The traces are equal');
    const other = await amber(['diff', 'a.gz', 'c.gz']);
    expect([other.code, other.err]).toEqual([4, '']);
    expect(other.out).toContain('seed: 1 / 2');
    // Each event once, with its time once.
    expect(other.out).toMatch(/^ {2}> #\d+ {2}\d[\d:.]* s {2}(?!\d[\d.]* s )/m);

    const bytes = readFileSync(join(directory, 'a.gz'));
    writeFileSync(join(directory, 'cut.gz'), bytes.subarray(0, bytes.length - 200));
    const cut = await amber(['diff', 'a.gz', 'cut.gz']);
    expect([cut.code, cut.out]).toEqual([5, '']);
    expect(cut.err).toMatch(/^amber: cut\.gz: the trace ends .* without a footer.*\n$/);
    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(join(directory, 'bent.gz'), bytes);
    const bent = await amber(['diff', 'a.gz', 'bent.gz']);
    expect([bent.code, bent.out]).toEqual([5, '']);
    expect(bent.err).toMatch(/^amber: bent\.gz: .*\n$/);
  });
});

describe('help', () => {
  it('is there for the command and for every verb', async () => {
    const overview = await amber(['--help']);
    expect(overview.code).toBe(0);
    for (const verb of ['run', 'dissect', 'diff', 'view']) {
      expect(overview.out).toContain(`amber ${verb}`);
      const help = await amber(['help', verb]);
      expect(help.code).toBe(0);
      expect(help.out).toMatch(new RegExp(`^amber ${verb}`));
      expect((await amber([verb, '--help'])).out).toBe(help.out);
    }
    expect((await amber(['help', 'view'])).out).toMatch(/--port PORT.*\n.*--open/);
  });

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await amberProcess(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});
