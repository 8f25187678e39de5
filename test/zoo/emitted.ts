/** Runs test files as their owner would: in a folder of their own, by vitest. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repository } from '../programs.ts';

export interface TestOutcome {
  readonly title: string;
  readonly status: string;
  readonly messages: readonly string[];
}

/** As the JSON reporter of vitest writes it. */
interface JsonReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

/**
 * @param files texts by name.
 * @returns what became of the tests of each file; a file that cannot be loaded has one that says why.
 */
export function runEmitted(
  files: Readonly<Record<string, string>>,
): ReadonlyMap<string, readonly TestOutcome[]> {
  // Below the repository, where the package is found by its own name.
  const folders = join(repository, '.cache');
  mkdirSync(folders, { recursive: true });
  const directory = mkdtempSync(join(folders, 'emitted-'));
  try {
    writeFileSync(
      join(directory, 'vitest.config.mjs'),
      "const conditions = ['amber-source'];\nexport default { resolve: { conditions }, ssr: { resolve: { conditions } } };\n",
    );
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(repository, 'node_modules/vitest/vitest.mjs'),
        ...['run', '--root', directory, '--reporter', 'json', '--no-color'],
        // The package is loaded once for all of them.
        ...['--no-isolate', '--maxWorkers', '1'],
      ],
      { cwd: directory, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', VITEST: '' } },
    );
    if (!stdout.startsWith('{')) throw new Error(`vitest gave no report: ${stdout}${stderr}`);
    const { testResults } = JSON.parse(stdout) as JsonReport;
    return new Map(
      testResults.map(({ name, message, assertionResults }) => {
        const outcomes = assertionResults.map(({ title, status, failureMessages }) => {
          return { title, status, messages: failureMessages };
        });
        const unloaded = { title: '', status: 'not loaded', messages: [message] };
        return [relative(directory, name), outcomes.length > 0 ? outcomes : [unloaded]];
      }),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
