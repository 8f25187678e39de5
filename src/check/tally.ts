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
  /** What is known of it, where it is set aside. */
  known?: string;
  /** `excused` when every premise that arose needed an excuse, or something broke that is known. */
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

const RULE_IDS = Object.keys(RULES) as readonly RuleId[];
/** All that is known of each by its place, for every report. */
const PLACED: readonly { rule: RuleId; meaning: string; statements: readonly string[] }[] = RULE_IDS.map(
  (rule) => ({ rule, meaning: RULES[rule].meaning, statements: RULES[rule].statements }),
);
/** Rules that can be judged, by place, from wherever packets are seen. */
const OBSERVABLE = new Map(
  [...new Set(Object.values(RULES).flatMap(({ vantage }) => vantage))].map((from) => [
    from,
    RULE_IDS.map((rule) => RULES[rule].vantage.includes(from)),
  ]),
);
/** The place of each rule among all of them: rules have hundreds of names, and are looked up several times a packet. */
const PLACES: ReadonlyMap<RuleId, number> = new Map(RULE_IDS.map((rule, place) => [rule, place]));
const NO_EXCUSES = {};

/** Rules that are set aside because what breaks them is known, each with what is known: `{ 'ordering.messages': 'aedes #649' }`. */
export type KnownBugs = Readonly<Partial<Record<RuleId, string>>>;

/** The place of a rule, for {@link Tally.reachAt}. */
export function placeOf(rule: RuleId): number {
  return PLACES.get(rule)!;
}

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
  /** By place: whether a rule can be judged from there. */
  readonly #observable: readonly boolean[];
  readonly #emit: ((verdict: VerdictDraft) => void) | undefined;
  readonly #onReach: ((rule: RuleId) => void) | undefined;
  readonly #known: KnownBugs;
  /** By place: how often the premise of a rule arose, how often of those under a fault, and how often the rule was broken. */
  readonly #reached = new Uint32Array(RULE_IDS.length);
  readonly #underFault = new Uint32Array(RULE_IDS.length);
  readonly #broken = new Uint32Array(RULE_IDS.length);
  /** Excuses of each rule that needed any. */
  readonly #excused = new Map<RuleId, Map<string, number>>();
  #violations: Violation[] = [];

  constructor(
    vantage: Vantage,
    emit: ((verdict: VerdictDraft) => void) | undefined,
    onReach: ((rule: RuleId) => void) | undefined,
    known: KnownBugs = {},
  ) {
    this.vantage = vantage;
    this.#observable = OBSERVABLE.get(vantage)!;
    this.#emit = emit;
    this.#onReach = onReach;
    this.#known = known;
  }

  /** The premise of a rule arose. */
  reach(rule: RuleId): void {
    this.reachAt(PLACES.get(rule)!);
  }

  /** The same of the rule at a place: for premises that arise with nearly every packet. */
  reachAt(place: number): void {
    this.#reached[place]!++;
    if (this.troubles > 0) this.#underFault[place]!++;
    this.#onReach?.(RULE_IDS[place]!);
  }

  /** `about` may have zeros, for events that were not seen, and any order. */
  broken(rule: RuleId, node: string, text: string, about: readonly number[]): void {
    if (!this.#observable[PLACES.get(rule)!]) return;
    const known = this.#known[rule];
    if (known !== undefined) {
      this.excuse(rule, node, reasonOf(known), text, about);
      return;
    }
    this.#broken[PLACES.get(rule)!]!++;
    const ordinals = ordered(about);
    if (this.#violations.length < VIOLATIONS_KEPT) {
      this.#violations.push({ rule, t: this.now, node, text, about: ordinals });
      this.#emit?.({ k: 'verdict', n: node, rule, outcome: 'broken', text, about: ordinals });
    }
  }

  excuse(rule: RuleId, node: string, reason: string, text: string, about: readonly number[]): void {
    if (!this.#observable[PLACES.get(rule)!]) return;
    const excused = this.#excusesOf(rule);
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

  #excusesOf(rule: RuleId): Map<string, number> {
    let excused = this.#excused.get(rule);
    if (excused === undefined) {
      excused = new Map();
      this.#excused.set(rule, excused);
    }
    return excused;
  }

  /** What is said where somebody who was not seen may explain it. */
  #retract(rule: RuleId): void {
    const place = PLACES.get(rule)!;
    const broken = this.#broken[place]!;
    if (broken === 0) return;
    this.#excusesOf(rule).set(STRANGERS, broken);
    this.#broken[place] = 0;
    this.#violations = this.#violations.filter((violation) => violation.rule !== rule);
  }

  /** A rule that is known to be broken, and was, has not held, however often it was kept besides. */
  #outcome(rule: RuleId, place: number, broken: number, reached: number, excuses: number): RuleOutcome {
    if (!this.#observable[place]) return 'not observable';
    if (broken > 0) return 'broken';
    if (excuses > 0 && (excuses >= reached || this.#isKnown(rule))) return 'excused';
    return reached === 0 ? 'never reached' : 'held';
  }

  #isKnown(rule: RuleId): boolean {
    const known = this.#known[rule];
    return known !== undefined && this.#excused.get(rule)?.has(reasonOf(known)) === true;
  }

  report(): CheckReport {
    if (this.strangers) {
      for (const rule of RULE_IDS) if ((RULES[rule] as Rule).needsAll) this.#retract(rule);
    }
    let broken = 0;
    let excused = 0;
    const rules = PLACED.map(({ rule, meaning, statements }, place): RuleReport => {
      const reached = this.#reached[place]!;
      const violated = this.#broken[place]!;
      const needed = this.#excused.size === 0 ? undefined : this.#excused.get(rule);
      let excuses = 0;
      if (needed !== undefined) for (const count of needed.values()) excuses += count;
      broken += violated;
      excused += excuses;
      const known = this.#known[rule];
      return {
        rule,
        meaning,
        statements,
        ...(known === undefined ? {} : { known }),
        reached,
        underFault: this.#underFault[place]!,
        broken: violated,
        excused: needed === undefined ? NO_EXCUSES : Object.fromEntries(needed),
        outcome: this.#outcome(rule, place, violated, reached, excuses),
      };
    });
    return { rules, violations: this.#violations, broken, excused };
  }
}

/** Why what breaks a rule is excused of which something is known. */
function reasonOf(known: string): string {
  return `it is known: ${known}`;
}

function ordered(about: readonly number[]): number[] {
  return [...new Set(about)].filter((ordinal) => ordinal > 0).sort((a, b) => a - b);
}
