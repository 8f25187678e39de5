/**
 * Pings that are answered, of MQTT.js: a connection on which every ping is answered is kept.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-answered-pings.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 17 events, 0 faults -> 17 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: a connection on which every ping is answered is kept' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   10.0001 s  always fails: a connection on which every ping is answered is kept (mqttjs-answered-pings.ts:16)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-answered-pings.ts';

test('Pings that are answered, of MQTT.js: a connection on which every ping is answered is kept', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '5.8.0' },
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'a connection on which every ping is answered is kept');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'a connection on which every ping is answered is kept').toEqual([]);
  expect(error).toBeUndefined();
});
