/** docs/zoo.md: the table of the zoo. */
import type { Mutant } from '../../src/zoo/index.ts';

const HEAD = `# The zoo

Bugs that brokers and clients of the field had, kept alive on purpose: to judge the judge, and to teach. Each is one of our machines, whole, with
something between it and the world that makes the mistake (\`src/zoo\`). The rule beside it is the one that has to catch it; the story is in
\`sims/zoo\`, and chance strikes by the profile \`swarm\`. Seeds says how many it takes until the rule is broken: the median of five searches,
begun at seeds 1, 1001, 2001, 3001 and 4001. \`npm run zoo\` writes this page.

Meet one of them:

\`\`\`sh
npx amber sweep sims/zoo/cuts.ts --profile swarm --mutant dup-forgotten --seeds 20
\`\`\`
`;

const COLUMNS = ['mutant', 'of', 'what goes wrong', 'where it was seen', 'rule', 'story', 'seeds'];

const SHRUNK = `## What is left of them

\`amber shrink\` of the first seed from which a mutant breaks its rule before any other, down to a story without chance. (Of three wills a message,
or the word of a takeover, is always missed first: there it is the first seed from which the rule breaks at all, and that other one is followed.) The
test that \`--emit-test\` makes of it fails on the mutant, and passes on healthy machines; \`npm run zoo\` runs all of them.
`;

const SHRUNK_COLUMNS = ['mutant', 'seed', 'what broke', 'before', 'after'];

/** What is counted of a mutant. */
export interface Figures {
  readonly seeds: string;
  /** Seed, what broke, before, after. */
  readonly shrunk: readonly string[];
}

/** @param figures by the name of a mutant. */
export function pageOf(mutants: readonly Mutant[], figures: ReadonlyMap<string, Figures>): string {
  const rows = mutants.map(({ name, of, wrong, seen, rule, story }) => [
    `\`${name}\``,
    of,
    wrong,
    seen.map(linkOf).join(', '),
    `\`${rule}\``,
    `[${story}](../sims/zoo/${story}.ts)`,
    figures.get(name)?.seeds ?? '?',
  ]);
  const left = mutants.flatMap(({ name }) => {
    const { shrunk = [] } = figures.get(name) ?? {};
    return shrunk.length === 0 ? [] : [[`\`${name}\``, ...shrunk]];
  });
  return `${HEAD}\n${table([COLUMNS, ...rows])}\n${SHRUNK}\n${table([SHRUNK_COLUMNS, ...left])}`;
}

function table([columns, ...rows]: readonly (readonly string[])[]): string {
  const lines = [columns!, columns!.map(() => '---'), ...rows];
  return lines.map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** The figures of a page: the last column of its first table, and all of its second. */
export function figuresOn(page: string): ReadonlyMap<string, Figures> {
  const [catalogue = '', left = ''] = page.split(SHRUNK.split('\n')[0]!);
  const rows = new Map(
    [...left.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name, row]) => [name!, row!.split(' | ')]),
  );
  return new Map(
    [...catalogue.matchAll(/^\| `([^`]+)` .* \| ([^|]+) \|$/gm)].map(([, name, seeds]) => {
      return [name!, { seeds: seeds!, shrunk: rows.get(name!) ?? [] }];
    }),
  );
}

function linkOf(thread: string): string {
  const [repository, number] = thread.split('#');
  return `[${thread}](https://github.com/${repository}/issues/${number})`;
}
