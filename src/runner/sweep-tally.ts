/**
 * Adds up the seeds of a sweep: what was run, what was reached, what struck, and what broke, group by group. Seeds come in the order in
 * which threads and machines are done with them, and what is said of them does not depend on it.
 */
import { RULES, type RuleId } from '../check/rules/rules.ts';
import { STATEMENTS } from '../check/rules/statements.ts';
import type { SeedOutcome, SeedRecord } from './seed-record.ts';

/** One promise over all seeds. */
export interface RuleTotal {
  readonly rule: RuleId;
  readonly meaning: string;
  readonly statements: readonly string[];
  reached: number;
  underFault: number;
  broken: number;
  excused: number;
}

/** A rule that a scenario sets aside, and nothing broke though it was reached: perhaps who broke it is mended. */
export interface StaleRule {
  readonly rule: RuleId;
  readonly known: string;
}

/** Seeds in which the same thing broke first. */
export interface FailureGroup {
  readonly file: string;
  readonly outcome: SeedOutcome;
  readonly broke: string;
  /** Of the first seed. */
  detail: string;
  /** The first {@link SEEDS_LISTED} by number. */
  readonly seeds: string[];
  count: number;
}

/** A `sometimes` of one scenario. */
export interface SometimesTotal {
  readonly file: string;
  readonly text: string;
  /** Seeds that evaluated it, and those that saw it true. */
  evaluated: number;
  seen: number;
}

/** Statements of the standards, by how the sweep met the rules that stand for them. */
export interface StatementCoverage {
  readonly exercised: readonly string[];
  readonly underFault: readonly string[];
  /** Rules stand for them, and none was reached. */
  readonly never: readonly string[];
  /** How many statements of both standards an observer can judge at all, with a rule of ours or without. */
  readonly observable: number;
}

export const SEEDS_LISTED = 20;
/**
 * Scripts may fail in a different way each time. So many groups are kept apart, promises of MQTT before all else and then by name, for that
 * depends on nobody's order; what has no place of its own is counted together.
 */
const GROUPS_LIMIT = 200;
const SOMETHING_ELSE = 'something else: there are more groups than are kept apart';

export class SweepTally {
  seeds = 0;
  passed = 0;
  failed = 0;
  cutShort = 0;
  virtualMicros = 0;
  events = 0;
  packets = 0;
  readonly #faults = new Map<string, number>();
  readonly #excuses = new Map<string, number>();
  readonly #known = new Map<RuleId, string>();
  /** Seeds by how often their clients came back. */
  readonly #reconnects = new Map<number, number>();
  readonly #rules: ReadonlyMap<RuleId, RuleTotal>;
  readonly #groups = new Map<string, FailureGroup>();
  /** Of those, the last by its key, once there are as many as can be; */
  #lastGroup: string | undefined;
  /** and what has no place among them, by story and outcome. */
  readonly #others = new Map<string, FailureGroup>();
  readonly #sometimes = new Map<string, SometimesTotal>();

  constructor() {
    this.#rules = new Map(
      (Object.keys(RULES) as RuleId[]).map((rule) => {
        const { meaning, statements } = RULES[rule];
        return [rule, { rule, meaning, statements, reached: 0, underFault: 0, broken: 0, excused: 0 }];
      }),
    );
  }

  add(record: SeedRecord): void {
    this.seeds++;
    this.virtualMicros += record.virtualMicros;
    this.events += record.events;
    this.packets += record.packets;
    if (record.cutShort) this.cutShort++;
    count(this.#reconnects, record.reconnects, 1);
    for (const [family, times] of Object.entries(record.faults)) count(this.#faults, family, times);
    for (const [reason, times] of Object.entries(record.excuses ?? {})) count(this.#excuses, reason, times);
    for (const [rule, known] of Object.entries(record.known ?? {})) this.#known.set(rule as RuleId, known);
    for (const [rule, [reached, underFault, broken, excused]] of Object.entries(record.rules)) {
      // A journal may come from a version that had other rules.
      const total = this.#rules.get(rule as RuleId);
      if (total === undefined) continue;
      total.reached += reached;
      total.underFault += underFault;
      total.broken += broken;
      total.excused += excused;
    }
    for (const [text, seen] of Object.entries(record.sometimes ?? {})) this.#saw(record.file, text, seen);
    if (record.outcome === 'passed') {
      this.passed++;
    } else {
      this.failed++;
      this.#group(record);
    }
  }

  /** In the order of the table of rules. */
  get rules(): readonly RuleTotal[] {
    return [...this.#rules.values()];
  }

  /** How often each family struck, the most frequent first. */
  get faults(): ReadonlyMap<string, number> {
    return byFrequency(this.#faults);
  }

  /** How often each reason excused something, the most frequent first. */
  get excuses(): ReadonlyMap<string, number> {
    return byFrequency(this.#excuses);
  }

  /** In the order of the table of rules. */
  get stale(): readonly StaleRule[] {
    return this.rules.flatMap(({ rule, reached, excused }) => {
      const known = this.#known.get(rule);
      return known === undefined || reached === 0 || excused > 0 ? [] : [{ rule, known }];
    });
  }

  /** The most frequent first. */
  get groups(): readonly FailureGroup[] {
    return [...this.#groups, ...this.#others]
      .sort(([key, a], [other, b]) => b.count - a.count || inOrder(key, other))
      .map(([, group]) => group);
  }

  /** By file and text. */
  get sometimes(): readonly SometimesTotal[] {
    return [...this.#sometimes].sort(([key], [other]) => inOrder(key, other)).map(([, total]) => total);
  }

  /** Those that no seed saw: the sweep tests less than its author believes. */
  get unseen(): readonly SometimesTotal[] {
    return this.sometimes.filter(({ seen }) => seen === 0);
  }

  /** Half of the seeds had so many reconnects or fewer. */
  get medianReconnects(): number {
    let rest = this.seeds / 2;
    for (const [reconnects, seeds] of [...this.#reconnects].sort(([a], [b]) => a - b)) {
      rest -= seeds;
      if (rest <= 0) return reconnects;
    }
    return 0;
  }

  get statements(): StatementCoverage {
    const exercised = new Set<string>();
    const underFault = new Set<string>();
    const all = new Set<string>();
    for (const total of this.rules) {
      for (const statement of total.statements) {
        all.add(statement);
        if (total.reached > 0) exercised.add(statement);
        if (total.underFault > 0) underFault.add(statement);
      }
    }
    return {
      exercised: [...exercised].sort(),
      underFault: [...underFault].sort(),
      never: [...all].filter((statement) => !exercised.has(statement)).sort(),
      observable: STATEMENTS.filter(({ observable }) => observable).length,
    };
  }

  #saw(file: string, text: string, seen: boolean): void {
    const key = `${file}\n${text}`;
    let total = this.#sometimes.get(key);
    if (total === undefined) {
      total = { file, text, evaluated: 0, seen: 0 };
      this.#sometimes.set(key, total);
    }
    total.evaluated++;
    if (seen) total.seen++;
  }

  #group(record: SeedRecord): void {
    const { file, outcome, seed, detail = '' } = record;
    const broke = record.broke ?? outcome;
    const key = `${Object.hasOwn(RULES, broke) ? 0 : 1}\n${file}\n${outcome}\n${broke}`;
    const one: FailureGroup = { file, outcome, broke, detail, seeds: [seed], count: 1 };
    const group = this.#groups.get(key);
    if (group !== undefined) {
      absorb(group, one);
    } else if (this.#lastGroup !== undefined && inOrder(this.#lastGroup, key) < 0) {
      this.#countAmongOthers(one);
    } else {
      this.#groups.set(key, one);
      this.#keepToLimit();
    }
  }

  /** The last group gives way, for good: those before it will always be before it. */
  #keepToLimit(): void {
    if (this.#groups.size > GROUPS_LIMIT) {
      const last = this.#lastGroup!;
      this.#countAmongOthers(this.#groups.get(last)!);
      this.#groups.delete(last);
    }
    if (this.#groups.size === GROUPS_LIMIT)
      this.#lastGroup = [...this.#groups.keys()].reduce((a, b) => (inOrder(a, b) < 0 ? b : a));
  }

  #countAmongOthers(some: FailureGroup): void {
    const { file, outcome } = some;
    const key = `1\n${file}\n${outcome}\n`;
    const others = this.#others.get(key);
    if (others === undefined) this.#others.set(key, { ...some, broke: SOMETHING_ELSE });
    else absorb(others, some);
  }
}

/** Adds the seeds of one group to another. */
function absorb(group: FailureGroup, { seeds, detail, count }: FailureGroup): void {
  group.count += count;
  if (Number(seeds[0]) < Number(group.seeds[0])) group.detail = detail;
  for (const seed of seeds) {
    const before = group.seeds.findLastIndex((other) => Number(other) < Number(seed));
    if (before + 1 < SEEDS_LISTED) group.seeds.splice(before + 1, 0, seed);
    if (group.seeds.length > SEEDS_LISTED) group.seeds.pop();
  }
}

/** The greatest count first. */
function byFrequency(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...counts].sort(([name, a], [other, b]) => b - a || inOrder(name, other)));
}

/** The same order in every locale. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function count<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
