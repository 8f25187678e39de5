import { describe, expect, it } from 'vitest';
import { pubrec } from '../../../src/sim/rule.ts';
import { attemptOf } from '../../../viz/playground/attempt.ts';
import { told } from '../../scenario/told.ts';

describe('what a run in the playground came to', () => {
  it('is told at the line that it is about, and beside it when there is none', () => {
    const bare = { mistakes: [], oddities: [], troubles: [], broken: 0 };
    expect(
      attemptOf({
        refused: { message: 'story.ts:3:5: no', because: 'story' },
        problem: { kind: 'refused', title: '', cause: '', advice: '' },
      }),
    ).toEqual({ ...bare, verdict: 'refused', mistakes: [{ line: 3, column: 5, message: 'no' }] });
    expect(
      attemptOf({ problem: { kind: 'stuck', title: 'x', cause: 'It loops.', advice: 'It is shown.' } }),
    ).toEqual({ ...bare, verdict: 'ended', troubles: ['It loops. It is shown.'] });
    expect(attemptOf({})).toMatchObject({ verdict: 'stopped' });
  });

  it('says at its line that a rule never applied, though all went well', async () => {
    const { trace: _trace, ...result } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const sensor = sim.client('sensor');
      const uplink = sim.link(sensor, hub);
      await sensor.connect(hub);
      uplink.on(pubrec(), 'reset-before');
      await sensor.publish('greenhouse/3', '21.5', { qos: 1 });
      await sim.quiet();
    });
    const idle = result.idle!.map((each) => ({ ...each, site: 'story.ts:17:10' }));
    expect(attemptOf({ result: { ...result, idle } })).toMatchObject({
      verdict: 'passed',
      mistakes: [],
      troubles: [],
      oddities: [
        {
          line: 17,
          column: 10,
          message: 'The rule on sensor~hub (reset-before, a PUBREC) never applied: no PUBREC was sent',
        },
      ],
    });
  });

  it('says what was true no more at its line, and what nobody awaited without one', async () => {
    const { trace: _trace, ...result } = await told((sim) => sim.always(false, 'it holds'));
    const asserts = result.asserts.map((each) => ({ ...each, brokenAt: 'story.ts:3:7' }));
    const neglected = [{ what: 'publish', message: 'it was too late', atMicros: 1 }];
    expect(attemptOf({ result: { ...result, asserts, neglected } })).toMatchObject({
      verdict: 'failed',
      mistakes: [{ line: 3, column: 7, message: 'This was not true: it holds' }],
      troubles: ['publish, which nobody awaited: it was too late'],
    });
  });
});
