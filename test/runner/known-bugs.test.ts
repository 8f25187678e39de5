/** A library under test breaks a promise, as everybody knows; what else breaks is to be seen all the same. */
import { describe, expect, it } from 'vitest';
import type { KnownBugs } from '../../src/check/tally.ts';
import { describeRules } from '../../src/cli/sweep-report.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { SweepTally } from '../../src/runner/sweep-tally.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { substitutionOf } from '../../src/zoo/index.ts';
import { sending } from '../../src/zoo/rewrites.ts';
import { told } from '../scenario/told.ts';

/** A broker that sends one of two messages of QoS 0 twice. */
const substitute = substitutionOf({
  name: 'twice',
  of: 'broker',
  wrong: 'sends QoS 0 twice',
  seen: [],
  rule: 'delivery.at-most-once',
  story: 'lamp',
  begin: () => sending('publish', (packet) => (packet.payload.length === 2 ? [packet, packet] : [packet])),
});

async function script(sim: Simulation): Promise<void> {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp');
  await lamp.connect(hub);
  await lamp.subscribe('lamp', { qos: 0 });
  await lamp.publish('lamp', 'on');
  await lamp.publish('lamp', 'off');
  await sim.quiet();
}

const same = (text: string) => text;
const plain = { bold: same, dim: same, good: same, bad: same, odd: same };

const knowing = (known: KnownBugs) => told(script, { substitute, scenario: { known } });

describe('a rule that is known to be broken', () => {
  it('fails no run, and the report says what is known', async () => {
    const { verdict, report, trace } = await knowing({ 'delivery.at-most-once': 'hub #12' });
    expect(verdict).toBe('passed');
    expect(report!.violations).toEqual([]);
    expect(report!.rules.find(({ rule }) => rule === 'delivery.at-most-once')).toMatchObject({
      broken: 0,
      outcome: 'excused',
      excused: { 'it is known: hub #12': 1 },
    });
    expect(trace.filter(({ k }) => k === 'verdict')).toMatchObject([
      {
        rule: 'delivery.at-most-once',
        outcome: 'excused',
        text: expect.stringMatching(/; excused: it is known: hub #12$/),
      },
    ]);
  });

  it('is set aside alone', async () => {
    const { verdict, report } = await knowing({ 'delivery.exactly-once': 'hub #13' });
    expect(verdict).toBe('failed');
    expect(report!.violations.map(({ rule }) => rule)).toContain('delivery.at-most-once');
  });

  it('is told of a sweep with what is known, as often as it was broken', async () => {
    const record = recordOf('story.ts', await knowing({ 'delivery.at-most-once': 'hub #12' }));
    expect(record).toMatchObject({ excuses: { 'it is known: hub #12': 1 } });
    expect(record.broke).toBeUndefined();
  });

  it('is told of a sweep that reached it and in which nothing broke it, as what may be so no longer', async () => {
    const known: KnownBugs = {
      'delivery.at-most-once': 'hub #12',
      // Nobody publishes at QoS 1, and for two rules the same may be known.
      'delivery.at-least-once': 'hub #12',
    };
    const tally = new SweepTally();
    tally.add(recordOf('story.ts', await told(script, { scenario: { known } })));
    const said: string[] = [];
    describeRules({ tally }, (label, text) => said.push(`${label} ${text}`), plain);
    expect(said.filter((line) => line.startsWith('known'))).toEqual([
      'known delivery.at-most-once: hub #12; no seed broke it: is it still so?',
    ]);
    tally.add(recordOf('story.ts', await knowing(known)));
    expect(tally.stale).toEqual([]);
  });

  it('moves no digest', async () => {
    const unknowing = await told(script, { substitute });
    expect(unknowing.verdict).toBe('failed');
    expect((await knowing({ 'delivery.at-most-once': 'hub #12' })).digest).toBe(unknowing.digest);
  });
});
