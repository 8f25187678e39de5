/** What hosted code imports by its name from a module of Node belongs to the node that uses it, whoever imported it first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('gives each node its own environment and streams, in each run of a process', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('./apps/names.mjs', import.meta.url)),
  ]);
  const run = (nodes: string[]) => [
    ...nodes.flatMap((node) => [`${node} ends`, `${node} goes on`]),
    JSON.stringify({
      verdict: 'passed',
      seen: nodes.map((node) => [node, 'string', 'ID', 'COUNT', true, true, true, 1, 1]),
    }),
  ];
  expect(stdout.trim().split('\n')).toEqual([...run(['one', 'two']), ...run(['one', 'two'])]);
});
