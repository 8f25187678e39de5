/** Versions of Node that load modules each in a way of their own, and what a program of `apps/` answers there. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { program } from '../programs.ts';

/** With their names; undefined is one that this machine cannot have. */
export const NODES = [
  ['this node', process.execPath],
  ['node22', program('node22')],
  ['node24', program('node24')],
] as const;

/** What it prints as JSON, in a process of its own and without a test runner. */
export async function answerOf<T>(
  node: string,
  app: `${string}.mjs`,
  options: readonly string[] = [],
): Promise<T> {
  const file = fileURLToPath(new URL(`./apps/${app}`, import.meta.url));
  const { stdout } = await promisify(execFile)(node, ['--no-warnings', file, ...options]);
  return JSON.parse(stdout) as T;
}
