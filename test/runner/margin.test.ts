import { describe, expect, it } from 'vitest';
import { describeMargins, marginsOf } from '../../src/runner/margin.ts';
import { type Attempt, type Candidate, Reduction } from '../../src/runner/reduction.ts';
import type { Fault } from '../../src/sim/fault.ts';

const SECOND = 1_000_000;
const crash: Fault = { id: 'hub/crash#1', family: 'crash', target: 'hub', at: 90 * SECOND, detail: {} };

/** Of a run that breaks as long as its only fault is where it may be. */
async function marginsOfOne(fault: Fault, breaks: (fault: Fault) => boolean) {
  const run = async ({ plan = [] }: Candidate): Promise<Attempt> => {
    const broke = breaks(plan[0]!) ? 'will.due' : undefined;
    return { result: { struck: plan }, broke, trace: [], deeds: [] } as unknown as Attempt;
  };
  return marginsOf(await Reduction.from({ run, broke: 'will.due' }, { omit: [], plan: [fault] }));
}

describe('the margin of a failure', () => {
  it('is found wherever within a minute it is', async () => {
    for (const seconds of [1, 5, 20, 40, 59]) {
      const near = ({ at }: Fault) => Math.abs(at - crash.at) < seconds * SECOND;
      const margins = await marginsOfOne(crash, near);
      for (const way of ['less', 'more'] as const) {
        expect(margins[0]![way], `${seconds} s`).toBeGreaterThanOrEqual(seconds * SECOND);
        expect(margins[0]![way], `${seconds} s`).toBeLessThan(seconds * SECOND * 1.02);
      }
    }
  });

  it('says how far was tried when nothing within that lets the run pass', async () => {
    const always = () => true;
    expect(describeMargins(await marginsOfOne(crash, always))).toEqual([
      'margin: with the crash of hub (at 1 min 30 s) up to a minute earlier, or up to a minute later, it breaks all the same',
    ]);
    const early = { ...crash, at: 0, duration: 5 * SECOND };
    expect(describeMargins(await marginsOfOne(early, always))).toEqual([
      'margin: with the crash of hub (at 0 s) up to a minute later, it breaks all the same',
      'margin: with the crash of hub (at 0 s) however much shorter, or up to a minute longer, it breaks all the same',
    ]);
  });

  it('is told in sentences, the nearest first', async () => {
    const fault = { ...crash, duration: 5 * SECOND };
    const margins = await marginsOfOne(
      fault,
      ({ at, duration = 0 }) => at > 88 * SECOND && at < 150 * SECOND && duration > 4 * SECOND,
    );
    expect(describeMargins(margins)).toEqual([
      'margin: with the crash of hub (at 1 min 30 s) 1s shorter, the run passes',
      'margin: with the crash of hub (at 1 min 30 s) 2s earlier, or 1min later, the run passes',
    ]);
  });
});
