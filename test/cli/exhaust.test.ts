/** Every fault at every place, by the real command. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SavedFailure } from '../../src/runner/failure.ts';
import { readRunLink } from '../../src/runner/run-link.ts';
import { repository } from '../programs.ts';
import { elementsOf } from '../viz/export/xml.ts';
import { Commands, patienceFor } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
const story = (name: string) => join(repository, 'sims', 'exhaust', `${name}.ts`);
const fixture = (name: string) => join(repository, 'test', 'fixtures', 'scenarios', name);
let directory: string;
let commands: Commands;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-exhaust-'));
  commands = new Commands(directory);
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args, { environment: patienceFor(args) });

describe('amber exhaust', () => {
  it('says what it covered and that all of it was survived, and nothing else into a pipe', async () => {
    const { code, out, err } = await amber('exhaust', story('smallest'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^one fault +58 of 58 survived\n +80 faults at 40 places, 58 that differ$/m);
    expect(out).toMatch(/^faults +.*reset \d+/m);
    expect(out).toMatch(/^rule +delivery\.handed-over|^rule +session\.present/m);
    expect(out).not.toContain('\u001b');
    expect(out).not.toMatch(/^limit/m);
  });

  it('says which of two faults were left out when its limit is reached', async () => {
    const { code, out } = await amber('exhaust', story('smallest'), '--faults', '2', '--limit', '200');
    expect(code).toBe(0);
    expect(out).toMatch(/^two faults +141 of 141 survived$/m);
    expect(out).toMatch(/^limit +200 runs: 2,464 more were left out \(--limit\)$/m);
  });

  it('strikes where places are equivalent, too, when it is told not to prune', async () => {
    const { code, out } = await amber('exhaust', story('smallest'), '--no-prune', '--workers', '1');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^one fault +80 of 80 survived\n +80 faults at 40 places, all run, though 58 differ$/m,
    );
  });

  it('finds a known bug, groups its failures, and saves what replay and shrink can take', async () => {
    const found = ['exhaust', story('qos2'), '--mutant', 'qos2-forgotten', '--out', 'bug'];
    const { code, out } = await amber(...found);
    expect(code).toBe(1);
    expect(out).toMatch(/^one fault +211 of 221 survived$/m);
    expect(out).toMatch(/^failed +delivery\.exactly-once, 8 runs$/m);
    expect(out).toMatch(
      /^run \d+ +reset of sensor~hub at [\d.]+ s, (?:before|after) packet \d of \w+ on sensor>hub#1$/m,
    );
    const [, path] = /^again +npx amber replay (.*)$/m.exec(out)!;
    const failure = JSON.parse(readFileSync(join(directory, path!), 'utf8')) as SavedFailure;
    expect(failure.filter!.also).toHaveLength(1);
    const replayed = await amber('replay', path!, '--trace', 'again.gz');
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain('it is the run that was saved: delivery.exactly-once');
    // The seed alone has not that fault.
    expect(replayed.out).toMatch(/^again +npx amber replay bug\/qos2-1-exhaust-\d+\.failure\.json$/m);
    const shrunk = await amber('shrink', path!);
    expect(shrunk.code).toBe(1);
    expect(shrunk.out).toMatch(/1 fault -> [\d,]+ events, 1 fault/);
    const smaller = await amber(
      'replay',
      path!.replace('.failure', '.shrunk.failure'),
      '--trace',
      'again.gz',
    );
    expect(smaller.out).toContain('it is the run that was saved: delivery.exactly-once');
  });

  it('names the page that runs a failure of a bundled story again, in its report and in the picture', async () => {
    const bundled = join(repository, 'sims', 'lessons', 'qos-2.ts');
    const { code, out } = await commands.run(
      ['exhaust', bundled, '--mutant', 'qos2-forgotten', '--limit', '62', '--out', 'paged'],
      { environment: { AMBER_SITE: 'https://example.org/amber/' } },
    );
    expect(code).toBe(1);
    const [, page] = /^page +(\S+)$/m.exec(out)!;
    const run = readRunLink(new URL(page!).hash)!;
    expect(run).toMatchObject({ story: 'lessons/qos-2', seed: '1', mutant: 'qos2-forgotten' });
    expect(run.faults).toHaveLength(1);
    const [, again] = /^again +npx amber replay (.*)\.failure\.json$/m.exec(out)!;
    const svg = elementsOf(readFileSync(join(directory, `${again}.svg`), 'utf8'));
    expect(svg.find(({ name }) => name === 'a')?.attributes.get('href')).toBe(page);
  });

  it('writes for programs, for test servers and for pull requests', async () => {
    const mutant = [story('smallest'), '--mutant', 'acknowledges-before-stored', '--out', 'forms'];
    const json = JSON.parse((await amber('exhaust', ...mutant, '--reporter', 'json')).out);
    expect(json).toMatchObject({ survived: 53, failed: 2, complete: true, left: 0, cutShort: 0 });
    expect(json.rounds).toMatchObject([{ places: 40, all: 80, distinct: 55, runs: 55, survived: 53 }]);
    expect(json.groups[0].runs[0].faults[0]).toMatchObject({
      family: 'crash',
      occasion: { side: 'before' },
    });
    const junit = (await amber('exhaust', ...mutant, '--reporter', 'junit')).out;
    expect(junit).toMatch(/^<\?xml version="1\.0"/);
    expect(junit).toContain('<failure type="failed" message="hub: ');
    expect(junit).toContain('crash of ');
    const github = (await amber('exhaust', ...mutant, '--reporter', 'github')).out;
    expect(github).toMatch(
      /^::error file=.*smallest\.ts,title=session\.present::.*npx amber replay forms\//m,
    );
  });

  it('ends with 130 when it is interrupted, and says how far it came', async () => {
    let interrupting: NodeJS.Timeout | undefined;
    const { code, out } = await commands.run(['exhaust', story('qos2'), '--faults', '2'], {
      // What has not begun yet does not hear it: it is said again.
      started: (interrupt) => {
        interrupting = setInterval(interrupt, 1_000);
      },
    });
    clearInterval(interrupting);
    expect(code).toBe(130);
    // Interrupted before it had begun, it has nothing to say.
    if (out !== '') expect(out).toContain('interrupted; the other runs were not made');
  });

  it('finds out that a script keeps something from run to run', async () => {
    const { code, out } = await amber('exhaust', fixture('forgetful.ts'), '--limit', '6', '--workers', '1');
    expect(code).toBe(4);
    expect(out).toMatch(/^one fault +2 of 5 survived$/m);
    expect(out).toMatch(/^differs +run \d: alone it is another run/m);
  });

  it('does not pass a story in which there is nothing to strike', async () => {
    const text = `import { scenario } from ${JSON.stringify(join(repository, 'dist', 'src', 'index.js'))};
export default scenario('Nobody is there', (sim) => sim.sleep('1s'));`;
    writeFileSync(join(directory, 'nobody.mjs'), text);
    const { code, out, err } = await amber('exhaust', 'nobody.mjs');
    expect(code).toBe(3);
    expect(out).toMatch(/^one fault +0 of 0 survived$/m);
    expect(err).toMatch(/^amber: nothing can be struck in nobody\.mjs: [^\n]*\n$/);
  });

  it.each([
    [['exhaust'], 2, /something is missing/],
    [['exhaust', 'nowhere.ts'], 2, /there is no file nowhere\.ts/],
    [['exhaust', story('qos1'), '--faults', '3'], 2, /--faults is '3'; it can be 1, 2/],
    [['exhaust', story('qos1'), '--limit', '0'], 2, /--limit is '0'/],
    [['exhaust', story('qos1'), '--limit', '1'], 2, /--limit is '1'; it can be a whole number from 2/],
    [['exhaust', story('qos1'), '--out', bin], 2, /--out is '.*amber\.js', which is a file/],
    [['exhaust', story('qos1'), '--reporter', 'loud'], 2, /--reporter is 'loud'/],
    [['exhaust', fixture('throws.ts')], 3, /does not pass without any fault/],
    [['exhaust', fixture('temperamental.ts'), '--seed', '7'], 1, /the seed does not end in 7/],
    [['exhaust', fixture('loops.ts')], 3, /loops/],
  ])('refuses %j with one line', async (args, code, message) => {
    const ended = await amber(...args);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(message);
    expect(ended.err.split('\n')).toHaveLength(2);
  });
});
