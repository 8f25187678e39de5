/** `amber shrink`, by the real command: what it says, and the test that it writes. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';
import { runEmitted } from '../zoo/emitted.ts';
import { Commands } from './command.ts';

/** The author believes that the hub is never away in the second minute. */
const STORY = `import { scenario } from 'mqtt-amber';
export default scenario('An optimist', { parameters: { beats: { default: 12, range: [1, 99] } } }, async (sim, { beats }) => {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp');
  sim.link(lamp, hub, { latency: ['5ms', '15ms'] });
  void lamp.connect(hub);
  for (let beat = 1; beat <= beats; beat++) {
    await sim.sleep('10s');
    sim.always(hub.alive || beat < 6, 'in the second minute the hub lives');
  }
});
`;

/** It breaks only where it strikes itself: in a list, the crash comes before its two looks at the hub, or after both. */
const WITNESS = `import { scenario } from 'mqtt-amber';
export default scenario('A witness', async (sim) => {
  const hub = sim.broker('hub');
  await sim.sleep('10s');
  const before = hub.alive;
  hub.crash({ for: '1s' });
  sim.always(!before || hub.alive, 'nobody sees the hub die');
});
`;

describe('amber shrink', () => {
  let directory: string;
  let commands: Commands;
  const amber = (...args: string[]) => commands.run(args);
  beforeAll(async () => {
    // Below the repository, where the package is found by its own name.
    mkdirSync(join(repository, '.cache'), { recursive: true });
    directory = mkdtempSync(join(repository, '.cache', 'shrink-'));
    commands = new Commands(directory);
    writeFileSync(join(directory, 'optimist.ts'), STORY);
    await amber('sweep', 'optimist.ts', '--seeds', '40', '--bail', '--profile', 'hostile', '--out', 'swept');
    const cuts = join(repository, 'sims/zoo/cuts.ts');
    const bug = ['--mutant', 'client-dup-forgotten'];
    await amber('sweep', cuts, '--seeds', '1', '--profile', 'swarm', ...bug, '--out', 'zoo');
  });
  afterAll(() => {
    commands.end();
    rmSync(directory, { recursive: true, force: true });
  });

  it('tells what is left in sentences, and writes it as a test that needs no story', async () => {
    const failure = join('zoo', 'cuts-1.failure.json');
    const { code, out, err } = await amber('shrink', failure, '--emit-test', 'dup.test.ts');
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^\d+ events, \d+ faults -> \d+ events, 1 fault, found in [\d,]+ runs$/m);
    expect(out).toMatch(/^ {2}[\d.]+ s {2}sensor is told to publish "1" q\d on reading$/m);
    expect(out).toMatch(/^ {2}[\d.]+ s {2}sensor breaks delivery\.dup-flag: .* sent before at [\d.]+ s$/m);
    expect(out).toMatch(/^ {2}margin: with .* the run passes$/m);
    expect(out).toMatch(/^test +dup\.test\.ts$/m);
    const text = readFileSync(join(directory, 'dup.test.ts'), 'utf8');
    expect(text).toContain('Nothing in it is left to chance.');
    expect(text).not.toMatch(/seed: |cuts\.ts'/);
    const outcomes = runEmitted({
      'mutant.test.ts': text,
      'healthy.test.ts': text.replace(/^ *substitute: .*\n/m, ''),
    });
    expect(outcomes.get('mutant.test.ts')).toMatchObject([{ status: 'failed' }]);
    expect(outcomes.get('healthy.test.ts')).toMatchObject([{ status: 'passed' }]);
  });

  it('writes a test that imports the story whose own claim broke, and that passes once the claim is mended', async () => {
    const failure = readdirSync(join(directory, 'swept')).find((name) => name.endsWith('.failure.json'))!;
    const { code, out } = await amber('shrink', join('swept', failure), '--emit-test', 'claim.test.mjs');
    expect(code).toBe(1);
    expect(out).toMatch(/ -> \d+ events, 1 fault, found in /);
    expect(out).toContain("claim.test.mjs, which imports the story: what broke is the script's own");
    const text = readFileSync(join(directory, 'claim.test.mjs'), 'utf8');
    expect(text).toContain("import story from './optimist.ts';");
    expect(text).toMatch(/^const faults = \[$/m);
    expect(text).toContain("chance: 'none',");
    expect(text).toContain('parameters: { beats: 12 },');
    const before = runEmitted({ 'optimist.ts': STORY, 'claim.test.mjs': text });
    expect(before.get('claim.test.mjs')).toMatchObject([
      { status: 'failed', messages: [expect.stringContaining('in the second minute the hub lives: ')] },
    ]);
    const after = runEmitted({
      'optimist.ts': STORY.replace('beat < 6', 'beat <= beats'),
      'claim.test.mjs': text,
    });
    expect(after.get('claim.test.mjs')).toMatchObject([{ status: 'passed' }]);
  });

  it('leaves the faults to a story that does not break by a list of them, and the test that it writes does so too', async () => {
    writeFileSync(join(directory, 'witness.ts'), WITNESS);
    await amber('sweep', 'witness.ts', '--seeds', '1', '--profile', 'hostile', '--out', 'seen');
    const path = join(directory, 'seen', 'witness-1.failure.json');
    const filter = { without: ['hub/pause#7'] };
    const failure = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...failure, filter }));
    expect((await amber('shrink', path, '--emit-test', 'seen.test.ts')).code).toBe(1);
    const smaller = JSON.parse(readFileSync(path.replace('.failure', '.shrunk.failure'), 'utf8'));
    expect(smaller.filter).toEqual(filter);
    const text = readFileSync(join(directory, 'seen.test.ts'), 'utf8');
    expect(text).toContain("profile: 'hostile',");
    expect(text).toContain("faults: { without: ['hub/pause#7'] },");
    const stories = {
      broken: WITNESS,
      mended: WITNESS.replace('!before', 'true'),
      renamed: WITNESS.replace('nobody sees the hub die', 'something else'),
    };
    const outcomes = runEmitted(
      Object.fromEntries(
        Object.entries(stories).flatMap(([name, story]) => [
          [`${name}.ts`, story],
          [`${name}.test.ts`, text.replace('./witness.ts', `./${name}.ts`)],
        ]),
      ),
    );
    const failed = (because: string) => [
      { status: 'failed', messages: [expect.stringContaining(`AssertionError: ${because}: `)] },
    ];
    expect(outcomes.get('broken.test.ts')).toMatchObject(failed('nobody sees the hub die'));
    expect(outcomes.get('mended.test.ts')).toMatchObject([{ status: 'passed' }]);
    expect(outcomes.get('renamed.test.ts')).toMatchObject(failed('the story still makes this claim'));
  });

  it('refuses to write over a file, or into a folder that is not there, before it does anything', async () => {
    writeFileSync(join(directory, 'mine.test.ts'), 'mine');
    const failure = join('zoo', 'cuts-1.failure.json');
    for (const [to, test, because] of [
      ['not.json', 'mine.test.ts', 'there is a file mine.test.ts already'],
      ['not.json', join('nowhere', 'x.test.ts'), '--emit-test: there is no folder nowhere'],
      ['not.json', 'not.json', '--emit-test is the file of the smaller failure'],
      ['not.json', '', '--emit-test is empty'],
      [join('nowhere', 'not.json'), 'x.test.ts', '--out: there is no folder nowhere'],
      ['zoo', 'x.test.ts', '--out: zoo is a folder'],
      [failure, 'x.test.ts', '--out is the failure itself'],
    ] as const) {
      const { code, out, err } = await amber('shrink', failure, '--out', to, '--emit-test', test);
      expect([code, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
      expect(err).toContain(because);
    }
    expect(readFileSync(join(directory, 'mine.test.ts'), 'utf8')).toBe('mine');
    expect(existsSync(join(directory, 'not.json'))).toBe(false);
  });
});
