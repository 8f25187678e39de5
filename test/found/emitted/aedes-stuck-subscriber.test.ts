/**
 * stuck connects and subscribes to bulk, healthy connects and subscribes to news, publisher
 * connects and publishes 151 messages and stuck is paused: who reads is sent what was published.
 *
 * Found by amber 0.1.0 in sims/found/aedes-stuck-subscriber.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 212 events, 1 fault -> 212 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: who reads is sent what was published' broke:
 *
 *   0 s  stuck is told to connect to hub as stuck
 *   0.0041 s  healthy is told to connect to hub as healthy
 *   0.0082 s  publisher is told to connect to hub as publisher
 *   0.0123 s  stuck is told to subscribe bulk q0
 *   0.01435 s  healthy is told to subscribe news q0
 *   0.016 s  stuck is paused
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   ... 118 more ...
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (30000 B) q0 on bulk
 *   0.0164 s  publisher is told to publish "fine" q0 on news
 *   5 min 0.0164 s  always fails: who reads is sent what was published (aedes-stuck-subscriber.ts:21)
 *
 * margin: with the pause of stuck (at 0.016 s) 16ms earlier, or 130.52ms later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-stuck-subscriber.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // pause of stuck at 0.016 s
  { id: 'stuck/pause#1', family: 'pause', target: 'stuck', at: 16_000, detail: {} },
];

test('stuck connects and subscribes to bulk, healthy connects and subscribes to news, publisher connects and publishes 151 messages and stuck is paused: who reads is sent what was published', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '0.51.3' },
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'who reads is sent what was published');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'who reads is sent what was published').toEqual([]);
  expect(error).toBeUndefined();
});
