/**
 * From a run that broke a promise to the least that still breaks the same one: fewer faults, fewer clients, fewer calls, and plainer
 * values.
 *
 * Faults become a list with times, so that leaving one out, or moving it, leaves the others where they are; the seed stays, and with it the
 * luck of every segment.
 */
import { RULES } from '../check/rules/rules.ts';
import type { Fault } from '../sim/fault.ts';
import { ancestorsOf, firstVerdict } from './ancestry.ts';
import { leftOf } from './margin.ts';
import { minimize } from './minimize.ts';
import {
  type Attempt,
  type Candidate,
  callsOf,
  type Left,
  type Reduction,
  type Size,
  sizeOf,
} from './reduction.ts';

export interface Shrunk {
  readonly candidate: Candidate;
  readonly attempt: Attempt;
  readonly before: Size;
  readonly after: Size;
}

/** @param reduction of the whole story. */
export async function shrink(reduction: Reduction): Promise<Shrunk> {
  const before = sizeOf(reduction.attempt);
  const { struck } = reduction.attempt.result;
  // Of what happens at one time, a list comes first; a script may have struck right after something.
  (await reduction.try({ plan: struck })) || (await reduction.try({ plan: struck.map(laterByOne) }));
  for (let weight = Infinity; weight > weightOf(reduction); ) {
    weight = weightOf(reduction);
    await dropStrangers(reduction);
    await reduction.fewerFaults();
    // An assertion counts on what its author wrote: without half of the calls it would break for want of them.
    if (!Object.hasOwn(RULES, reduction.broke)) continue;
    await fewerClients(reduction);
    await fewerCalls(reduction);
  }
  await reduction.plainerFaults();
  const { candidate, attempt } = reduction;
  return { candidate, attempt, before, after: sizeOf(attempt) };
}

/** For a test that has to import the story: without chance, where the same promise breaks without it. */
export async function withoutSeed(reduction: Reduction): Promise<Left> {
  const sure = await reduction.try({ chance: 'none' });
  if (sure) {
    await reduction.fewerFaults();
    await reduction.plainerFaults();
  }
  await reduction.plainerIds();
  return leftOf(reduction, sure);
}

function laterByOne(fault: Fault): Fault {
  return fault.family === 'rule' ? fault : { ...fault, at: fault.at + 1 };
}

function weightOf({ candidate: { plan = [], omit } }: Reduction): number {
  return plan.length * 1_000_000 - omit.length;
}

/** What the violation does not follow from is most likely not needed, all at once. */
async function dropStrangers(reduction: Reduction): Promise<void> {
  const { candidate, attempt } = reduction;
  const verdict = firstVerdict(attempt.trace);
  if (candidate.plan === undefined || verdict === undefined) return;
  const ancestors = ancestorsOf(attempt.trace, verdict);
  const needed = new Set<string>();
  for (const event of attempt.trace) {
    if (event.k === 'fault.began' && ancestors.has(event.i)) needed.add(event.fault);
  }
  const plan = candidate.plan.filter(({ id }) => needed.has(id));
  if (plan.length < candidate.plan.length) await reduction.try({ plan });
}

async function fewerClients(reduction: Reduction): Promise<void> {
  const clients = new Set(callsOf(reduction.attempt).map(({ client }) => client));
  for (const client of clients) {
    const { omit } = reduction.candidate;
    if (omit.includes(client)) continue;
    await reduction.try({ omit: [...omit.filter((name) => !name.startsWith(`${client}/`)), client] });
  }
}

async function fewerCalls(reduction: Reduction): Promise<void> {
  const gone = new Set(reduction.candidate.omit);
  const calls = callsOf(reduction.attempt).filter(({ name, client }) => !gone.has(name) && !gone.has(client));
  await minimize(calls, (fewer) => {
    const kept = new Set(fewer);
    const left = calls.filter((call) => !kept.has(call)).map(({ name }) => name);
    return reduction.try({ omit: [...gone, ...left] });
  });
}
