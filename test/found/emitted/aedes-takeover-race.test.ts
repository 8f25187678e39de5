/**
 * Three connections of one client, to aedes: a second connection of a client ends the first.
 *
 * Found by amber 0.1.0 in sims/found/aedes-takeover-race.ts, seed 6, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 8 events, 0 faults -> 8 events, 0 faults.
 * How long each segment takes, and which are lost, is the luck of seed 6.
 *
 * How 'session.takeover' broke:
 *
 *   0.008161 s  device sends CONNECT device clean, keep alive 0 s on device>hub#2
 *   0.0092 s  hub receives CONNECT device clean, keep alive 0 s on device>hub#2
 *   0.0093 s  hub sends CONNACK code 0 on device>hub#2
 *   0.0123 s  device sends CONNECT device clean, keep alive 0 s on device>hub#3
 *   0.01335 s  hub receives CONNECT device clean, keep alive 0 s on device>hub#3
 *   0.0134 s  hub sends CONNACK code 0 on device>hub#3
 *   0.0144 s  hub breaks session.takeover: hub left device>hub#2 of device open after it had accepted device>hub#3 for the same client
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-takeover-race.ts';

test('Three connections of one client, to aedes: a second connection of a client ends the first', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    seed: '6',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'session.takeover');
  expect(broken, 'session.takeover: a second connection of a client ends the first').toEqual([]);
  expect(error).toBeUndefined();
});
