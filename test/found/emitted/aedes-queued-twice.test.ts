/**
 * subscriber connects twice, subscribes to a/# and a/b and disconnects and publisher connects and
 * publishes "on" to a/b: a session that returns may stay.
 *
 * Found by amber 0.1.0 in sims/found/aedes-queued-twice.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 263 events, 0 faults -> 257 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: a session that returns may stay' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe a/# q2, a/b q2
 *   0.0067 s  subscriber is told to disconnect
 *   1.0067 s  publisher is told to connect to hub as publisher
 *   1.0108 s  publisher is told to publish "on" q2 on a/b
 *   2.0148 s  subscriber is told to connect to hub as subscriber
 *   32.019 s  always fails: a session that returns may stay (aedes-queued-twice.ts:25)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-queued-twice.ts';

test('subscriber connects twice, subscribes to a/# and a/b and disconnects and publisher connects and publishes "on" to a/b: a session that returns may stay', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'a session that returns may stay');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'a session that returns may stay').toEqual([]);
  expect(error).toBeUndefined();
});
