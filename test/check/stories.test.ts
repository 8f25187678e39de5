import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createChecker } from '../../src/check/checker.ts';
import type { CheckReport } from '../../src/check/tally.ts';
import { run } from '../../src/runner/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { brokenIn } from './court.ts';

const folder = new URL('../../sims/', import.meta.url);
// A thousand clients are for the benchmark.
const stories = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'reconnect-storm.ts')
  .sort();
const swarm = readdirSync(new URL('swarm/', folder))
  .filter((name) => name.endsWith('.ts'))
  .sort();

/** What happened in one run of a story; the judge of the run itself is left out, so that this one sees what it saw. */
async function told(name: string, seed: number): Promise<TraceEvent[]> {
  const { default: story } = (await import(new URL(name, folder).href)) as { default: Scenario };
  const events: TraceEvent[] = [];
  await run(
    story,
    { seed, level: 'packets', checks: 'none', onEvent: (event) => events.push(event) },
    { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
  );
  return events;
}

function judged(events: Iterable<TraceEvent>): CheckReport {
  const checker = createChecker({ vantage: 'both-ends' });
  for (const event of events) checker.observe(event);
  return checker.finish({ quiet: true });
}

describe('our own machines, before the judge', () => {
  it.each(stories)('break no promise in %s, from any of three seeds', async (name) => {
    for (const seed of [11, 12, 13]) {
      const report = judged(await told(name, seed));
      expect(report.violations.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([]);
    }
  });

  it('reach every rule in the stories together, with those of the swarm', async () => {
    const reached = new Set<string>();
    const reach = async (name: string, seed: number) => {
      for (const rule of judged(await told(name, seed)).rules) if (rule.reached > 0) reached.add(rule.rule);
    };
    for (const name of stories) await reach(name, 11);
    // What clients speak and wish they draw.
    for (const name of swarm) for (const seed of [11, 12]) await reach(`swarm/${name}`, seed);
    const missing = judged([]).rules.flatMap(({ rule }) => (reached.has(rule) ? [] : [rule]));
    expect(missing).toEqual([]);
  });
});

describe('a real run with one thing wrong', () => {
  /** The events without one of them, or with one twice; ordinals stay, since the judge only refers to them. */
  async function wronged(change: (events: TraceEvent[]) => void): Promise<string[]> {
    const events = await told('flapping-uplink.ts', 11);
    change(events);
    return brokenIn(judged(events));
  }

  function deliveries(events: readonly TraceEvent[]): number[] {
    return events.flatMap((event, at) => (event.k === 'app.delivered' ? [at] : []));
  }

  it('is accused of a delivery that is missing, wherever it is', async () => {
    for (const place of [0, 17, 50, 99]) {
      const broken = await wronged((events) => {
        events.splice(deliveries(events)[place]!, 1);
      });
      expect(broken).toEqual(['delivery.handed-over']);
    }
  });

  it('is accused of a delivery that comes twice', async () => {
    const broken = await wronged((events) => {
      const at = deliveries(events)[40]!;
      events.splice(at, 0, events[at]!);
    });
    expect(broken).toEqual(['delivery.exactly-once']);
  });

  it('is accused of a payload that changed on its way', async () => {
    const broken = await wronged((events) => {
      const at = deliveries(events)[40]!;
      const event = events[at] as TraceEvent & { k: 'app.delivered' };
      events[at] = { ...event, message: { ...event.message, payload: new Uint8Array([1]) } };
    });
    expect(broken).toContain('delivery.unchanged');
  });

  it('is accused of a message that the hub swallowed', async () => {
    const broken = await wronged((events) => {
      // Everything that the screen read of one message, and all that followed from it.
      const hidden = events.findLast(
        (event) => event.k === 'packet.sent' && event.n === 'hub' && event.bytes[0]! >> 4 === 3,
      )!;
      const id = (hidden as TraceEvent & { k: 'packet.sent' }).bytes;
      const topicLength = (id[2]! << 8) | id[3]!;
      const high = id[4 + topicLength]!;
      const low = id[5 + topicLength]!;
      const gone = new Set<number>();
      for (let at = events.indexOf(hidden); at < events.length; at++) {
        const event = events[at]!;
        if (event.k === 'packet.sent') {
          const type = event.bytes[0]! >> 4;
          const acknowledges = type >= 5 && type <= 7 && event.bytes[2] === high && event.bytes[3] === low;
          if (event !== hidden && !(acknowledges && event.conn === (hidden as typeof event).conn)) continue;
          gone.add(event.i);
        } else if (event.k === 'packet.received' && gone.has(event.of)) gone.add(event.i);
        else if (event.k === 'app.delivered') gone.add(event.i);
      }
      const kept = events.filter((event) => !gone.has(event.i));
      events.splice(0, events.length, ...kept);
    });
    expect(broken).toEqual(['delivery.exactly-once']);
  });
});
