/** What nodes see behind an `import()` under vitest, which has a loader of its own: the same each time, in one process and in several. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { describe, expect, it } from 'vitest';
import { NODES } from '../host/on-each-node.ts';
import { repository } from '../programs.ts';
import { atOnce, behindImports, ofFailures } from './stack-stories.ts';

const TIMES = 3;
const PRINTS = `import { runScenario } from 'mqtt-amber/vitest';
import { expect, it } from 'vitest';
import { atOnce, behindImports, ofFailures } from '${import.meta.dirname}/stack-stories.ts';
it('prints digests', async () => {
  for (const story of [behindImports, ofFailures, atOnce])
    for (let time = 0; time < ${TIMES}; time++) {
      const { verdict, digest } = await runScenario(story, { seed: 1 });
      expect(verdict).toBe('passed');
      console.log(\`digest \${story.name}: \${digest}\`);
    }
}, 240_000);
`;

/** A process of its own: what it printed, without doubles. */
function digestsIn(node: string): string[] {
  mkdirSync(join(repository, '.cache'), { recursive: true });
  const directory = mkdtempSync(join(repository, '.cache', 'vitest-imports-'));
  try {
    writeFileSync(
      join(directory, 'vitest.config.mjs'),
      "export default { resolve: { conditions: ['amber-source'] }, ssr: { resolve: { conditions: ['amber-source'] } } };\n",
    );
    writeFileSync(join(directory, 'digests.test.ts'), PRINTS);
    const { stdout, stderr } = spawnSync(
      node,
      [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', directory, '--no-color'],
      { cwd: directory, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', VITEST: '' } },
    );
    const lines = stdout.split('\n').filter((line) => line.startsWith('digest '));
    expect(lines, stdout + stderr).toHaveLength(3 * TIMES);
    return [...new Set(lines)];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('imports of a node under vitest', () => {
  for (const story of [behindImports, ofFailures, atOnce]) {
    it(`come to one digest in one process: ${story.name}`, async () => {
      const digests = new Set<string>();
      for (let time = 0; time < TIMES; time++) {
        const result = await runScenario(story, { seed: 1, level: 'packets' });
        expect(`${result.verdict} ${result.error?.message}`).toBe('passed undefined');
        expect(result.summary!.published[0]).toBeGreaterThan(0);
        digests.add(result.digest);
      }
      expect([...digests]).toHaveLength(1);
    });
  }

  for (const [name, node] of NODES) {
    it.skipIf(node === undefined)(`come to one digest in several processes of ${name}`, () => {
      const first = digestsIn(node!);
      expect(first).toHaveLength(3);
      expect(digestsIn(node!)).toEqual(first);
    });
  }

  it('are refused to a script that hosts nothing, whatever it imports', async () => {
    for (const name of ['node:zlib', 'aedes', './late-part.ts']) {
      const lazy = scenario('lazy', async (sim) => {
        await sim.sleep('100ms');
        await import(name).catch(() => {});
        await sim.sleep('1s');
      });
      for (let time = 0; time < 2; time++)
        expect(await runScenario(lazy, { seed: 1 })).toMatchObject({
          verdict: 'script-error',
          virtualMicros: 100_000,
          error: { name: 'RefusedCallError' },
        });
    }
  });
});
