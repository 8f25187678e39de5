/** The application of docs/bring-your-own-code.md as it ships, played by the real command. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');
const story = join(repository, 'examples', 'device-twin', 'sims', 'twins.ts');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-twins-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function amber(...args: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [bin, ...args], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { code: status, out: stdout };
}

/** Of each seed of a sweep. */
function digests(journal: string): Map<string, string> {
  const lines = readFileSync(join(directory, journal, 'sweep.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const records = lines.map((line) => JSON.parse(line) as { seed?: string; digest?: string });
  return new Map(records.flatMap(({ seed, digest }) => (digest === undefined ? [] : [[seed!, digest]])));
}

/** The folder copied to where nothing is of this repository, with what `npm install` puts there. */
function installed(): string {
  const project = join(directory, 'device-twin');
  cpSync(join(repository, 'examples', 'device-twin'), project, { recursive: true });
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'mqtt-amber'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules')))
    symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  for (const name of ['package.json', 'bin', 'dist'])
    cpSync(join(repository, name), join(modules, 'mqtt-amber', name), { recursive: true });
  return project;
}

describe('the device twin', () => {
  it('keeps its lamps in step whatever is lost, cut and crashed, and is the same from the same seed', () => {
    const first = amber('sweep', story, '--seeds', '8', '--workers', '2', '--out', 'first');
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/^verdict +8 passed, none failed/m)]);
    expect(amber('sweep', story, '--seeds', '8', '--workers', '1', '--out', 'second').code).toBe(0);
    const seen = digests('first');
    expect(digests('second')).toEqual(seen);
    expect(new Set(seen.values()).size).toBe(8);
  });

  it('is a project with tests of its own: from its own folder, with its own vitest', () => {
    const project = installed();
    const test = (environment: Record<string, string>) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(project, 'node_modules', 'vitest', 'vitest.mjs'), 'run'],
        {
          cwd: project,
          encoding: 'utf8',
          env: { ...process.env, NO_COLOR: '1', VITEST: '', ...environment },
        },
      );
      return { status, text: stdout + stderr };
    };
    const held = test({ AMBER_SEEDS: '4' });
    expect(held.text).toContain('lamps follow their twins (seeds 1..4)');
    expect(held.status).toBe(0);
    const broken = test({ AMBER_SEED: '45' });
    expect(broken.status).toBe(1);
    expect(broken.text).toContain('keep-alive.client at lamp-2');
    expect(broken.text).toContain('again: AMBER_SEED=45 npx vitest run test/twins.test.ts');
  });

  it('finds that MQTT.js may be silent for longer than its keep-alive [3.1.1/MQTT-3.1.2-23]', () => {
    const { code, out } = amber('run', story, '--seed', '45', '--trace', '-');
    expect(code).toBe(1);
    expect(out).toContain('keep-alive.client');
  });
});
