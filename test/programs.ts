import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const list = resolve(import.meta.dirname, '..', '.cache', 'programs.json');

type Found = { path: string } | { missing: string; untested?: string };

function found(): Readonly<Record<string, Found>> {
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, Found>) : {};
}

/**
 * The path of a program that scripts/provide.mjs found or installed. `undefined` when it told that this machine cannot have
 * it, so that a suite is skipped by name; a program nobody looked for is an error, never a silent skip.
 */
export function program(
  name:
    | 'chromium'
    | 'firefox'
    | 'tshark'
    | 'rsvg-convert'
    | 'mosquitto'
    | 'mosquitto_pub'
    | 'mosquitto_sub'
    | 'mosquitto_passwd'
    | 'redis-server'
    | 'strace'
    | 'node22'
    | 'node24',
): string | undefined {
  const entry = found()[name];
  if (entry === undefined)
    throw new Error(`run "node scripts/provide.mjs ${name}" first, as "npm test" does`);
  return 'path' in entry ? entry.path : undefined;
}

/** What this run could not test, one sentence a program that is missing. */
export function untested(): string[] {
  return Object.entries(found()).flatMap(([name, entry]) =>
    'missing' in entry && entry.untested !== undefined
      ? [`${entry.untested} (${name}: ${entry.missing})`]
      : [],
  );
}

export const repository = join(list, '..', '..');
