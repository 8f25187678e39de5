/**
 * subscriber connects twice, subscribes to a/# and a/b and disconnects and publisher connects and
 * publishes 30 messages to a/b: all that was accepted for the session comes to it.
 *
 * Found by amber 0.1.0 in sims/found/aedes-overlapping-queue.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 234 events, 0 faults -> 234 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: all that was accepted for the session comes to it' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.005 s  subscriber is told to subscribe a/# q1, a/b q1
 *   0.0085 s  subscriber is told to disconnect
 *   0.0085 s  publisher is told to connect to hub as publisher
 *   0.0135 s  publisher is told to publish "queued 1" q1 on a/b
 *   0.0155 s  publisher is told to publish "queued 2" q1 on a/b
 *   0.0175 s  publisher is told to publish "queued 3" q1 on a/b
 *   0.0195 s  publisher is told to publish "queued 4" q1 on a/b
 *   0.0215 s  publisher is told to publish "queued 5" q1 on a/b
 *   0.0235 s  publisher is told to publish "queued 6" q1 on a/b
 *   0.0255 s  publisher is told to publish "queued 7" q1 on a/b
 *   0.0275 s  publisher is told to publish "queued 8" q1 on a/b
 *   0.0295 s  publisher is told to publish "queued 9" q1 on a/b
 *   0.0315 s  publisher is told to publish "queued 10" q1 on a/b
 *   0.0335 s  publisher is told to publish "queued 11" q1 on a/b
 *   0.0355 s  publisher is told to publish "queued 12" q1 on a/b
 *   0.0375 s  publisher is told to publish "queued 13" q1 on a/b
 *   0.0395 s  publisher is told to publish "queued 14" q1 on a/b
 *   0.0415 s  publisher is told to publish "queued 15" q1 on a/b
 *   0.0435 s  publisher is told to publish "queued 16" q1 on a/b
 *   0.0455 s  publisher is told to publish "queued 17" q1 on a/b
 *   0.0475 s  publisher is told to publish "queued 18" q1 on a/b
 *   0.0495 s  publisher is told to publish "queued 19" q1 on a/b
 *   0.0515 s  publisher is told to publish "queued 20" q1 on a/b
 *   0.0535 s  subscriber is told to connect to hub as subscriber
 *   0.0595 s  publisher is told to publish "live 1" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 2" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 3" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 4" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 5" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 6" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 7" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 8" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 9" q1 on a/b
 *   0.0595 s  publisher is told to publish "live 10" q1 on a/b
 *   20.062 s  always fails: all that was accepted for the session comes to it (aedes-overlapping-queue.ts:22)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-overlapping-queue.ts';

test('subscriber connects twice, subscribes to a/# and a/b and disconnects and publisher connects and publishes 30 messages to a/b: all that was accepted for the session comes to it', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'all that was accepted for the session comes to it');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'all that was accepted for the session comes to it').toEqual([]);
  expect(error).toBeUndefined();
});
