import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/runner/run-command.ts';

describe('the command that runs a seed again', () => {
  it('says nothing of what is the default', () => {
    expect(runCommand('sims/a.ts', '7', { parameters: {}, transport: 'tcp' })).toBe(
      'npx amber run sims/a.ts --seed 7',
    );
  });

  it('says every term of the run', () => {
    const terms = { transport: 'ideal', profile: 'swarm', mutant: 'dup-on-new' } as const;
    expect(runCommand('a.ts', '7', { parameters: { loss: 0.5 }, ...terms })).toBe(
      'npx amber run a.ts --seed 7 --param loss=0.5 --transport ideal --profile swarm --mutant dup-on-new',
    );
  });

  it('reaches the command through a shell as it was meant', () => {
    const command = runCommand('my story.ts', "it's", { parameters: { text: '$HOME `x` "y"' } });
    const print = `printf '%s\\n' ${command}`;
    expect(execFileSync('sh', ['-c', print]).toString().split('\n')).toEqual([
      ...['npx', 'amber', 'run', 'my story.ts', '--seed', "it's", '--param', 'text=$HOME `x` "y"', ''],
    ]);
  });
});
