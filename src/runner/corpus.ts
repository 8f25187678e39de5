/**
 * Seeds of a story that are worth keeping, as a file: a line each, in the order of their seeds, made to be kept in a repository beside the
 * story and to be merged there. A seed belongs to what it was run with.
 */
import type { RareSeed } from './rarity.ts';
import type { SweepRunOptions } from './sweep-messages.ts';

export interface KeptSeed extends RareSeed {
  /** What it is run with, as far as it is not the default. */
  readonly with: SweepRunOptions;
}

/** A file is no corpus; `message` is one line. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}

/** @throws CorpusError naming the line of `path` that is no seed. */
export function parseCorpus(text: string, path: string): KeptSeed[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    let value: Partial<KeptSeed> | undefined;
    try {
      value = JSON.parse(line) as Partial<KeptSeed>;
    } catch {
      // Then it is none.
    }
    const { seed, why, with: terms } = value ?? {};
    const isSeed = typeof seed === 'string' && /^\d{1,16}$/.test(seed) && Number.isSafeInteger(Number(seed));
    if (!isSeed || !Array.isArray(why) || typeof terms !== 'object' || terms === null) {
      throw new CorpusError(`${path}: line ${at + 1} is no seed that was kept`);
    }
    return [{ seed, why: why.map(String), with: terms }];
  });
}

export function formatCorpus(kept: readonly KeptSeed[]): string {
  const inOrder = kept.toSorted((a, b) => Number(a.seed) - Number(b.seed));
  return inOrder
    .map(({ seed, why, with: terms }) => `${JSON.stringify({ seed, why, with: terms })}\n`)
    .join('');
}

/** What a seed is kept with: defaults are left out, for they may be said or not. */
export function termsOf({ parameters = {}, transport, profile, mutant }: SweepRunOptions): SweepRunOptions {
  const names = Object.keys(parameters).sort();
  return {
    ...(names.length === 0
      ? {}
      : { parameters: Object.fromEntries(names.map((name) => [name, parameters[name]!])) }),
    ...(transport === undefined || transport === 'tcp' ? {} : { transport }),
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
  };
}

function isAlike(one: SweepRunOptions, other: SweepRunOptions): boolean {
  return JSON.stringify(termsOf(one)) === JSON.stringify(termsOf(other));
}

/** Those that were run with this, the rarest first: what did much that few do is where the next bug is, too. */
export function keptWith(kept: readonly KeptSeed[], terms: SweepRunOptions): KeptSeed[] {
  return kept
    .filter((each) => isAlike(each.with, terms))
    .sort((a, b) => b.why.length - a.why.length || Number(a.seed) - Number(b.seed));
}

/** What is kept once these are kept too; a seed that is there is there for one more reason. */
export function grown(
  kept: readonly KeptSeed[],
  found: readonly RareSeed[],
  terms: SweepRunOptions,
): KeptSeed[] {
  const all = [...kept];
  for (const { seed, why } of found) {
    const at = all.findIndex((each) => each.seed === seed && isAlike(each.with, terms));
    if (at < 0) all.push({ seed, why, with: terms });
    else all[at] = { ...all[at]!, why: [...new Set([...all[at]!.why, ...why])].sort() };
  }
  return all;
}
