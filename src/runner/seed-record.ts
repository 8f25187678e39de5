/** What a sweep keeps of one seed: enough to count, to group and to run it again; a line of its journal. */
import type { RuleId } from '../check/rules/rules.ts';
import type { AssertTally } from '../scenario/simulation.ts';
import type { RunResult, RunVerdict } from './run.ts';

/**
 * How a seed ended: as a run does, or from outside. `stuck`: nothing moved for too long. `died`: its thread ended without an
 * answer. `bug`: ours. `differs`: run again, it was another run.
 */
export type SeedOutcome = RunVerdict | 'stuck' | 'died' | 'bug' | 'differs';

/** Of one rule: how often its premise arose, how often under a fault, how often it was broken, how often excused. */
export type RuleCounts = readonly [reached: number, underFault: number, broken: number, excused: number];

export interface SeedRecord {
  /** Of the scenario, as it was named. */
  file: string;
  seed: string;
  outcome: SeedOutcome;
  /** Absent when there was no result. */
  digest?: string;
  virtualMicros: number;
  events: number;
  packets: number;
  /** Connections beyond the first of each client. */
  reconnects: number;
  /** The nemesis ended the story early. */
  cutShort?: true;
  /** Rules that were reached. */
  rules: Readonly<Partial<Record<RuleId, RuleCounts>>>;
  /** Reasons of excuses, with how often each was needed. */
  excuses?: Readonly<Record<string, number>>;
  /** Rules that the scenario sets aside, with what is known of each. */
  known?: Readonly<Partial<Record<RuleId, string>>>;
  /** Faults that struck, by family. */
  faults: Readonly<Record<string, number>>;
  /** Texts of `sometimes`, and whether each was seen. */
  sometimes?: Readonly<Record<string, boolean>>;
  /** What broke first, as failures are grouped: a rule, an assertion, an error. */
  broke?: string;
  /** A sentence about it. */
  detail?: string;
}

/** Keeps of a run what a sweep needs. */
export function recordOf(file: string, result: RunResult): SeedRecord {
  const { seed, digest, virtualMicros, events, summary, report } = result;
  const rules: Partial<Record<RuleId, RuleCounts>> = {};
  const excuses: Record<string, number> = {};
  const known: Partial<Record<RuleId, string>> = {};
  for (const rule of report?.rules ?? []) {
    let excused = 0;
    for (const [reason, times] of Object.entries(rule.excused)) {
      excused += times;
      excuses[reason] = (excuses[reason] ?? 0) + times;
    }
    if (rule.reached + rule.broken + excused > 0)
      rules[rule.rule] = [rule.reached, rule.underFault, rule.broken, excused];
    if (rule.known !== undefined) known[rule.rule] = rule.known;
  }
  const sometimes = result.asserts.filter(({ assertion }) => assertion === 'sometimes');
  return {
    file,
    seed,
    outcome: result.error?.blame === 'bug' ? 'bug' : result.verdict,
    digest,
    virtualMicros,
    events,
    packets: summary?.packetsSent ?? 0,
    reconnects:
      summary === undefined ? 0 : Math.max(0, summary.connections.established - summary.nodes.client),
    ...(result.cutShort === undefined ? {} : { cutShort: true }),
    rules,
    ...(Object.keys(excuses).length === 0 ? {} : { excuses }),
    ...(Object.keys(known).length === 0 ? {} : { known }),
    faults: summary?.faults ?? {},
    ...(sometimes.length === 0
      ? {}
      : { sometimes: Object.fromEntries(sometimes.map(({ text, held }) => [text, held > 0])) }),
    ...failureOf(result),
  };
}

/** A seed that came to no result of its own. */
export function recordWithout(
  file: string,
  seed: string,
  outcome: SeedOutcome,
  detail: string,
  virtualMicros = 0,
): SeedRecord {
  return {
    file,
    seed,
    outcome,
    virtualMicros,
    events: 0,
    packets: 0,
    reconnects: 0,
    rules: {},
    faults: {},
    broke: outcome,
    detail,
  };
}

/** What broke first: a promise of MQTT before one of the author's, for the second often follows from the first. */
function failureOf(result: RunResult): Pick<SeedRecord, 'broke' | 'detail'> {
  const [violation] = result.report?.violations ?? [];
  if (violation !== undefined)
    return { broke: violation.rule, detail: `${violation.node}: ${violation.text}` };
  const { error } = result;
  if (error !== undefined) {
    const { name, message, site } = error;
    // Of foreign code the place alone says little: one line of a library is reached from many sides, and on many nodes.
    const what = error.blame === 'hosted' ? `${name}: ${message.split('\n')[0]}` : name;
    if (site === undefined) return { broke: what, detail: message };
    return { broke: `${what} at ${placeIn(site)}`, detail: `${message} (${fromHere(site)})` };
  }
  const untrue = result.asserts.find(isUntrue);
  if (untrue === undefined) return {};
  const { text, brokenAt } = untrue;
  return {
    broke: `always: ${text}`,
    detail: brokenAt === undefined ? text : `${text} (${fromHere(brokenAt)})`,
  };
}

/** `story.ts:12:5`: a failure is the same wherever its files lie. */
function placeIn(site: string): string {
  return site.slice(Math.max(site.lastIndexOf('/'), site.lastIndexOf('\\')) + 1);
}

function isUntrue({ assertion, held, evaluated }: AssertTally): boolean {
  return assertion === 'always' && held < evaluated;
}

/** A place as it is named from this directory: the same on machines that have their checkouts elsewhere. */
export function fromHere(site: string): string {
  const here = `${process.cwd()}/`;
  return site.startsWith(here) ? site.slice(here.length) : site;
}
