/**
 * sensor~hub swallows its connections: a connection that works is kept.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-keep-alive-of-the-last.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 90 events, 2 faults -> 91 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: a connection that works is kept' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   1 s  sensor~hub swallows its connections
 *   30.5001 s  always fails: a connection that works is kept (mqttjs-keep-alive-of-the-last.ts:23)
 *
 * margin: with the black-hole of sensor~hub (at 1 s) 997ms earlier, or 24.01s later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-keep-alive-of-the-last.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // black-hole of sensor~hub at 1 s
  {
    id: 'sensor~hub/black-hole#1',
    family: 'black-hole',
    target: 'sensor~hub',
    at: 1_000_000,
    detail: {},
  },
];

test('sensor~hub swallows its connections: a connection that works is kept', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '5.3.4' },
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'a connection that works is kept');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'a connection that works is kept').toEqual([]);
  expect(error).toBeUndefined();
});
