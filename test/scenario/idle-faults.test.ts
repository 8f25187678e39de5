import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/runner/run.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { cut, publish, pubrec } from '../../src/sim/rule.ts';
import { told } from './told.ts';

/** Three messages at QoS 1, over a link that a script has laid rules on; what is idle, as a reader is told. */
async function idle(
  lay: (link: ReturnType<Simulation['link']>, sim: Simulation) => unknown,
  options: RunOptions = {},
): Promise<string[]> {
  const result = await told(async (sim) => {
    const hub = sim.broker('hub');
    const lamp = sim.client('lamp');
    const link = sim.link(lamp, hub);
    await lamp.connect(hub);
    lay(link, sim);
    for (let n = 0; n < 3; n++) await lamp.publish('on', `${n}`, { qos: 1 });
    await sim.quiet();
  }, options);
  return (result.idle ?? []).map(({ what, why, site }) => {
    expect(site === undefined || /idle-faults\.test\.ts:\d+:\d+$/.test(site)).toBe(true);
    return `${what}: ${why}`;
  });
}

const crash = { family: 'crash', target: 'lamp', detail: {} } as const;

describe('a rule that never struck', () => {
  it('is told when nothing of its kind was sent, or nothing that it looks for', async () => {
    expect(await idle((link) => link.on(pubrec(), 'reset-before'))).toEqual([
      'the rule on lamp~hub (reset-before, a PUBREC): no PUBREC was sent',
    ]);
    expect(await idle((link) => link.on(publish({ topic: 'off' }), 'drop'))).toEqual([
      'the rule on lamp~hub (drop, a PUBLISH): none of the 3 PUBLISH packets that were sent was it',
    ]);
    expect(await idle((link) => link.on(publish({ nth: 4 }), cut('3s')))).toEqual([
      'the rule on lamp~hub (cut 3s, a PUBLISH): none of the 3 PUBLISH packets that were sent was it',
    ]);
  });

  it('is told of each that another rule left nothing to', async () => {
    const both = (link: Parameters<Parameters<typeof idle>[0]>[0]) => {
      link.on(publish({ count: Infinity }), 'drop');
      link.on(publish({ count: Infinity }), 'reset-after');
    };
    expect(await idle(both)).toEqual([
      'the rule on lamp~hub (reset-after, a PUBLISH): none of the 3 PUBLISH packets that were sent was it',
    ]);
  });

  it('is told once a line, and not of a line where another of them struck', async () => {
    const five = (nth: number) => (link: Parameters<Parameters<typeof idle>[0]>[0]) => {
      for (let n = 0; n < 5; n++) link.on(publish({ nth: n + nth }), 'drop');
    };
    expect(await idle(five(1))).toEqual([]);
    expect(await idle(five(4))).toEqual([
      expect.stringMatching(/^the rule on lamp~hub \(drop, a PUBLISH\) and 4 more: none of the 3 PUBLISH/),
    ]);
  });

  it('is not told of one that struck, that lets pass, or that was taken away again', async () => {
    expect(await idle((link) => link.on(publish(), 'drop'))).toEqual([]);
    expect(await idle((link) => link.on(pubrec(), 'pass'))).toEqual([]);
    expect(await idle((link) => link.on(pubrec(), 'drop')())).toEqual([]);
  });

  it('is not told when the script broke off, and when a list of faults stands in for its rules', async () => {
    const breaksOff = (link: Parameters<Parameters<typeof idle>[0]>[0]) => {
      link.on(pubrec(), 'drop');
      throw new Error('enough');
    };
    expect(await idle(breaksOff)).toEqual([]);
    expect(await idle((link) => link.on(pubrec(), 'drop'), { faults: { plan: [] } })).toEqual([]);
  });
});

describe('a fault that was added and never struck', () => {
  it('is told with its reason', async () => {
    const late = { ...crash, id: 'late', at: 3_600_000_000 };
    const moot = { ...crash, id: 'moot', at: 1, target: 'nobody' };
    const occasion = {
      of: 'packet',
      side: 'before',
      connection: 'lamp>hub#1',
      from: 'lamp',
      nth: 99,
    } as const;
    const waits = { id: 'waits', family: 'reset', target: 'lamp~hub', at: 1, detail: {}, occasion } as const;
    expect(await idle(() => {}, { faults: { also: [late, moot, waits] } })).toEqual([
      expect.stringMatching(/^the crash of lamp \(at 1 h\): the run was over at 00:00:00\.\d+$/),
      expect.stringMatching(/^the crash of nobody .*: there was nothing that it could have changed$/),
      expect.stringMatching(
        /^the reset of lamp~hub .*: its occasion, before packet 99 of lamp on lamp>hub#1, never came$/,
      ),
    ]);
    const strikes = { ...crash, id: 'strikes', at: 1, duration: 1_000_000 };
    expect(await idle(() => {}, { faults: { also: [strikes] } })).toEqual([]);
  });
});
