/**
 * An end while a client dials, of MQTT.js: one connection is enough where nothing goes wrong.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-two-at-once.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 29 events, 0 faults -> 29 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: one connection is enough where nothing goes wrong' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   1 s  sensor is told to disconnect
 *   1 s  sensor is told to connect to hub as sensor
 *   1 min 1 s  always fails: one connection is enough where nothing goes wrong (mqttjs-two-at-once.ts:19)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-two-at-once.ts';

test('An end while a client dials, of MQTT.js: one connection is enough where nothing goes wrong', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'one connection is enough where nothing goes wrong');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'one connection is enough where nothing goes wrong').toEqual([]);
  expect(error).toBeUndefined();
});
