import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIELDS, FLAGS } from '../../../viz/filter/fields.ts';
import { parseFilter } from '../../../viz/filter/parse.ts';

const page = readFileSync(new URL('../../../docs/filter.md', import.meta.url), 'utf8');

describe('docs/filter.md', () => {
  it('lists every field and flag of the language as its completion does', () => {
    const rows = FIELDS.map(({ name, example, help }) => `| \`${name}\` | \`${example}\` | ${help} |`);
    const flags = FLAGS.map(({ name, help }) => `| \`${name}\` | ${help} |`);
    const tables = page
      .slice(page.indexOf('## Fields'))
      .split('\n')
      .filter((line) => /^\| `[a-z]+` \|/.test(line));
    expect(tables).toEqual([...rows, ...flags]);
  });

  it('shows only filters that are filters', () => {
    const [grammar] = page.split('## Fields');
    const shown = [...grammar!.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
    );
    expect(shown.length).toBeGreaterThan(12);
    for (const text of [...shown, ...FIELDS.map(({ example }) => example)]) {
      expect(parseFilter(text).error, text).toBeUndefined();
    }
  });
});
