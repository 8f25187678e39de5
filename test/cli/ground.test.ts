/** What hosted code ran on when something was found, by the real command: who looks at it again on other packages, or another Node, is told so. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program, repository } from '../programs.ts';

const STORY = `import { scenario } from 'mqtt-amber';
export default scenario('An app', async (sim) => {
  const app = sim.host('app');
  const answer = await app.do(() => 41);
  sim.always(answer === 42, 'the answer is 42');
});
`;
const { node } = process.versions;
const GROUND = /Node [\d.]+ and package-lock\.json [0-9a-f]{16}/.source;

describe('what hosted code ran on', () => {
  let directory: string;
  const failure = join('found', 'app-1.failure.json');

  const spawn = (program: string, args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', VITEST: '' },
    });
    return { status, out: stdout, err: stderr };
  };
  const amber = (args: readonly string[], by: string = process.execPath) =>
    spawn(by, [join(repository, 'bin', 'amber.js'), ...args]);
  const replay = (by?: string) => amber(['replay', failure, '--trace', 'again.gz'], by);
  const changed = (out: string) => out.split('\n').filter((line) => line.startsWith('changed'));
  const lock = (version: string) =>
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: { aedes: version } }));
  const saved = () => JSON.parse(readFileSync(join(directory, failure), 'utf8'));

  beforeAll(() => {
    // Below the repository, where the package is found by its own name.
    mkdirSync(join(repository, '.cache'), { recursive: true });
    directory = mkdtempSync(join(repository, '.cache', 'ground-'));
    writeFileSync(join(directory, 'app.ts'), STORY);
    lock('1.0.0');
    const { status, out } = amber(['sweep', 'app.ts', '--seeds', '1', '--out', 'found']);
    expect([status, out]).toEqual([1, expect.stringContaining(failure)]);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is in the failure that a sweep saves, and a replay on the same says nothing of it', () => {
    expect(saved().hosted).toEqual({
      node,
      lockfile: 'package-lock.json',
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const { status, out } = replay();
    expect(status).toBe(1);
    expect(changed(out)).toEqual([]);
    expect(out).toContain('it is the run that was saved: always: the answer is 42');
  });

  it('is told by a replay on other packages, with what to do', () => {
    lock('2.0.0');
    const { status, out } = replay();
    lock('1.0.0');
    expect(status).toBe(1);
    expect(changed(out)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^changed +its foreign code ran on ${GROUND}, and here it is ${GROUND}: its seed is valid for the former; to have the very same ` +
            'run, take package-lock\\.json from when it was saved, and install by it$',
        ),
      ),
    ]);
    expect(replay().out).not.toContain('changed');
  });

  for (const [name, other] of [
    ['node22', program('node22')],
    ['node24', program('node24')],
  ] as const) {
    it.skipIf(other === undefined)(`is told by a replay on ${name}, with what to do`, () => {
      const { status, out } = replay(other);
      expect(status).toBe(1);
      expect(changed(out)).toEqual([
        expect.stringContaining(`to have the very same run, run it on Node ${node}`),
      ]);
    });
  }

  it('stops a sweep from going on with what was swept on other packages', () => {
    const words = ['app.ts', '--seeds', '2', '--out', 'resumed'];
    expect(amber(['sweep', ...words]).status).toBe(1);
    lock('2.0.0');
    const { status, err } = amber(['sweep', ...words, '--resume']);
    lock('1.0.0');
    expect(status).toBe(2);
    expect(err).toMatch(
      new RegExp(
        `of another sweep: foreign code ran on ${GROUND} in one and on ${GROUND} in the other$`,
        'm',
      ),
    );
  });

  it('is in the test that shrink writes, which says so where it runs on other packages', () => {
    expect(amber(['shrink', failure, '--emit-test', 'answer.test.ts']).status).toBe(1);
    const text = readFileSync(join(directory, 'answer.test.ts'), 'utf8');
    const { hosted } = saved();
    expect(text).toContain(
      `foundOn: { node: '${node}', lockfile: 'package-lock.json', hash: '${hosted.hash}' },`,
    );
    writeFileSync(join(directory, 'vitest.config.mjs'), 'export default {};\n');
    const test = () =>
      spawn(process.execPath, [
        join(repository, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--root',
        directory,
      ]);
    const warning = /An app: its foreign code ran on .* take package-lock\.json from when it was saved/;
    const same = test();
    expect([same.status, `${same.out}${same.err}`]).toEqual([1, expect.stringContaining('the answer is 42')]);
    expect(`${same.out}${same.err}`).not.toMatch(warning);
    lock('2.0.0');
    const other = test();
    lock('1.0.0');
    expect(`${other.out}${other.err}`).toMatch(warning);
  });
});
