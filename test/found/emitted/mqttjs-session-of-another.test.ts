/**
 * A session of another process, for MQTT.js: who has no session leaves one that is present.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-session-of-another.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 8 events, 0 faults -> 8 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: who has no session leaves one that is present' broke:
 *
 *   0 s  one is told to connect to hub as sensor
 *   1 s  one is told to disconnect
 *   1.00205 s  another is told to connect to hub as sensor
 *   6.00205 s  always fails: who has no session leaves one that is present (mqttjs-session-of-another.ts:20)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-session-of-another.ts';

test('A session of another process, for MQTT.js: who has no session leaves one that is present', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'who has no session leaves one that is present');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'who has no session leaves one that is present').toEqual([]);
  expect(error).toBeUndefined();
});
