/** What the judge's worker answers: plain data. */
import type { MessagePage, RuleReport } from '../../src/check/index.ts';
import type { Asserted, Vantage, Verdict } from '../../src/trace/event.ts';

/** How far the judge, or the ledger, has come. */
export interface Advance {
  seen: number;
  of: number;
  /** False while there is more, also when it is still to be read. */
  done: boolean;
}

/** A verdict, and where it shows. */
export interface JudgedVerdict {
  rule: string;
  outcome: Verdict['outcome'];
  /** The ordinal to look at, and its time: of the verdict, where the trace has it, or of the event that showed it. */
  at: number;
  t: number;
  node: string;
  text: string;
  about: readonly number[];
}

/** `unjudged` while the judge has not seen the end of the trace; the rest as in a report of `amber check`. */
export type PromiseOutcome = RuleReport['outcome'] | 'unjudged';

export interface PromiseLook {
  rule: string;
  /** Empty for a rule that this version does not know. */
  meaning: string;
  statements: readonly { id: string; gist: string }[];
  /** From where it can be judged. */
  vantage: readonly Vantage[];
  /** Over the whole trace. */
  outcome: PromiseOutcome;
  /** How often its premise arose, how often under a fault, and the ordinal at which it first did; 0 for never. */
  reached: number;
  underFault: number;
  first: number;
  /** The first of them, and how many there are. */
  broken: readonly JudgedVerdict[];
  brokenCount: number;
  excused: readonly JudgedVerdict[];
  /** Reasons with how often each was needed. */
  excuses: readonly (readonly [reason: string, times: number])[];
}

/** The same assertion of a script, however often the script came by. */
export interface AssertionLook {
  assertion: Asserted['assertion'];
  text: string;
  /** How often it was true, and how often not. */
  held: number;
  unheld: number;
  /** An ordinal; 0 for never. */
  firstHeld: number;
  /** The first of those that fail the run, and how many there are. */
  failures: readonly Pick<JudgedVerdict, 'at' | 't' | 'node' | 'text'>[];
  failedCount: number;
}

export interface PromisesLook {
  vantage: Vantage;
  rules: readonly PromiseLook[];
  assertions: readonly AssertionLook[];
}

export interface LedgerPage extends MessagePage {
  /** Subscribers whose part the asked-for events belong to; they stand first. */
  concerned: readonly string[];
  /** Subscribers that are counted and not told. */
  left: number;
}
