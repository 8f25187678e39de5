/**
 * listener connects and subscribes to gone, first connects and second connects: the will of a
 * device that is gone is published.
 *
 * Found by amber 0.1.0 in sims/found/aedes-will-of-a-takeover.ts, seed 1: 25 events, 1 fault -> 34
 * events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: the will of a device that is gone is published' broke:
 *
 *   0.0001 s  listener is told to connect to hub as listener
 *   0.0043 s  listener is told to subscribe gone q1
 *   0.0069 s  first is told to connect to hub as device
 *   1.0112 s  second is told to connect to hub as device
 *   5 min 2.0157 s  always fails: the will of a device that is gone is published (aedes-will-of-a-takeover.ts:22)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-will-of-a-takeover.ts';

test('listener connects and subscribes to gone, first connects and second connects: the will of a device that is gone is published', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
  });
  const claims = asserts.filter(({ text }) => text === 'the will of a device that is gone is published');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'the will of a device that is gone is published').toEqual([]);
  expect(error).toBeUndefined();
});
