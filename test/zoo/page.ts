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

/** @param seeds by the name of a mutant. */
export function pageOf(mutants: readonly Mutant[], seeds: ReadonlyMap<string, string>): string {
  const rows = mutants.map(({ name, of, wrong, seen, rule, story }) => [
    `\`${name}\``,
    of,
    wrong,
    seen.map(linkOf).join(', '),
    `\`${rule}\``,
    `[${story}](../sims/zoo/${story}.ts)`,
    seeds.get(name) ?? '?',
  ]);
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${HEAD}\n${lines.join('\n')}\n`;
}

/** The last column of a page, by the first. */
export function seedsOn(page: string): Map<string, string> {
  return new Map(
    [...page.matchAll(/^\| `([^`]+)` .* \| ([^|]+) \|$/gm)].map(([, name, seeds]) => [name!, seeds!]),
  );
}

function linkOf(thread: string): string {
  const [repository, number] = thread.split('#');
  return `[${thread}](https://github.com/${repository}/issues/${number})`;
}
