/**
 * Whether seeds that are kept find more than others: `npm run guidance -- --seeds 400 --searches 5`.
 *
 * Mutants of the zoo in stories that were not told for them. Each is looked for twice, with the same budget: in new seeds alone, and in the seeds
 * that a sweep of healthy machines has kept, and new ones after those. Every search has seeds of its own, for the sweep as well. The table says the
 * median of what they took, and the worst: in seeds, and in events, for seeds that are kept are long. docs/sweeping.md has it.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadHosted, runHosted } from '../dist/src/host/run-hosted.js';
import { grown, keptWith, termsOf } from '../dist/src/runner/corpus.js';
import { Rarity } from '../dist/src/runner/rarity.js';
import { recordOf } from '../dist/src/runner/seed-record.js';
import { mutantNamed } from '../dist/src/zoo/index.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Between the first seeds of two searches. */
const APART = 100_000;
/** What a run may come to with machines that never rest. */
const EVENTS_LIMIT = 100_000;

/** By story, in which most seeds do not meet the bug. */
const HUNTS = {
  wills: [
    'acknowledges-before-stored',
    'clean-start-ignored',
    'client-dup-forgotten',
    'client-qos2-forgotten',
    'identifiers-restart',
    'live-overtakes-backlog',
    'publish-after-pubrec',
    'pubrec-twice',
    'pubrel-not-resent',
    'qos2-forgotten',
    'qos2-survives-clean-start',
    'retained-not-replaced',
    'retained-not-to-wildcards',
  ],
  sessions: ['client-qos2-forgotten', 'qos2-forgotten'],
  commands: ['alias-maximum-ignored', 'expiry-frozen', 'keep-alive-unwatched', 'live-overtakes-backlog'],
  retained: ['expired-delivered', 'keep-alive-unwatched', 'user-properties-lost'],
};

const { values } = given({
  seeds: { type: 'string', default: '400' },
  searches: { type: 'string', default: '5' },
});

function given(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`guidance: ${error.message}`);
    process.exit(2);
  }
}

for (const [name, text] of Object.entries(values)) {
  if (!/^[1-9]\d*$/.test(text)) {
    console.error(`guidance: --${name} is '${text}'; it can be a whole number from 1 on`);
    process.exit(2);
  }
}
const budget = Number(values.seeds);
const searches = Array.from({ length: Number(values.searches) }, (_, at) => at * APART);

async function told(scenario, seed, mutant) {
  const terms = { ...(mutant === undefined ? {} : { mutant }), limits: { events: EVENTS_LIMIT } };
  return await runHosted(scenario, { seed, profile: 'swarm', level: 'digest', places: 'none', ...terms });
}

/** Seeds that a sweep of our own machines keeps, as `amber sweep --corpus` runs them. */
async function corpusOf(scenario, first) {
  const rarity = new Rarity();
  for (let seed = first; seed < first + budget; seed++)
    rarity.add(recordOf('story', await told(scenario, seed)));
  const terms = termsOf({ profile: 'swarm' });
  const kept = grown(
    [],
    rarity.rare('story', () => 0),
    terms,
  );
  return keptWith(kept, terms).map(({ seed }) => Number(seed));
}

/** What it takes until the rule is broken; the budget when it is not. */
async function search(scenario, { name, rule }, seeds) {
  let events = 0;
  for (const [at, seed] of seeds.entries()) {
    const result = await told(scenario, seed, name);
    events += result.events;
    if (result.report?.violations.some((violation) => violation.rule === rule) === true)
      return { seeds: at + 1, events };
  }
  return { seeds: Number.POSITIVE_INFINITY, events };
}

function figures(found, what) {
  const sorted = found.map((each) => each[what]).sort((a, b) => a - b);
  const shown = (number) => (Number.isFinite(number) ? number.toLocaleString('en') : `over ${budget}`);
  return `${shown(sorted[sorted.length >> 1])} / ${shown(sorted.at(-1))}`;
}

console.log('| mutant | in | new seeds | kept seeds first | events, new | events, kept first |');
console.log('|---|---|---|---|---|---|');
for (const [story, names] of Object.entries(HUNTS)) {
  const scenario = await loadHosted(join(root, 'sims/swarm', `${story}.ts`));
  const corpora = [];
  for (const start of searches) corpora.push(await corpusOf(scenario, start + 1));
  for (const name of names) {
    const mutant = mutantNamed(name);
    const plain = [];
    const guided = [];
    for (const [at, start] of searches.entries()) {
      const fresh = Array.from({ length: budget }, (_, nth) => start + APART / 2 + nth + 1);
      plain.push(await search(scenario, mutant, fresh));
      guided.push(await search(scenario, mutant, [...corpora[at], ...fresh].slice(0, budget)));
    }
    const columns = [plain, guided].map((found) => figures(found, 'seeds'));
    columns.push(...[plain, guided].map((found) => figures(found, 'events')));
    console.log(`| \`${name}\` | ${story} | ${columns.join(' | ')} |`);
  }
  console.log(`${story}: ${corpora.map((kept) => kept.length).join(', ')} kept of ${budget} each`);
}
