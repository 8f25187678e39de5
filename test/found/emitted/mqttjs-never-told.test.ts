/**
 * A message of a client that is ended, of MQTT.js: who publishes is told what became of it.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-never-told.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 5 events, 0 faults -> 5 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'always: who publishes is told what became of it' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.40005 s  sensor is told to publish "off" q1 on state
 *   0.40005 s  sensor is told to disconnect
 *   5 min 0.0001 s  always fails: who publishes is told what became of it (mqttjs-never-told.ts:19)
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-never-told.ts';

test('A message of a client that is ended, of MQTT.js: who publishes is told what became of it', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'who publishes is told what became of it');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'who publishes is told what became of it').toEqual([]);
  expect(error).toBeUndefined();
});
