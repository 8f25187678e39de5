export { type Checker, type CheckerOptions, createChecker } from './checker.ts';
export { RULES, type Rule, type RuleId } from './rules.ts';
export {
  type CheckReport,
  type RuleOutcome,
  type RuleReport,
  type VerdictDraft,
  VIOLATIONS_KEPT,
  type Violation,
} from './tally.ts';
