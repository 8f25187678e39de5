/**
 * publisher connects and publishes "news" to open and desk~hub is reset: the desk subscribes again
 * to what it was granted.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-resubscribes-to-nothing.ts, seed 1, on Node 20.20.2
 * and package-lock.json 619442faa89442e5: 15 events, 1 fault -> 15 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: the desk subscribes again to what it was granted' broke:
 *
 *   0 s  desk is told to connect to hub as desk
 *   0.0001 s  desk is told to subscribe open q1, secret q1
 *   1 s  desk~hub is reset
 *   6.0001 s  publisher is told to connect to hub as publisher
 *   6.0041 s  publisher is told to publish "news" q1 on open
 *   6.0061 s  always fails: the desk subscribes again to what it was granted (mqttjs-resubscribes-to-nothing.ts:23)
 *
 * margin: with the reset of desk~hub (at 1 s) 994ms earlier, or 5.008s later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-resubscribes-to-nothing.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // reset of desk~hub at 1 s
  { id: 'desk~hub/reset#1', family: 'reset', target: 'desk~hub', at: 1_000_000, detail: {} },
];

test('publisher connects and publishes "news" to open and desk~hub is reset: the desk subscribes again to what it was granted', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'the desk subscribes again to what it was granted');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'the desk subscribes again to what it was granted').toEqual([]);
  expect(error).toBeUndefined();
});
