/**
 * The judge over a trace. It watches as `amber check` does, from the vantage that the header names; what was said when the trace was
 * recorded is put beside what it finds.
 */
import {
  type Checker,
  type CheckReport,
  createChecker,
  RULES,
  type Rule,
  type RuleId,
} from '../../src/check/index.ts';
import { STATEMENTS } from '../../src/check/rules/statements.ts';
import { fails } from '../../src/trace/assertion.ts';
import type { Asserted, TraceEvent, TraceHeader, Vantage } from '../../src/trace/event.ts';
import type { AssertionLook, JudgedVerdict, PromiseLook, PromisesLook } from './looks.ts';

/** Verdicts of one rule that are told; further ones are counted. */
const TOLD_MAX = 50;
const GISTS: ReadonlyMap<string, string> = new Map(STATEMENTS.map(({ id, gist }) => [id, gist]));
const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

/** An assertion while it is counted. */
type AssertionCount = AssertionLook & { failures: AssertionLook['failures'][number][] };

export class Judgement {
  readonly #vantage: Vantage;
  readonly #checker: Checker;
  readonly #first = new Map<RuleId, number>();
  readonly #recorded: JudgedVerdict[] = [];
  readonly #found: JudgedVerdict[] = [];
  readonly #assertions = new Map<string, AssertionCount>();
  /** Of the event that is being judged. */
  #at = 0;
  #now = 0;
  #report: CheckReport | undefined;

  constructor({ vantage, known }: Pick<TraceHeader, 'vantage' | 'known'>) {
    this.#vantage = vantage;
    this.#checker = createChecker({
      vantage,
      known,
      emit: ({ rule, outcome, n, text, about }) => {
        this.#found.push({ rule, outcome, at: this.#at, t: this.#now, node: n, text, about });
      },
      onReach: (rule) => {
        if (!this.#first.has(rule)) this.#first.set(rule, this.#at);
      },
    });
  }

  /** The next event of the trace. */
  observe(event: TraceEvent): void {
    this.#at = event.i;
    this.#now = event.t;
    if (event.k === 'verdict') {
      // What the judge said when it was recorded is no evidence.
      const { i, t, n, rule, outcome, text, about } = event;
      this.#recorded.push({ rule, outcome, at: i, t, node: n, text, about });
      return;
    }
    if (event.k === 'assert') this.#asserted(event);
    this.#checker.observe(event);
  }

  /** The trace is over. Whether the world had come to rest it does not say: what had not come is believed to have been under way. */
  finish(): void {
    this.#report ??= this.#checker.finish({ quiet: false });
  }

  look(): PromisesLook {
    const verdicts = this.#verdicts();
    const strange = [...new Set(verdicts.map(({ rule }) => rule))].filter((rule) => !(rule in RULES));
    return {
      vantage: this.#vantage,
      rules: [
        ...strange.map((rule) => this.#lookAt(rule, undefined, verdicts)),
        ...RULE_IDS.map((rule) => this.#lookAt(rule, RULES[rule], verdicts)),
      ],
      assertions: [...this.#assertions.values()].map((each) => ({ ...each, failures: [...each.failures] })),
    };
  }

  #lookAt(name: string, rule: Rule | undefined, verdicts: readonly JudgedVerdict[]): PromiseLook {
    const mine = verdicts.filter((verdict) => verdict.rule === name);
    const broken = mine.filter(({ outcome }) => outcome === 'broken');
    const excused = mine.filter(({ outcome }) => outcome === 'excused');
    const report = this.#report?.rules.find((each) => each.rule === name);
    return {
      rule: name,
      meaning: rule?.meaning ?? '',
      statements: (rule?.statements ?? []).map((id) => ({ id, gist: GISTS.get(id) ?? '' })),
      vantage: rule?.vantage ?? [],
      outcome: broken.length > 0 ? 'broken' : (report?.outcome ?? 'unjudged'),
      reached: report?.reached ?? 0,
      underFault: report?.underFault ?? 0,
      first: this.#first.get(name as RuleId) ?? 0,
      broken: broken.slice(0, TOLD_MAX),
      brokenCount: Math.max(broken.length, report?.broken ?? 0),
      excused: excused.slice(0, TOLD_MAX),
      excuses: Object.entries(report?.excused ?? {}),
    };
  }

  /** What was recorded and what was found, each once, in the order in which it shows. */
  #verdicts(): JudgedVerdict[] {
    const recorded = new Set(this.#recorded.map(keyOf));
    const broken = new Map(this.#report?.rules.map((rule) => [rule.rule as string, rule.broken]));
    const found = this.#found.filter(
      (verdict) =>
        !recorded.has(keyOf(verdict)) &&
        // In the end a judge may take back what somebody who was not seen could explain.
        (verdict.outcome === 'excused' || broken.get(verdict.rule) !== 0),
    );
    return [...this.#recorded, ...found].sort((a, b) => a.at - b.at);
  }

  #asserted(event: Asserted): void {
    const { i, t, assertion, text, holds, place } = event;
    const key = `${assertion} ${text}`;
    let count = this.#assertions.get(key);
    if (count === undefined) {
      count = { assertion, text, held: 0, unheld: 0, firstHeld: 0, failures: [], failedCount: 0 };
      this.#assertions.set(key, count);
    }
    if (holds) {
      count.held++;
      count.firstHeld ||= i;
    } else count.unheld++;
    if (!fails(event)) return;
    count.failedCount++;
    const words = place === undefined ? 'it fails' : `it fails at ${place}`;
    if (count.failures.length < TOLD_MAX) count.failures.push({ at: i, t, node: '', text: words });
  }
}

function keyOf({ rule, outcome, about }: JudgedVerdict): string {
  return `${rule} ${outcome} ${about.join(' ')}`;
}
