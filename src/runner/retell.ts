/**
 * From a failure that was shrunk to one that needs neither its story nor its seed: what the script did is told again with its times, what
 * chance decided is written down, and all of it is made as plain as the broken promise lets it be.
 */
import { RULES } from '../check/rules/rules.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { CallDeed, WorldDeed } from '../scenario/deed.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Fault } from '../sim/fault.ts';
import { firstVerdict } from './ancestry.ts';
import { leftOf } from './margin.ts';
import { minimize } from './minimize.ts';
import {
  type Attempt,
  type Candidate,
  type Left,
  Reduction,
  type ReductionOptions,
  ShrinkError,
} from './reduction.ts';
import { planOf, type Retelling, retellingOf, withoutClients } from './retelling.ts';
import { leaveNothingToChance, withDeed } from './without-chance.ts';

const SECOND: Micros = 1_000_000;
/** What times are rounded to, the plainest first. */
const UNITS: readonly Micros[] = [SECOND, SECOND / 10, SECOND / 100, SECOND / 1_000];
/** Seeds of which none decides anything. */
const OTHER_SEEDS = ['1', '2', 'another'];

/** A failure cannot be told again; `message` is one line. */
export class UntoldError extends Error {
  override readonly name = 'UntoldError';
}

/**
 * @param story whose failure it is, and `attempt` and `omit` what is left of it.
 * @throws UntoldError when it needs what only the script can do.
 */
export async function retell(
  options: ReductionOptions,
  story: Scenario,
  attempt: Attempt,
  omit: readonly string[],
): Promise<Left> {
  if (!Object.hasOwn(RULES, options.broke)) throw new UntoldError("what broke is the script's own");
  const retelling = retellingOf(story, attempt, omit);
  const reduction = await retold(options, planOf(attempt), retelling);
  if (reduction === undefined) {
    const lost = attempt.deeds.filter((deed) => deed.kind === 'other').map(({ what }) => what);
    throw new UntoldError(`it needs ${lost[0] ?? 'its script'}`);
  }
  await leaveNothingToChance(reduction);
  await smaller(reduction);
  await plainer(reduction);
  await smaller(reduction);
  await reduction.plainerIds();
  const sure = await hangsOnNoSeed(reduction);
  return leftOf(reduction, sure);
}

/** What a script did right after something happened, at the same time, a retelling does right before; then it is a microsecond late. */
async function retold(
  options: ReductionOptions,
  plan: readonly Fault[],
  retelling: Retelling,
): Promise<Reduction | undefined> {
  const late = retelling.calls.map((call) => (call.at === 0 ? call : { ...call, at: call.at + 1 }));
  for (const calls of [retelling.calls, late]) {
    try {
      return await Reduction.from(options, { omit: [], plan, retelling: { ...retelling, calls } });
    } catch (error) {
      if (!(error instanceof ShrinkError)) throw error;
    }
  }
  return undefined;
}

async function hangsOnNoSeed(reduction: Reduction): Promise<boolean> {
  for (const seed of OTHER_SEEDS) {
    const { broke, result } = await reduction.run(reduction.candidate, seed);
    if (broke !== reduction.broke || result.digest !== reduction.attempt.result.digest) return false;
  }
  return true;
}

async function smaller(reduction: Reduction): Promise<void> {
  for (let weight = Infinity; weight > weightOf(reduction); ) {
    weight = weightOf(reduction);
    await reduction.fewerFaults();
    await fewerClients(reduction);
    const { calls } = told(reduction);
    await minimize(calls, (fewer) => change(reduction, { calls: fewer }));
  }
}

function weightOf({ candidate: { plan = [], retelling } }: Reduction): number {
  return plan.length + retelling!.calls.length + retelling!.world.length;
}

async function fewerClients(reduction: Reduction): Promise<void> {
  for (const deed of told(reduction).world) {
    if (deed.kind !== 'client') continue;
    const { world, calls } = told(reduction);
    await change(reduction, {
      world: withoutClients(world, new Set([deed.name])),
      calls: calls.filter(({ client }) => client !== deed.name),
    });
  }
}

async function plainer(reduction: Reduction): Promise<void> {
  for (const place of told(reduction).world.keys()) await plainerSettings(reduction, place);
  await fewerLinks(reduction);
  await plainerCalls(reduction);
  await sooner(reduction);
  await plainerTimes(reduction);
  await reduction.plainerFaults();
  await plainerEnd(reduction);
}

/** Nodes for which no link is declared have a plain one. */
async function fewerLinks(reduction: Reduction): Promise<void> {
  for (const deed of told(reduction).world) {
    if (deed.kind !== 'link' || Object.keys(deed.settings).length > 0) continue;
    await change(reduction, { world: told(reduction).world.filter((each) => each !== deed) });
  }
}

/** What needs not be said is not said; how to come back is said in any case, for it would be drawn. */
async function plainerSettings(reduction: Reduction, place: number): Promise<void> {
  const settings = told(reduction).world[place]!.settings as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(settings)) {
    const deed = told(reduction).world[place]!;
    const { [name]: _, ...rest } = deed.settings as Record<string, unknown>;
    const plain = name === 'reconnect' ? { ...rest, reconnect: 'off' } : rest;
    await reduction.try(withDeed(told(reduction), place, { ...deed, settings: plain } as WorldDeed));
  }
}

/** Options of calls, lists of filters, and payloads. */
async function plainerCalls(reduction: Reduction): Promise<void> {
  let published = 0;
  for (const place of told(reduction).calls.keys()) {
    const call = told(reduction).calls[place]!;
    const [first] = call.args;
    if (Array.isArray(first)) {
      const filters = await minimize(first as readonly string[], (fewer) =>
        fewer.length === 0
          ? Promise.resolve(false)
          : changeCall(reduction, place, { ...call, args: [fewer, ...call.args.slice(1)] }),
      );
      if (filters.length === 1) await changeArgs(reduction, place, (args) => [filters[0], ...args.slice(1)]);
    }
    if (call.op === 'publish') {
      const payload = `${++published}`;
      await changeArgs(reduction, place, ([topic, , ...rest]) => [topic, payload, ...rest]);
    }
    const options = call.args.at(-1);
    if (typeof options !== 'object' || options === null || ArrayBuffer.isView(options)) continue;
    for (const name of Object.keys(options)) {
      await changeArgs(reduction, place, (args) => {
        const { [name]: _, ...rest } = args.at(-1) as Record<string, unknown>;
        return [...args.slice(0, -1), rest];
      });
    }
  }
}

/** Waits in which nothing decides are cut short, and all that comes after them comes sooner. */
async function sooner(reduction: Reduction): Promise<void> {
  const timesOf = ({ plan = [], retelling }: Candidate): Micros[] =>
    [...new Set([0, ...plan.map(({ at }) => at), ...retelling!.calls.map(({ at }) => at)])].sort(
      (a, b) => a - b,
    );
  for (let place = 1; place < timesOf(reduction.candidate).length; place++) {
    for (const pause of [0, SECOND, 10 * SECOND]) {
      const times = timesOf(reduction.candidate);
      const from = times[place];
      if (from === undefined) return;
      const by = from - times[place - 1]! - pause;
      if (by <= 0) continue;
      const { plan = [] } = reduction.candidate;
      const { calls, endsAt, ...rest } = told(reduction);
      const earlier = <T extends { at: Micros }>(each: T): T =>
        each.at < from ? each : { ...each, at: each.at - by };
      const moved = { ...rest, calls: calls.map(earlier), endsAt: Math.max(0, endsAt - by) };
      if (await reduction.try({ plan: plan.map(earlier), retelling: moved })) {
        if (pause === 0) place--;
        break;
      }
    }
  }
}

async function plainerTimes(reduction: Reduction): Promise<void> {
  for (const place of told(reduction).calls.keys()) {
    for (const unit of UNITS) {
      const call = told(reduction).calls[place]!;
      if (call.at % unit === 0) break;
      const at = Math.round(call.at / unit) * unit;
      if (await changeCall(reduction, place, { ...call, at })) break;
    }
  }
}

/** The script need not go on for long after the last that it does, or after the promise is broken. */
async function plainerEnd(reduction: Reduction): Promise<void> {
  const { plan = [] } = reduction.candidate;
  const { calls } = told(reduction);
  const last = Math.max(
    0,
    ...calls.map(({ at }) => at),
    ...plan.map(({ at, duration = 0 }) => at + duration),
  );
  const shown = firstVerdict(reduction.attempt.trace)?.t ?? last;
  const { endsAt: before } = told(reduction);
  for (const at of [last + SECOND, shown, shown + SECOND, before]) {
    const endsAt = Math.ceil(at / SECOND) * SECOND;
    if ((endsAt < before || at === before) && (await change(reduction, { endsAt }))) return;
  }
}

function told(reduction: Reduction): Retelling {
  return reduction.candidate.retelling!;
}

function change(reduction: Reduction, changed: Partial<Retelling>): Promise<boolean> {
  return reduction.try({ retelling: { ...told(reduction), ...changed } });
}

function changeCall(reduction: Reduction, place: number, call: CallDeed): Promise<boolean> {
  const calls = told(reduction).calls.with(place, call);
  return change(reduction, { calls: [...calls].sort((a, b) => a.at - b.at) });
}

function changeArgs(
  reduction: Reduction,
  place: number,
  changed: (args: readonly unknown[]) => readonly unknown[],
): Promise<boolean> {
  const call = told(reduction).calls[place]!;
  return changeCall(reduction, place, { ...call, args: changed(call.args) });
}
