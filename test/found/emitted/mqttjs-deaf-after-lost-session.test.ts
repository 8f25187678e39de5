/**
 * publisher connects and publishes "fine" to news and hub crashes: the desk subscribes again when
 * its session is gone.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-deaf-after-lost-session.ts, seed 1, on Node 20.20.2
 * and package-lock.json 619442faa89442e5: 15 events, 1 fault -> 15 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: the desk subscribes again when its session is gone' broke:
 *
 *   0 s  desk is told to connect to hub as desk
 *   0.0001 s  desk is told to subscribe news q1
 *   1 s  hub crashes for 1s
 *   6.0001 s  publisher is told to connect to hub as publisher
 *   6.0041 s  publisher is told to publish "fine" q1 on news
 *   6.0061 s  always fails: the desk subscribes again when its session is gone (mqttjs-deaf-after-lost-session.ts:25)
 *
 * margin: with the crash of hub (at 1 s) 997ms earlier, or 5.0053s later, the run passes
 * margin: with the crash of hub (at 1 s) however much shorter, or up to a minute longer, it breaks all the same
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-deaf-after-lost-session.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // crash of hub at 1 s for 1s
  {
    id: 'hub/crash#1',
    family: 'crash',
    target: 'hub',
    at: 1_000_000,
    duration: 1_000_000,
    detail: {},
  },
];

test('publisher connects and publishes "fine" to news and hub crashes: the desk subscribes again when its session is gone', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '4.3.8' },
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'the desk subscribes again when its session is gone');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'the desk subscribes again when its session is gone').toEqual([]);
  expect(error).toBeUndefined();
});
