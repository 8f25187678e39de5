/** docs/found.md as tests read it: a row for each behaviour, under the name that its story, its test and its script have as well. */
import { readFileSync } from 'node:fs';

export interface Found {
  readonly name: string;
  /** Where its story breaks, and what that is, as failures are named; absent where no story shows it. */
  readonly seed?: string;
  readonly broke?: string;
  /** The cells in which versions are told, of what a later version has mended. */
  readonly versions?: { readonly seen: string; readonly mended: string };
}

export const page = readFileSync(new URL('../../docs/found.md', import.meta.url), 'utf8');

export const found: readonly Found[] = page.split('\n').flatMap((line) => {
  const name = /^\| `((?:aedes|mqttjs)-[a-z0-9-]+)` \|/.exec(line)?.[1];
  if (name === undefined) return [];
  const cells = line.split(' | ');
  const [, seed, rule, claim] = /^seed (\S+): (?:`([^`]+)`|“([^”]+)”)/.exec(cells[2] ?? '') ?? [];
  const broke = rule ?? (claim === undefined ? undefined : `always: ${claim}`);
  return [
    {
      name,
      ...(seed === undefined || broke === undefined ? {} : { seed, broke }),
      ...(cells.length === 7 ? { versions: { seen: cells[3]!, mended: cells[4]! } } : {}),
    },
  ];
});
