/** Who says what about a statement: the titles of tests, the dialogues, the rules of the judge, and the lines that keep it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES } from '../../src/check/index.ts';
import { STATEMENTS } from '../../src/check/rules/statements.ts';
import { titlesOf } from './titles.ts';

export interface Proof {
  path: string;
  /** The title of the test without what it proves; empty for a dialogue, which is a file of its own. */
  title: string;
}

export interface Evidence {
  /** By statement, with its version, and by `trap 17`. */
  proofs: ReadonlyMap<string, readonly Proof[]>;
  /** The files of the machines, sockets and so on that name a statement. */
  places: ReadonlyMap<string, readonly string[]>;
  /** The rules of the judge that stand for a statement. */
  rules: ReadonlyMap<string, readonly string[]>;
  /** One sentence for each name of a statement or trap that does not exist, and for each without its version. */
  strangers: readonly string[];
}

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

const known = new Set(STATEMENTS.map(({ id }) => id));
const NAMED = /(?:(3\.1\.1|5\.0|3\.1)\/)?MQTT-\d[\d.-]*\d/g;
const PROVED = /\[((?:3\.1\.1|5\.0)\/MQTT-[\d.-]*\d|trap \d+)\]/g;

function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** What a title says it proves, and the title without that. */
export function claimsOf(title: string): { claims: string[]; title: string } {
  return {
    claims: [...title.matchAll(PROVED)].map(([, claim]) => claim!),
    title: title
      .replace(PROVED, '')
      .replace(/\s+/g, ' ')
      .replace(/ ([:,;])/g, '$1')
      .trim(),
  };
}

/** One sentence for each statement that `text` names wrongly. */
export function strangersIn(path: string, text: string): string[] {
  return [...text.matchAll(NAMED)].flatMap(([id, version], i, all) => {
    const line = text.slice(0, all[i]!.index).split('\n').length;
    if (version === undefined) return [`${path}:${line}: ${id} is named without its version`];
    return known.has(id) ? [] : [`${path}:${line}: there is no ${id}`];
  });
}

/** The texts of the files beside a test that it imports from; a test may also have such a line in a text of its own. */
function tablesOf(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import .*|\}) from '(\.\/[\w.-]+\.ts)';$/gm)]
    .map(([, file]) => join(root, dirname(path), file!))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Reads the tests, the dialogues and the sources. `traps`: how many there are. */
export function gather(traps: number): Evidence {
  const proofs = new Map<string, Proof[]>();
  const places = new Map<string, string[]>();
  const rules = new Map<string, string[]>();
  const strangers: string[] = [];
  const claim = (claimed: string, proof: Proof) => {
    const trap = /^trap (\d+)$/.exec(claimed);
    if (trap === null ? known.has(claimed) : Number(trap[1]) >= 1 && Number(trap[1]) <= traps) {
      add(proofs, claimed, proof);
    } else strangers.push(`${proof.path}: there is no ${claimed}, which “${proof.title}” proves`);
  };

  for (const path of filesBelow('test', '.ts')) {
    // The test of this very page makes up statements.
    if (path === 'test/conformance.test.ts') continue;
    const text = readFileSync(join(root, path), 'utf8');
    if (!path.startsWith('test/conformance/')) strangers.push(...strangersIn(path, text));
    if (!path.endsWith('.test.ts')) continue;
    for (const { text: whole } of titlesOf(path, text, tablesOf(path, text))) {
      const { claims, title } = claimsOf(whole);
      for (const claimed of new Set(claims)) claim(claimed, { path, title });
    }
  }
  for (const path of filesBelow('test/dialogues', '.dialogue')) {
    const text = readFileSync(join(root, path), 'utf8');
    strangers.push(...strangersIn(path, text));
    for (const [, list] of text.matchAll(/^proves:(.*)$/gm)) {
      // A section without a number of its own is no statement, and may be named all the same.
      for (const [claimed] of list!.matchAll(NAMED)) claim(claimed, { path, title: '' });
    }
  }
  for (const path of filesBelow('src', '.ts')) {
    const text = readFileSync(join(root, path), 'utf8');
    if (path.startsWith('src/check/rules/statements')) continue;
    strangers.push(...strangersIn(path, text));
    if (path.startsWith('src/check/')) continue;
    for (const id of new Set([...text.matchAll(NAMED)].map(([id]) => id))) add(places, id, path);
  }
  for (const [name, { statements }] of Object.entries(RULES)) {
    for (const id of statements) add(rules, id, name);
  }
  return { proofs, places, rules, strangers };
}
