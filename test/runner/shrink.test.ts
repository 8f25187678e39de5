import { describe, expect, it } from 'vitest';
import { marginsOf } from '../../src/runner/margin.ts';
import { Reduction, type RunCandidate, ShrinkError } from '../../src/runner/reduction.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { shrink } from '../../src/runner/shrink.ts';
import type { Deed } from '../../src/scenario/deed.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { Fault } from '../../src/sim/fault.ts';
import type { ProfileName } from '../../src/sim/profile.ts';
import { told } from '../scenario/told.ts';

/** What a thread does, without the thread. */
function runner(
  script: (sim: Simulation) => Promise<void>,
  seed: number,
  profile?: ProfileName,
): RunCandidate {
  return async ({ plan, omit }) => {
    const deeds: Deed[] = [];
    const { trace, ...result } = await told(script, {
      seed,
      transport: 'tcp',
      omit,
      onDeed: (deed) => deeds.push(deed),
      ...(profile === undefined ? {} : { profile }),
      ...(plan === undefined ? {} : { faults: { plan } }),
    });
    return { result, broke: recordOf('x', result).broke, trace, deeds };
  };
}

/** The author believes that the hub is never away for two seconds. */
async function optimist(sim: Simulation): Promise<void> {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp', { reconnect: { initial: '100ms', maximum: '100ms', jitter: 0 } });
  const other = sim.client('other');
  lamp.connect(hub).catch(() => {});
  other.connect(hub).catch(() => {});
  for (let i = 0; i < 120; i++) {
    await sim.sleep('1s');
    other.publish('t', `${i}`, { qos: 1 }).catch(() => {});
    sim.always(hub.alive || i < 60, 'in the second minute the hub lives');
  }
}

const BROKE = 'always: in the second minute the hub lives';

describe('a failure that is shrunk', () => {
  it('keeps the one fault that matters, in round numbers, and says by how much it may move', async () => {
    let shrunkAny = false;
    for (let seed = 1; seed <= 60 && !shrunkAny; seed++) {
      const run = runner(optimist, seed, 'hostile');
      if ((await run({ omit: [] })).broke !== BROKE) continue;
      shrunkAny = true;
      const reduction = await Reduction.from({ run, broke: BROKE }, { omit: [] });
      const { candidate, attempt, before, after } = await shrink(reduction);
      expect(before.faults).toBeGreaterThan(5);
      expect(after.faults).toBe(1);
      const [fault] = candidate.plan!;
      expect(['crash', 'power-cut']).toContain(fault!.family);
      expect(fault!.target).toBe('hub');
      expect(fault!.at % 1_000).toBe(0);
      expect(candidate.omit).toEqual([]);
      expect(attempt.broke).toBe(BROKE);
      // With what the margin says the run passes, and with a hundredth less it does not.
      const margins = await marginsOf(reduction);
      const inTime = margins.find(({ words }) => words[0] === 'earlier')!;
      const brokeAt = async (shift: number): Promise<string | undefined> => {
        const moved: Fault = { ...fault!, at: fault!.at + shift };
        return (await run({ plan: [moved], omit: [] })).broke;
      };
      for (const shift of [-(inTime.less ?? 0), inTime.more ?? 0]) {
        if (shift === 0) continue;
        expect(await brokeAt(shift), `moved by ${shift}`).toBeUndefined();
        expect(await brokeAt(Math.trunc(shift * 0.98)), `moved by less than ${shift}`).toBe(BROKE);
      }
    }
    expect(shrunkAny).toBe(true);
  });

  it('refuses what does not fail any more', async () => {
    const gone = Reduction.from({ run: runner(optimist, 1), broke: BROKE }, { omit: [] });
    await expect(gone).rejects.toThrow(ShrinkError);
  });
});

describe('calls that are left out', () => {
  it('do not happen, and the script goes on as if they had succeeded', async () => {
    const script = async (sim: Simulation): Promise<void> => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      const ghost = sim.client('ghost');
      await ghost.connect(hub);
      await ghost.subscribe('t', { qos: 1 });
      await lamp.connect(hub);
      sim.always((await lamp.subscribe(['t', 'u'], { qos: 2 })).length === 2, 'two grants');
      for (const text of ['1', '2', '3']) await lamp.publish('t', text, { qos: 1 });
      await lamp.unsubscribe('t');
      await ghost.disconnect();
      await sim.quiet();
    };
    const names: string[] = [];
    const { verdict, trace } = await told(script, {
      omit: ['ghost', 'lamp/publish#2', 'lamp/unsubscribe#1'],
      onDeed: (deed) => deed.kind === 'call' && names.push(deed.name),
    });
    expect(verdict).toBe('passed');
    const calls = trace.flatMap((event) => (event.k === 'app.call' ? [`${event.n} ${event.op}`] : []));
    expect(calls).toEqual(['lamp connect', 'lamp subscribe', 'lamp publish', 'lamp publish']);
    expect(names).toEqual([
      ...['ghost/connect#1', 'ghost/subscribe#1', 'lamp/connect#1', 'lamp/subscribe#1'],
      ...['lamp/publish#1', 'lamp/publish#2', 'lamp/publish#3', 'lamp/unsubscribe#1', 'ghost/disconnect#1'],
    ]);
  });
});
