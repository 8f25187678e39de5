/** Counts premises and verdicts, and hands verdicts on at the event that showed them. */
import type { Vantage, Verdict } from '../trace/event.ts';
import { RULES, type Rule, type RuleId } from './rules/rules.ts';

/** What a checker says of a verdict; a recorder adds ordinal, time and cause. */
export type VerdictDraft = Omit<Verdict, 'i' | 't' | 'c'>;

export type RuleOutcome = 'held' | 'broken' | 'excused' | 'never reached' | 'not observable';

export interface RuleReport {
  rule: RuleId;
  meaning: string;
  statements: readonly string[];
  /** How often its premise arose, and how often while a fault was active or a node was down. */
  reached: number;
  underFault: number;
  broken: number;
  /** Excuses with how often each was needed. */
  excused: Readonly<Record<string, number>>;
  /** `excused` when every premise that arose needed an excuse. */
  outcome: RuleOutcome;
}

/** One broken promise. */
export interface Violation {
  rule: RuleId;
  /** Virtual time in microseconds. */
  t: number;
  node: string;
  /** What was promised, what happened instead, where the message was last seen. */
  text: string;
  /** Ordinals of the events that show it, in order. */
  about: readonly number[];
}

export interface CheckReport {
  rules: readonly RuleReport[];
  /** In the order in which they showed; at most {@link VIOLATIONS_KEPT}. */
  violations: readonly Violation[];
  /** All of them, kept or not. */
  broken: number;
  excused: number;
}

/** Further ones are counted: one bug breaks the same promise thousands of times. */
export const VIOLATIONS_KEPT = 1000;
/** Excuses that become events, for each rule and reason; further ones are counted. */
const EXCUSES_TOLD = 10;
const STRANGERS = 'clients that were not seen here publish to the same broker';

interface Counter {
  reached: number;
  underFault: number;
  broken: number;
  /** Undefined while there was none: a sweep has a counter of every rule for every seed. */
  excused: Map<string, number> | undefined;
}

const RULE_IDS = Object.keys(RULES) as readonly RuleId[];
const NO_EXCUSES = {};

export class Tally {
  /** Time of the event that is being judged. */
  now = 0;
  /** Faults that have begun and not ended, and nodes that are down. */
  troubles = 0;
  /** Virtual time at which the last of them was over. */
  calmSince = 0;
  /** Clients that were not seen have published to the broker. */
  strangers = false;
  readonly vantage: Vantage;
  readonly #emit: ((verdict: VerdictDraft) => void) | undefined;
  readonly #onReach: ((rule: RuleId) => void) | undefined;
  /** A map, for rules have hundreds of names and are looked up several times a packet. */
  readonly #counters = new Map<RuleId, Counter>();
  #violations: Violation[] = [];

  constructor(
    vantage: Vantage,
    emit: ((verdict: VerdictDraft) => void) | undefined,
    onReach: ((rule: RuleId) => void) | undefined,
  ) {
    this.vantage = vantage;
    this.#emit = emit;
    this.#onReach = onReach;
    for (const rule of RULE_IDS)
      this.#counters.set(rule, { reached: 0, underFault: 0, broken: 0, excused: undefined });
  }

  /** The premise of a rule arose. */
  reach(rule: RuleId): void {
    const counter = this.#counters.get(rule)!;
    counter.reached++;
    if (this.troubles > 0) counter.underFault++;
    this.#onReach?.(rule);
  }

  /** `about` may have zeros, for events that were not seen, and any order. */
  broken(rule: RuleId, node: string, text: string, about: readonly number[]): void {
    if (!this.#observable(rule)) return;
    this.#counters.get(rule)!.broken++;
    const ordinals = ordered(about);
    if (this.#violations.length < VIOLATIONS_KEPT) {
      this.#violations.push({ rule, t: this.now, node, text, about: ordinals });
      this.#emit?.({ k: 'verdict', n: node, rule, outcome: 'broken', text, about: ordinals });
    }
  }

  excuse(rule: RuleId, node: string, reason: string, text: string, about: readonly number[]): void {
    if (!this.#observable(rule)) return;
    const counter = this.#counters.get(rule)!;
    counter.excused ??= new Map();
    const { excused } = counter;
    const count = (excused.get(reason) ?? 0) + 1;
    excused.set(reason, count);
    if (count <= EXCUSES_TOLD) {
      this.#emit?.({
        k: 'verdict',
        n: node,
        rule,
        outcome: 'excused',
        text: `${text}; excused: ${reason}`,
        about: ordered(about),
      });
    }
  }

  #observable(rule: RuleId): boolean {
    return RULES[rule].vantage.includes(this.vantage);
  }

  /** What is said where somebody who was not seen may explain it. */
  #retract(rule: RuleId): void {
    const counter = this.#counters.get(rule)!;
    if (counter.broken === 0) return;
    counter.excused ??= new Map();
    counter.excused.set(STRANGERS, counter.broken);
    counter.broken = 0;
    this.#violations = this.#violations.filter((violation) => violation.rule !== rule);
  }

  report(): CheckReport {
    if (this.strangers) {
      for (const rule of RULE_IDS) if ((RULES[rule] as Rule).needsAll) this.#retract(rule);
    }
    let broken = 0;
    let excused = 0;
    const rules = RULE_IDS.map((rule): RuleReport => {
      const counter = this.#counters.get(rule)!;
      let excuses = 0;
      if (counter.excused !== undefined) for (const count of counter.excused.values()) excuses += count;
      broken += counter.broken;
      excused += excuses;
      return {
        rule,
        meaning: RULES[rule].meaning,
        statements: RULES[rule].statements,
        reached: counter.reached,
        underFault: counter.underFault,
        broken: counter.broken,
        excused: counter.excused === undefined ? NO_EXCUSES : Object.fromEntries(counter.excused),
        outcome: this.#observable(rule) ? outcome(counter, excuses) : 'not observable',
      };
    });
    return { rules, violations: this.#violations, broken, excused };
  }
}

function outcome(counter: Counter, excuses: number): RuleOutcome {
  if (counter.broken > 0) return 'broken';
  if (excuses > 0 && excuses >= counter.reached) return 'excused';
  return counter.reached === 0 ? 'never reached' : 'held';
}

function ordered(about: readonly number[]): number[] {
  return [...new Set(about)].filter((ordinal) => ordinal > 0).sort((a, b) => a - b);
}
