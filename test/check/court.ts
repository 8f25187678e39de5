/** Hand-written traces before the judge. */
import { createChecker } from '../../src/check/checker.ts';
import type { RuleId } from '../../src/check/rules/rules.ts';
import type { CheckReport, RuleReport } from '../../src/check/tally.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Stage } from '../trace/stage.ts';

export function judge(stage: Stage | readonly TraceEvent[], quiet = true): CheckReport {
  const checker = createChecker({ vantage: 'both-ends' });
  for (const event of 'events' in stage ? stage.events : stage) checker.observe(event);
  return checker.finish({ quiet });
}

export function ruleOf(report: CheckReport, rule: RuleId): RuleReport {
  return report.rules.find((each) => each.rule === rule)!;
}

/** Ids of the rules that were broken, each once, in the order of the registry. */
export function brokenIn(report: CheckReport): string[] {
  return report.rules.filter(({ broken }) => broken > 0).map(({ rule }) => rule);
}
