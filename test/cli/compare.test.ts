/** The same story with several brokers and clients, by the real command. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';
import { Commands } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
const story = join(repository, 'sims', 'zoo', 'sessions.ts');
const never = join(repository, 'test', 'fixtures', 'players', 'never-broker.mjs');
let directory: string;
let commands: Commands;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-compare-'));
  commands = new Commands(directory);
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args);

describe('amber compare', () => {
  it('says which pairing broke which promise, with its statements, and how to see it again', async () => {
    const { code, out, err } = await amber(
      'compare',
      story,
      '--brokers',
      'native,backlog-reversed',
      '--seeds',
      '2',
      '--out',
      'told',
    );
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^pairing +native \+ native +every promise kept at 2 of 2 seeds$/m);
    expect(out).toMatch(/^pairing +backlog-reversed \+ native +every promise kept at 0 of 2 seeds$/m);
    expect(out).toMatch(/^promise +ordering\.messages: .*\n +.*\[5\.0\/MQTT-4\.6\.0-6\]/m);
    expect(out).toMatch(/^ +native \+ native +held at 2 seeds$/m);
    expect(out).toMatch(
      /^ +backlog-reversed \+ native +broken at 2 seeds\n +seed 1: hub sent tablet a message/m,
    );
    expect(out).toMatch(
      /^again +npx amber compare .*sessions\.ts --seeds 1\.\.1 --brokers native,backlog-reversed/m,
    );
    expect(out).not.toContain('\u001b');
    expect(readdirSync(join(directory, 'told')).toSorted()).toEqual([
      'sessions-1-backlog-reversed-native.amber.jsonl.gz',
      'sessions-1-native-native.amber.jsonl.gz',
    ]);
  });

  it('is content where all keep the same promises, and says so to programs', async () => {
    const same = await amber(
      'compare',
      join(repository, 'sims/exhaust/smallest.ts'),
      '--clients',
      'native,server-keep-alive-ignored',
      '--seeds',
      '1',
      '--json',
    );
    expect(same.code).toBe(0);
    expect(JSON.parse(same.out)).toMatchObject({
      seeds: [1, 1],
      pairings: [
        { brokers: 'native', clients: 'native', seeds: 1, kept: 1 },
        { brokers: 'native', clients: 'server-keep-alive-ignored', seeds: 1, kept: 1 },
      ],
      differences: [],
      alike: [],
    });
  });

  it('says in one line why a pairing cannot be compared, and never passes it', async () => {
    const { code, out, err } = await amber('compare', story, '--brokers', `native,${never}`, '--seeds', '1');
    expect(code).toBe(2);
    expect(out).toContain("not comparable: 'hub' cannot be played by never: it plays nothing");
    expect(err).toMatch(
      /^amber: nothing was compared: of 2 pairings only one can play .*sessions\.ts: 'hub' cannot be played by never: it plays nothing\n$/,
    );
    const three = await amber(
      'compare',
      story,
      '--brokers',
      `native,${never},backlog-reversed`,
      '--seeds',
      '1',
    );
    expect(three.code).toBe(1);
    expect(three.out).toContain('not comparable');
  });

  it('says of a story that mounts its own broker or clients that nobody was played there, and never passes it', async () => {
    const lacks = (part: string, player: string): string =>
      `the story has no ${part} that ${player} could play; make one with sim.${part}()`;
    const told = async (story: string, ...options: readonly string[]) => {
      const file = join(repository, 'sims/hosted', story);
      const { code, out, err } = await amber('compare', file, ...options, '--seeds', '1', '--json');
      const pairings = JSON.parse(out).pairings as { seeds: number; incomparable?: string }[];
      return { code, err, pairings: pairings.map(({ seeds, incomparable }) => incomparable ?? seeds) };
    };
    const both = ['--brokers', 'native,aedes', '--clients', 'native,mqttjs'];

    const nobody = await told('mqttjs-and-aedes.ts', ...both);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toMatch(
      /^amber: nothing was compared: of 4 pairings only one can play .*: the story has no client that mqttjs could play; make one with sim\.client\(\).*\n$/,
    );
    expect(nobody.pairings).toEqual([
      1,
      expect.stringContaining(lacks('client', 'mqttjs')),
      expect.stringContaining(lacks('broker', 'aedes')),
      expect.stringContaining(lacks('broker', 'aedes')),
    ]);

    const clients = await told('aedes-broker.ts', '--clients', 'native,mqttjs');
    expect(clients).toEqual({ code: 0, err: '', pairings: [1, 1] });

    const bug = await told('aedes-broker.ts', '--brokers', 'native,will-lost');
    expect(bug.code).toBe(2);
    expect(bug.pairings).toEqual([1, expect.stringContaining(lacks('broker', 'will-lost'))]);
  });

  it('pairs aedes and MQTT.js with our machines, and says what aedes does not speak', async () => {
    const pairs = ['--brokers', 'native,aedes', '--clients', 'native,mqttjs', '--seeds', '1', '--json'];
    const { code, out, err } = await amber('compare', join(repository, 'sims/exhaust/smallest.ts'), ...pairs);
    expect([code, err]).toEqual([0, '']);
    const { pairings, differences } = JSON.parse(out);
    expect(differences).toEqual([]);
    expect(pairings.map(({ seeds, kept }: { seeds: number; kept: number }) => [seeds, kept])).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(pairings[2].incomparable).toMatch(
      /^aedes speaks 3\.1 and 3\.1\.1, and client '\w+' asks for 5\.0$/,
    );
    const spoken = await amber(
      'compare',
      join(repository, 'sims/exhaust/smallest.ts'),
      ...pairs,
      ...['--protocol', '3.1.1'],
    );
    expect(spoken.code).toBe(0);
    const kept = JSON.parse(spoken.out).pairings.map((each: { kept: number }) => each.kept);
    expect(kept).toEqual([1, 1, 1, 1]);
  });

  it('does not pass a story that no pairing could tell', async () => {
    const { code, out, err } = await amber(
      'compare',
      join(repository, 'sims/zoo/exchange.ts'),
      ...['--brokers', 'native,will-lost', '--protocol', '3.1.1', '--seeds', '1'],
    );
    expect(code).toBe(2);
    expect(out).toContain('broken at the same seeds with all: ScriptError');
    expect(err).toMatch(
      /^amber: nothing was compared: .*exchange\.ts cannot be told so with any pairing: .+5\.0.*\n$/,
    );
  });

  it('says what the page that describes it has of it', () => {
    const page = readFileSync(join(repository, 'docs/compare.md'), 'utf8');
    const [, command, report] = /```sh\nnpx amber (.*)\n```\n\n```text\n([^`]*)\n```/.exec(page)!;
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...command!.split(' ')], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout.trim()).toBe(report);
  });

  it.each([
    [
      ['--brokers', 'native,nobody'],
      "amber: 'nobody' plays no brokers; --brokers can name native, aedes, a broker of the zoo",
    ],
    [['--clients', 'native,will-lost'], "amber: 'will-lost' plays no clients"],
    [['--brokers', 'native'], 'amber: one pairing has nothing to be compared with'],
    [['--brokers', 'native,native'], 'amber: --brokers names native twice'],
    [
      ['--brokers', 'will-lost', '--clients', 'identifiers-restart,native'],
      'amber: will-lost and identifiers-restart are both of the zoo',
    ],
    [
      ['--brokers', 'native,./nowhere.mjs'],
      'amber: who is to play the brokers cannot be loaded: Cannot find module',
    ],
    [['--brokers', `native,${story}`], 'plays no brokers: its default export needs a name and a function'],
    [['--brokers', 'native,will-lost', '--seeds', '0'], "amber: --seeds: '0'"],
    [['--brokers', 'native,aedes', '--protocol', '4'], "amber: --protocol is '4'; it can be 3.1, 3.1.1, 5.0"],
  ])('refuses %j in one line', async (options, line) => {
    const { code, out, err } = await amber('compare', story, ...options);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(line);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(directory, '.amber'))).toBe(false);
  });
});
