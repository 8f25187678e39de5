import { describe, expect, it } from 'vitest';
import cuts from '../../sims/zoo/cuts.ts';
import { planOf, type Retelling, retellingOf, scenarioOf, snapshotOf } from '../../src/runner/retelling.ts';
import { type RunOptions, run } from '../../src/runner/run.ts';
import { storyText } from '../../src/runner/story-text.ts';
import type { Deed } from '../../src/scenario/deed.ts';
import { type Scenario, scenario } from '../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { surroundings } from '../scenario/told.ts';

async function attemptOf(story: Scenario, options: RunOptions) {
  const deeds: Deed[] = [];
  const trace: TraceEvent[] = [];
  const result = await run(
    story,
    { ...options, onDeed: (deed) => deeds.push(...snapshotOf(deed)), onEvent: (event) => trace.push(event) },
    surroundings,
  );
  return { result, deeds, trace, broke: undefined };
}

describe('a story that is told again', () => {
  it('without its script and its nemesis is the same run', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const attempt = await attemptOf(cuts, { seed, profile: 'swarm' });
      expect(attempt.result.struck.some(({ family }) => family === 'rule')).toBe(true);
      const again = await run(
        scenarioOf(retellingOf(cuts, attempt, [])),
        { seed, faults: { plan: planOf(attempt) }, level: 'digest' },
        surroundings,
      );
      expect(again.digest, `seed ${seed}`).toBe(attempt.result.digest);
    }
  });

  it('leaves out what was left out, and who has nothing left to do', async () => {
    const attempt = await attemptOf(cuts, { seed: 1 });
    const { world, calls } = retellingOf(cuts, attempt, ['screen', 'sensor/publish#1']);
    expect(world.map((deed) => (deed.kind === 'link' ? `${deed.a}~${deed.b}` : deed.name))).toEqual([
      'hub',
      'sensor',
      'sensor~hub',
    ]);
    expect(calls.map(({ name }) => name).slice(0, 2)).toEqual(['sensor/connect#1', 'sensor/publish#2']);
  });

  it('has faults that last as long as they lasted', async () => {
    const story = scenario('A hub that is started by hand', async (sim) => {
      const hub = sim.broker('hub');
      hub.crash();
      await sim.sleep('2s');
      hub.restart();
      await sim.sleep('1s');
      hub.crash();
      await sim.quiet();
    });
    const plan = planOf(await attemptOf(story, {}));
    expect(plan.map(({ at, duration }) => [at, duration])).toEqual([
      [0, 2_000_000],
      [3_000_000, undefined],
    ]);
  });

  it('leaves out what only the script can do, and says what that was', async () => {
    const story = scenario('What only a script can do', async (sim) => {
      sim.peer('raw');
      sim.broker('hub', { authorize: () => true, queueQoS0: true });
    });
    const attempt = await attemptOf(story, {});
    expect(retellingOf(story, attempt, []).world).toEqual([
      { kind: 'broker', name: 'hub', settings: { queueQoS0: true } },
    ]);
    expect(attempt.deeds.flatMap((deed) => (deed.kind === 'other' ? [deed.what] : []))).toEqual([
      "the raw peer 'raw'",
      "a function that 'hub' is given",
    ]);
  });
});

describe('the text of a story', () => {
  const retelling: Retelling = {
    name: 'x',
    options: { protocol: '3.1.1' },
    world: [
      { kind: 'broker', name: 'hub', settings: {} },
      { kind: 'broker', name: 'idle hub', settings: { queueQoS0: true } },
      { kind: 'client', name: 'new', settings: { cleanStart: false } },
      { kind: 'client', name: 'lamp-2', settings: {} },
      { kind: 'client', name: 'lamp 2', settings: {} },
      { kind: 'link', a: 'new', b: 'hub', settings: { latency: '5ms' } },
    ],
    calls: [
      { kind: 'call', name: 'new/connect#1', client: 'new', op: 'connect', args: ['hub'], at: 0 },
      { kind: 'call', name: 'lamp-2/connect#1', client: 'lamp-2', op: 'connect', args: ['hub'], at: 0 },
      {
        kind: 'call',
        name: 'lamp 2/publish#1',
        client: 'lamp 2',
        op: 'publish',
        args: ['t', new Uint8Array([1]), { qos: 1 }],
        at: 1_500_000,
      },
      { kind: 'call', name: 'new/disconnect#1', client: 'new', op: 'disconnect', args: [{}], at: 1_500_000 },
    ],
    endsAt: 2_000_000,
    rests: true,
  };

  it('is what a person would have written', () => {
    expect(
      storyText(retelling, 'a name'),
    ).toBe(`const story = scenario('a name', { protocol: '3.1.1' }, async (sim) => {
  const hub = sim.broker('hub');
  sim.broker('idle hub', { queueQoS0: true });
  const clientnew = sim.client('new', { cleanStart: false });
  const lamp2 = sim.client('lamp-2');
  const lamp2_2 = sim.client('lamp 2');
  sim.link(clientnew, hub, { latency: '5ms' });

  void clientnew.connect(hub);
  void lamp2.connect(hub);
  sim.at('1.5s', () => {
    void lamp2_2.publish('t', new Uint8Array([1]), { qos: 1 });
    void clientnew.disconnect();
  });
  await sim.sleep('2s');
  await sim.quiet();
});`);
  });

  it('is the run that its retelling is', async () => {
    const told = await run(scenarioOf(retelling), { level: 'digest' }, surroundings);
    const written = new Function('scenario', `${storyText(retelling, 'a name')}\nreturn story;`) as (
      declare: typeof scenario,
    ) => Scenario;
    const read = await run(written(scenario), { level: 'digest' }, surroundings);
    expect(read.digest).toBe(told.digest);
  });
});
