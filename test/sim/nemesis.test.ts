import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/runner/run.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { attacks } from '../../src/sim/attack.ts';
import { menacesOf, PROFILES } from '../../src/sim/profile.ts';
import { Streams } from '../../src/sim/rng.ts';
import type { FaultBegan, TraceEvent } from '../../src/trace/event.ts';
import { told } from '../scenario/told.ts';

/** A publisher, a subscriber, and a peer that only listens; five minutes, then rest. */
async function chatter(sim: Simulation): Promise<void> {
  const hub = sim.broker('hub');
  const sensor = sim.client('sensor', { cleanStart: false, sessionExpiry: '1h' });
  const screen = sim.client('screen', { cleanStart: false, sessionExpiry: '1h' });
  sim.peer('onlooker');
  sensor.connect(hub).catch(() => {});
  screen.connect(hub).catch(() => {});
  screen.subscribe('t', { qos: 2 }).catch(() => {});
  let count = 0;
  sim.every('2s', () => void sensor.publish('t', `${++count}`, { qos: 2 }).catch(() => {}));
  await sim.sleep('5min');
  await sim.quiet();
}

const strikes = (trace: readonly TraceEvent[]): FaultBegan[] =>
  trace.filter((event) => event.k === 'fault.began');

const run = (options: RunOptions) => told(chatter, { transport: 'tcp', ...options });

describe('the nemesis', () => {
  it('does not exist without a profile', async () => {
    const { trace } = await run({ seed: 1 });
    expect(strikes(trace)).toEqual([]);
  });

  it.each(PROFILES)('is the same for the same seed, and another for another: %s', async (profile) => {
    const [first, again, other] = [
      await run({ seed: 1, profile }),
      await run({ seed: 1, profile, level: 'digest' }),
      await run({ seed: 2, profile }),
    ];
    expect(again.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
  });

  it('breaks no promise and leaves a world that comes to rest, from 40 seeds of each profile', async () => {
    for (const profile of PROFILES) {
      for (let seed = 1; seed <= 40; seed++) {
        const { verdict, error, report } = await run({ seed, profile, level: 'digest' });
        const what = `${profile}, seed ${seed}: ${error?.message ?? ''} ${JSON.stringify(report?.violations[0])}`;
        expect(verdict, what).toBe('passed');
      }
    }
  });

  it('strikes with every family, at links, clients and brokers, and never at a raw peer', async () => {
    const families = new Set<string>();
    const targets = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      for (const { family, target } of strikes((await run({ seed, profile: 'hostile' })).trace)) {
        families.add(family);
        targets.add(target);
      }
    }
    expect([...families].sort()).toEqual([...Object.keys(attacks), 'rule'].sort());
    expect([...targets].sort()).toEqual(['hub', 'screen', 'screen~hub', 'sensor', 'sensor~hub']);
  });

  it('cuts no connection in calm weather', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { trace } = await run({ seed, profile: 'calm' });
      expect(strikes(trace).every(({ family }) => /^(latency|loss|bandwidth)$/.test(family))).toBe(true);
    }
  });

  it('strikes elsewhere as it would have, whoever else is there', async () => {
    const alone = await run({ seed: 5, profile: 'hostile' });
    const together = await told(
      async (sim) => {
        sim.client('bystander');
        await chatter(sim);
      },
      { seed: 5, profile: 'hostile', transport: 'tcp' },
    );
    // Moot strikes are left out of a trace, and whether one is moot depends on what else happened; links are always prone.
    const atLinks = (trace: readonly TraceEvent[]) =>
      strikes(trace)
        .filter(({ target, family }) => target === 'sensor~hub' && family !== 'rule')
        .map(({ t, fault, detail }) => ({ t, fault, detail }));
    expect(atLinks(alone.trace).length).toBeGreaterThan(5);
    expect(atLinks(together.trace)).toEqual(atLinks(alone.trace));
  });

  it('can be told to leave out some of its strikes, and the others stay', async () => {
    const all = strikes((await run({ seed: 5, profile: 'flaky' })).trace).map(({ fault }) => fault);
    const [spared] = all;
    const rest = strikes((await run({ seed: 5, profile: 'flaky', faults: { without: [spared!] } })).trace);
    expect(rest.map(({ fault }) => fault)).toEqual(all.slice(1));
  });

  it('rests when the world is to come to rest, and says what it is', async () => {
    const { trace, virtualMicros } = await run({ seed: 3, profile: 'swarm' });
    const after = strikes(trace).filter(({ t }) => t > 300_000_000);
    expect(after).toEqual([]);
    expect(virtualMicros).toBeGreaterThanOrEqual(300_000_000);
    const note = trace.find((event) => event.k === 'note');
    expect(note).toMatchObject({ text: expect.stringMatching(/^the nemesis is swarm: .+ every \d+/) });
  });

  it('ends a story early whose client it kills in the middle of a call, and the run passes', async () => {
    let ended = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const result = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          const sensor = sim.client('sensor');
          await sensor.connect(hub);
          for (let i = 0; i < 300; i++) {
            await sensor.publish('t', `${i}`, { qos: 1 });
            await sim.sleep('1s');
          }
        },
        { seed, profile: 'swarm', transport: 'tcp', level: 'digest' },
      );
      expect(result.verdict, `seed ${seed}: ${result.error?.message}`).toBe('passed');
      if (result.cutShort === undefined) continue;
      ended++;
      expect(result.cutShort.message).toContain("client 'sensor'");
    }
    expect(ended).toBeGreaterThan(0);
  });
});

describe('a swarm', () => {
  it('has about half of the families in each seed, and each family in about half of the seeds', () => {
    const counts = new Map<string, number>();
    const seeds = 400;
    for (let seed = 1; seed <= seeds; seed++) {
      for (const family of menacesOf('swarm', new Streams(seed)).keys()) {
        counts.set(family, (counts.get(family) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(Object.keys(attacks).length + 1);
    for (const [family, count] of counts) {
      expect(count, family).toBeGreaterThan(seeds * 0.4);
      expect(count, family).toBeLessThan(seeds * 0.6);
    }
  });
});
