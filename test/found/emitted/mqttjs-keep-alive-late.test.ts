/**
 * A keep-alive on a long way, of MQTT.js: a client is never silent for longer than its keep-alive.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-keep-alive-late.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 7 events, 0 faults -> 7 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'keep-alive.client' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.0001 s  sensor is told to publish "on" q1 on state
 *   0.90005 s  sensor has sensor>hub#1 established
 *   0.90005 s  sensor sends CONNECT sensor clean, keep alive 1 s on sensor>hub#1
 *   1.35005 s  hub receives CONNECT sensor clean, keep alive 1 s on sensor>hub#1
 *   1.35005 s  hub sends CONNACK code 0 on sensor>hub#1
 *   1.80005 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   1.80005 s  sensor sends PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   2.25005 s  hub receives PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   2.25005 s  hub sends PUBACK #32767 on sensor>hub#1
 *   2.70005 s  sensor receives PUBACK #32767 on sensor>hub#1
 *   3.70005 s  sensor sends PINGREQ on sensor>hub#1
 *   3.70005 s  sensor breaks keep-alive.client: sensor sent nothing on sensor>hub#1 for 1.9 s; its keep-alive is 1 s
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-keep-alive-late.ts';

test('A keep-alive on a long way, of MQTT.js: a client is never silent for longer than its keep-alive', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'keep-alive.client');
  expect(broken, 'keep-alive.client: a client is never silent for longer than its keep-alive').toEqual([]);
  expect(error).toBeUndefined();
});
