/**
 * sensor~hub is reset: a client that goes on gives up no reading.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-given-up-while-resending.ts, seed 1, on Node 20.20.2
 * and package-lock.json 619442faa89442e5: 21 events, 1 fault -> 20 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'always: a client that goes on gives up no reading' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.0001 s  sensor is told to publish "1" q1 on reading
 *   0.00015 s  sensor is told to publish "2" q1 on reading
 *   0.0002 s  sensor is told to publish "3" q1 on reading
 *   0.00025 s  sensor is told to publish "4" q1 on reading
 *   1 s  sensor~hub is reset
 *   1.00005 s  sensor is told to publish "5" q1 on reading
 *   8.50015 s  always fails: a client that goes on gives up no reading (mqttjs-given-up-while-resending.ts:27)
 *
 * margin: with the reset of sensor~hub (at 1 s) 1us earlier, or 801ms later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-given-up-while-resending.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // reset of sensor~hub at 1 s
  { id: 'sensor~hub/reset#1', family: 'reset', target: 'sensor~hub', at: 1_000_000, detail: {} },
];

test('sensor~hub is reset: a client that goes on gives up no reading', { timeout: 60_000 }, async () => {
  const { asserts, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const claims = asserts.filter(({ text }) => text === 'a client that goes on gives up no reading');
  expect(claims, 'the story still makes this claim').not.toEqual([]);
  const broken = claims.filter(({ held, evaluated }) => held < evaluated);
  expect(broken, 'a client that goes on gives up no reading').toEqual([]);
  expect(error).toBeUndefined();
});
