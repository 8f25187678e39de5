/** A story without its script: what the script did, with the times at which it did it. */
import type { Micros } from '../mqtt/machine.ts';
import type { CallDeed, Deed, WorldDeed } from '../scenario/deed.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../scenario/scenario.ts';
import type { Simulation } from '../scenario/simulation.ts';
import type { Fault } from '../sim/fault.ts';
import type { Attempt } from './reduction.ts';

export interface Retelling {
  /** Of the story that it retells. */
  readonly name: string;
  readonly options: Pick<ScenarioOptions, 'protocol' | 'durability'>;
  readonly world: readonly WorldDeed[];
  /** In the order of their times. */
  readonly calls: readonly CallDeed[];
  readonly endsAt: Micros;
  /** Whether the world comes to rest at the end. */
  readonly rests: boolean;
}

/** A deed as it is now, whatever the script does to its objects later; and beside it, what of it cannot be kept. */
export function snapshotOf(deed: Deed): readonly Deed[] {
  try {
    return [structuredClone(deed)];
  } catch {
    const whose = deed.kind === 'link' ? `${deed.a}~${deed.b}` : 'name' in deed ? deed.name : deed.kind;
    const lost: Deed = { kind: 'other', what: `a function that '${whose}' is given` };
    if (!isOfTheWorld(deed)) return [lost];
    return [{ ...deed, settings: structuredClone(withoutFunctions(deed.settings)) } as WorldDeed, lost];
  }
}

function withoutFunctions(settings: object): object {
  const kept = Object.entries(settings).filter(([, value]) => !holdsFunction(value));
  return Object.fromEntries(kept);
}

function holdsFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsFunction);
}

/**
 * What only a script can do is left out; whether the failure needs it, a run says.
 *
 * @param omit calls and clients that were left out.
 */
export function retellingOf(story: Scenario, { deeds, result }: Attempt, omit: readonly string[]): Retelling {
  const { name, options } = story;
  const calls = deeds.filter((deed) => deed.kind === 'call');
  const kept = calls.filter((call) => !omit.includes(call.name) && !omit.includes(call.client));
  const silent = new Set(calls.map(({ client }) => client).filter((client) => omit.includes(client)));
  const rest = deeds.findLast((deed) => deed.kind === 'quiet');
  return {
    name,
    options: {
      ...(options.protocol === undefined ? {} : { protocol: options.protocol }),
      ...(options.durability === undefined ? {} : { durability: options.durability }),
    },
    world: withoutClients(deeds.filter(isOfTheWorld), silent),
    calls: kept,
    endsAt: rest?.at ?? result.virtualMicros,
    rests: rest !== undefined,
  };
}

/** Faults last as long as they lasted: what ended them early may have been the script. */
export function planOf({ trace, deeds, result }: Attempt): readonly Fault[] {
  const rest = deeds.findLast((deed) => deed.kind === 'quiet')?.at ?? Infinity;
  const ends = new Map<string, Micros>();
  for (const event of trace) if (event.k === 'fault.ended' && event.t < rest) ends.set(event.fault, event.t);
  return result.struck.map((fault) => {
    const end = ends.get(fault.id);
    return end === undefined || fault.family === 'rule' ? fault : { ...fault, duration: end - fault.at };
  });
}

/** The world without some clients, and without the links that lead to them. */
export function withoutClients(world: readonly WorldDeed[], gone: ReadonlySet<string>): readonly WorldDeed[] {
  return world.filter((deed) =>
    deed.kind === 'link' ? !gone.has(deed.a) && !gone.has(deed.b) : !gone.has(deed.name),
  );
}

/** Calls of the same time, together. */
export function callsByTime(calls: readonly CallDeed[]): ReadonlyMap<Micros, readonly CallDeed[]> {
  const times = new Map<Micros, CallDeed[]>();
  for (const call of calls) {
    const together = times.get(call.at);
    if (together === undefined) times.set(call.at, [call]);
    else together.push(call);
  }
  return times;
}

/** A scenario that does just that: what a test file spells out. */
export function scenarioOf({ name, options, world, calls, endsAt, rests }: Retelling): Scenario {
  return scenario(name, options, async (sim) => {
    for (const deed of world) build(sim, deed);
    for (const [at, together] of callsByTime(calls)) {
      const act = (): void => {
        for (const call of together) perform(sim, call);
      };
      if (at === 0) act();
      else sim.at(`${at}us`, act);
    }
    await sim.sleep(`${endsAt}us`);
    if (rests) await sim.quiet();
  });
}

function isOfTheWorld(deed: Deed): deed is WorldDeed {
  return deed.kind === 'broker' || deed.kind === 'client' || deed.kind === 'link';
}

function build(sim: Simulation, deed: WorldDeed): void {
  if (deed.kind === 'link') sim.link(deed.a, deed.b, deed.settings);
  else if (deed.kind === 'broker') sim.broker(deed.name, deed.settings);
  else sim.client(deed.name, deed.settings);
}

function perform(sim: Simulation, { client, op, args }: CallDeed): void {
  const handle = sim.client(client);
  void (handle[op] as (...args: readonly unknown[]) => Promise<unknown>).apply(handle, args as unknown[]);
}
