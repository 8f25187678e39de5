/**
 * listener connects and subscribes to gone, first connects, second connects and hub crashes: the
 * will of a device outlives the broker.
 *
 * Found by amber 0.1.0 in sims/found/aedes-will-of-a-takeover.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 25 events, 1 fault -> 25 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: the will of a device outlives the broker' broke:
 *
 *   0.0001 s  listener is told to connect to hub as listener
 *   0.0043 s  listener is told to subscribe gone q1
 *   0.0069 s  first is told to connect to hub as device
 *   1.0112 s  second is told to connect to hub as device
 *   2 s  hub crashes for 1s
 *   5 min 2.0157 s  always fails: the will of a device outlives the broker (aedes-will-of-a-takeover.ts:23)
 *
 * margin: with the crash of hub (at 2 s) however much earlier, or up to a minute later, it breaks all the same
 * margin: with the crash of hub (at 2 s) however much shorter, or up to a minute longer, it breaks all the same
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-will-of-a-takeover.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // crash of hub at 2 s for 1s
  {
    id: 'hub/crash#1',
    family: 'crash',
    target: 'hub',
    at: 2_000_000,
    duration: 1_000_000,
    detail: {},
  },
];

test('listener connects and subscribes to gone, first connects, second connects and hub crashes: the will of a device outlives the broker', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'the will of a device outlives the broker');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'the will of a device outlives the broker').toEqual([]);
  expect(error).toBeUndefined();
});
