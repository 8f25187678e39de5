export { type Checker, type CheckerOptions, createChecker } from './checker.ts';
export {
  type Fate,
  Lives,
  type MessagePage,
  type Obituary,
  obituariesOf,
  pageOf,
  type Step,
} from './lives/index.ts';
export { RULES, type Rule, type RuleId } from './rules/rules.ts';
export {
  type CheckReport,
  type KnownBugs,
  type RuleOutcome,
  type RuleReport,
  type VerdictDraft,
  VIOLATIONS_KEPT,
  type Violation,
} from './tally.ts';
