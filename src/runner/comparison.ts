/**
 * The same story, seed and faults played by several pairings of brokers and clients, and where a promise tells them apart.
 *
 * Different code behaves differently, and most of that is nobody's fault. What is kept here are promises: of the standards, as the judge knows
 * them; of the author, as the story asserts them; and that the story comes to its end. One tells pairings apart when at the same seed it was
 * broken with one of them and not with another.
 */
import { RULES, type RuleId } from '../check/rules/rules.ts';
import type { RunResult } from './run.ts';
import { fromHere } from './seed-record.ts';

/** Who plays the brokers and who the clients, by what they are called: `native` are our machines. */
export interface Pairing {
  readonly brokers: string;
  readonly clients: string;
}

/** What became of one promise with one pairing, over all seeds. */
export interface Conduct {
  readonly pairing: Pairing;
  /** Seeds at which it was broken, was kept or excused where it arose, and did not arise. */
  broken: number;
  held: number;
  excused: number;
  unreached: number;
  /** The first time that it was broken. */
  first: { readonly seed: string; readonly text: string } | undefined;
}

/** A promise that tells pairings apart. */
export interface Difference {
  /** A rule of the judge, `always: TEXT` of the story, or the name of the error that ended it. */
  readonly promise: string;
  readonly meaning: string;
  /** Of the standards, each with its version. */
  readonly statements: readonly string[];
  /** The first seed at which it does, and how many there are. */
  readonly seed: string;
  seeds: number;
  /** In the order of the pairings. */
  readonly conducts: readonly Conduct[];
}

/** What became of one pairing. */
export interface Played {
  readonly pairing: Pairing;
  /** Seeds that could be judged, and those at which every promise was kept. */
  seeds: number;
  kept: number;
  /** Why its runs say nothing, where they do not: the story asks for what it does not have. */
  incomparable: string | undefined;
}

/** As an error is named that says so. */
const INCOMPARABLE = 'IncomparableError';

/** And one of a story that cannot be told: what it asks of the simulation is not there, or is wrong. */
const WRONG = 'ScriptError';

const ASSERTED = 'always: ';

type Fate = 'broken' | 'held' | 'excused' | 'unreached';

interface Promised {
  readonly meaning: string;
  readonly statements: readonly string[];
  /** Of each pairing. */
  readonly conducts: readonly Conduct[];
  /** Seeds at which it told pairings apart, the first of them first. */
  seed: string | undefined;
  seeds: number;
}

export class Comparison {
  readonly played: readonly Played[];
  readonly #promises = new Map<string, Promised>();
  #wrong: string | undefined;
  #isTold = false;

  constructor(pairings: readonly Pairing[]) {
    this.played = pairings.map((pairing) => ({ pairing, seeds: 0, kept: 0, incomparable: undefined }));
    for (const rule of Object.keys(RULES)) this.#know(rule);
  }

  /** Promises that tell pairings apart, in the order in which they were first seen to. */
  get differences(): readonly Difference[] {
    return [...this.#promises].flatMap(([promise, { seed, ...rest }]) =>
      seed === undefined ? [] : [{ promise, seed, ...rest }],
    );
  }

  /** Promises that were broken and told nobody apart: all that could be compared broke them at the same seeds. */
  get shared(): readonly string[] {
    return [...this.#promises].flatMap(([promise, { seed, conducts }]) =>
      seed === undefined && conducts.some(({ broken }) => broken > 0) ? [promise] : [],
    );
  }

  /** Why the story cannot be told, where no pairing came beyond that at any seed: then all of them are alike in nothing. */
  get wrong(): string | undefined {
    return this.#isTold ? undefined : this.#wrong;
  }

  /** Pairings of which anything can be said. */
  get comparable(): number {
    return this.played.filter(({ seeds }) => seeds > 0).length;
  }

  /** The runs of one seed, in the order of the pairings. */
  add(seed: string, results: readonly RunResult[]): void {
    const judged = results.map((result, at) => (this.#isJudged(result, at) ? result : undefined));
    const broken = judged.map((result) => (result === undefined ? undefined : brokenIn(result)));
    for (const { asserts } of results)
      for (const { assertion, text } of asserts) if (assertion === 'always') this.#know(ASSERTED + text);
    for (const promises of broken) for (const promise of promises?.keys() ?? []) this.#know(promise);
    judged.forEach((result, at) => {
      if (result === undefined) return;
      this.played[at]!.seeds++;
      if (broken[at]!.size === 0) this.played[at]!.kept++;
    });
    for (const [promise, promised] of this.#promises) {
      const fates = new Set<Fate>();
      judged.forEach((result, at) => {
        if (result === undefined) return;
        const text = broken[at]!.get(promise);
        const fate = text === undefined ? fateOf(promise, result) : 'broken';
        fates.add(fate);
        const conduct = promised.conducts[at]!;
        conduct[fate]++;
        if (text !== undefined) conduct.first ??= { seed, text };
      });
      // Where all broke it, or only one could be judged, it tells nobody apart.
      if (!fates.has('broken') || fates.size === 1) continue;
      promised.seed ??= seed;
      promised.seeds++;
    }
  }

  #isJudged(result: RunResult, at: number): boolean {
    const played = this.played[at]!;
    if (result.error?.name === INCOMPARABLE) {
      played.incomparable ??= result.error.message;
      return false;
    }
    if (result.error?.name === WRONG) this.#wrong ??= result.error.message;
    else this.#isTold = true;
    return true;
  }

  /** An assertion may not have been reached before, and an error not have been met. */
  #know(promise: string): void {
    if (this.#promises.has(promise)) return;
    const { meaning, statements, isMet } = describe(promise);
    const conducts = this.played.map(({ pairing, seeds }) => ({
      pairing,
      broken: 0,
      held: isMet ? seeds : 0,
      excused: 0,
      unreached: isMet ? 0 : seeds,
      first: undefined,
    }));
    this.#promises.set(promise, { meaning, statements, conducts, seed: undefined, seeds: 0 });
  }
}

/** What was broken in a run, each with a sentence about the first time. */
function brokenIn({ report, asserts, error }: RunResult): ReadonlyMap<string, string> {
  const broken = new Map<string, string>();
  for (const { rule, text } of report?.violations ?? []) if (!broken.has(rule)) broken.set(rule, text);
  for (const { assertion, text, evaluated, held, brokenAt } of asserts) {
    if (assertion === 'always' && held < evaluated)
      broken.set(ASSERTED + text, brokenAt === undefined ? text : `${text} (${fromHere(brokenAt)})`);
  }
  if (error !== undefined) broken.set(error.name, error.message);
  return broken;
}

function fateOf(promise: string, { report, asserts }: RunResult): Fate {
  const rule = report?.rules.find((each) => each.rule === promise);
  if (rule !== undefined) {
    if (rule.outcome === 'excused') return 'excused';
    return rule.outcome === 'held' ? 'held' : 'unreached';
  }
  if (!promise.startsWith(ASSERTED)) return 'held';
  const text = promise.slice(ASSERTED.length);
  return asserts.some((each) => each.assertion === 'always' && each.text === text) ? 'held' : 'unreached';
}

/** `isMet`: where nothing is said of it, it was kept. */
function describe(promise: string): Pick<Difference, 'meaning' | 'statements'> & { isMet: boolean } {
  if (Object.hasOwn(RULES, promise)) {
    const { meaning, statements } = RULES[promise as RuleId];
    return { meaning, statements, isMet: false };
  }
  const isAsserted = promise.startsWith(ASSERTED);
  const meaning = isAsserted ? 'the story asserts it' : 'the story comes to its end';
  return { meaning, statements: [], isMet: !isAsserted };
}
