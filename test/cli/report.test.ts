import { describe, expect, it } from 'vitest';
import { report, type ShownRun } from '../../src/cli/report.ts';
import { pubrec } from '../../src/sim/rule.ts';
import { told } from '../scenario/told.ts';

const plain = (text: string): string => text;
const style = { bold: plain, dim: plain, good: plain, bad: plain, odd: plain };

describe('the report of a run', () => {
  it('says of a rule and of an added fault that they never applied, and why', async () => {
    const late = { id: 'late', family: 'crash', target: 'hub', at: 60_000_000, detail: {} } as const;
    const result = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const sensor = sim.client('sensor');
        const uplink = sim.link(sensor, hub);
        await sensor.connect(hub);
        uplink.on(pubrec(), 'reset-before');
        await sim.quiet();
      },
      { faults: { also: [late] } },
    );
    const run: ShownRun = {
      result,
      path: 'story.ts',
      tracePath: undefined,
      realMillis: 1,
      again: 'npx amber run story.ts',
      page: undefined,
    };
    const lines = report(run, style)
      .split('\n')
      .filter((line) => line.startsWith('idle'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^idle {8}the rule on sensor~hub \(reset-before, a PUBREC\) never applied: no PUBREC was sent \(.*report\.test\.ts:\d+:\d+\)$/,
      ),
      expect.stringMatching(
        /^idle {8}the crash of hub \(at 1 min\) never applied: the run was over at 00:00:/,
      ),
    ]);
  });

  it('counts the messages on the wire where hosts were asked for them unseen, and names what no node is called', async () => {
    const { result } = { result: await told(async (sim) => void sim.broker('hub')) };
    const summary = {
      ...result.summary!,
      nodes: { broker: 0, client: 0, peer: 0, host: 2 },
      packets: { PUBLISH: 7 },
    };
    const unknownNames = { looked: [{ name: 'hubb', by: 'app', times: 1 }], nodes: ['hub', 'app'] };
    const run: ShownRun = {
      ...{ path: 'story.ts', tracePath: undefined, realMillis: 1, again: 'again', page: undefined },
      result: { ...result, summary, unknownNames },
    };
    const lines = report(run, style).split('\n');
    expect(lines).toContain('published   nothing by calls that are seen; 7 PUBLISH on the wire');
    expect(lines).toContain('delivered   nothing by calls that are seen; 7 PUBLISH on the wire');
    expect(lines).toContain(
      "no node     no node is called 'hubb', which app looked up 1 time: nodes are hub, app",
    );
    const calm = report({ ...run, result: { ...result, summary: { ...summary, packets: {} } } }, style);
    expect(calm.split('\n')).toContain('published   nothing');
  });
});
