/**
 * Limits of a server, for MQTT.js: no packet is larger than its reader takes; a message that would
 * be is left out, and nothing else.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-announced-limits.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 5 events, 0 faults -> 5 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'size.maximum' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.00205 s  sensor has sensor>hub#1 established
 *   0.00205 s  sensor sends CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub receives CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor is told to publish "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." (1000 B) q1 retain on log
 *   0.00405 s  sensor sends PUBLISH q1 #32767 retain log (1000 B) on sensor>hub#1
 *   0.00405 s  sensor breaks size.maximum: sensor sent hub a PUBLISH of 1011 bytes, and it takes 100 at most
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-announced-limits.ts';

test('Limits of a server, for MQTT.js: no packet is larger than its reader takes; a message that would be is left out, and nothing else', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'size.maximum');
  expect(broken, 'size.maximum: no packet is larger than its reader takes; a message that would be is left out, and nothing else').toEqual([]);
  expect(error).toBeUndefined();
});
