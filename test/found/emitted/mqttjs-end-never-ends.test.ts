/**
 * sensor~hub is reset before a PUBLISH of sensor: the application is told that its client has
 * ended.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-end-never-ends.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 7 events, 1 fault -> 7 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: the application is told that its client has ended' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00405 s  sensor is told to publish "off" q1 on state
 *   0.00405 s  sensor is told to disconnect
 *   0.00405 s  sensor~hub is reset before a PUBLISH of sensor
 *   5 min 0.0001 s  always fails: the application is told that its client has ended (mqttjs-end-never-ends.ts:19)
 *
 * margin: with the rule on sensor~hub (reset-before, a PUBLISH of sensor) 4.051ms later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-end-never-ends.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // sensor~hub is reset before a PUBLISH of sensor: the first
  {
    id: 'sensor~hub/rule#1',
    family: 'rule',
    target: 'sensor~hub',
    at: 0,
    detail: { verdict: 'reset-before', packet: 'publish', from: 'sensor' },
  },
];

test('sensor~hub is reset before a PUBLISH of sensor: the application is told that its client has ended', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'the application is told that its client has ended');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'the application is told that its client has ended').toEqual([]);
  expect(error).toBeUndefined();
});
