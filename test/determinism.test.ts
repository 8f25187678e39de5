/** The promise everything else rests on: same version, scenario and seed, same digest, wherever it runs. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Commands } from './cli/command.ts';
import { program, repository } from './programs.ts';

const execute = promisify(execFile);
const amber = join(repository, 'bin', 'amber.js');
const story = join(repository, 'sims', 'flapping-uplink.ts');

function digestIn(json: string): string {
  const { digest, verdict } = JSON.parse(json) as { digest: string; verdict: string };
  expect(verdict).toBe('passed');
  return digest;
}

/** In a process of its own. */
async function digest(
  seed: string,
  node = process.execPath,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { stdout } = await execute(
    node,
    [amber, 'run', story, '--seed', seed, '--level', 'digest', '--json'],
    {
      env: { ...process.env, ...environment },
    },
  );
  return digestIn(stdout);
}

describe('a run', () => {
  it('has one digest in ten processes, whatever their language, time zone and heap are', async () => {
    const digests = new Set<string>();
    for (let process = 0; process < 10; process++) {
      const environment = {
        TZ: ['UTC', 'Asia/Tokyo', 'America/New_York'][process % 3],
        LANG: ['C', 'de_DE.UTF-8'][process % 2],
        NODE_OPTIONS: process % 4 === 3 ? '--max-old-space-size=200' : '',
      };
      digests.add(await digest('71', undefined, environment));
    }
    expect([...digests]).toHaveLength(1);
  });

  it('has another digest for each of twenty seeds', async () => {
    const commands = new Commands(repository);
    onTestFinished(() => commands.end());
    const digests = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const { out } = await commands.run(['run', story, '--seed', `${seed}`, '--level', 'digest', '--json']);
      digests.add(digestIn(out));
    }
    expect(digests.size).toBe(20);
  });

  for (const name of ['node22', 'node24'] as const) {
    it.skipIf(program(name) === undefined)(`has the same digest on ${name}`, async () => {
      expect(await digest('71', program(name))).toBe(await digest('71'));
    });
  }
});
