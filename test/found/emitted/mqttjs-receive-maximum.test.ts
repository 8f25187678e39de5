/**
 * A Receive Maximum of two, for MQTT.js: no more messages of QoS 1 and 2 are in flight than their
 * reader takes.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-receive-maximum.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 16 events, 0 faults -> 16 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'flow.receive-maximum' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.00205 s  sensor has sensor>hub#1 established
 *   0.00205 s  sensor sends CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub receives CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor is told to publish "0" q1 on reading
 *   0.00405 s  sensor is told to publish "1" q1 on reading
 *   0.00405 s  sensor is told to publish "2" q1 on reading
 *   0.00405 s  sensor is told to publish "3" q1 on reading
 *   0.00405 s  sensor is told to publish "4" q1 on reading
 *   0.00405 s  sensor is told to publish "5" q1 on reading
 *   0.00405 s  sensor is told to publish "6" q1 on reading
 *   0.00405 s  sensor is told to publish "7" q1 on reading
 *   0.00405 s  sensor is told to publish "8" q1 on reading
 *   0.00405 s  sensor is told to publish "9" q1 on reading
 *   0.00405 s  sensor sends PUBLISH q1 #32767 reading (1 B) on sensor>hub#1
 *   0.00405 s  sensor sends PUBLISH q1 #32768 reading (1 B) on sensor>hub#1
 *   0.00405 s  sensor sends PUBLISH q1 #32769 reading (1 B) on sensor>hub#1
 *   0.00405 s  sensor breaks flow.receive-maximum: sensor sent PUBLISH #32769 as number 3 in flight to hub, whose Receive Maximum is 2
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-receive-maximum.ts';

test('A Receive Maximum of two, for MQTT.js: no more messages of QoS 1 and 2 are in flight than their reader takes', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'flow.receive-maximum');
  expect(broken, 'flow.receive-maximum: no more messages of QoS 1 and 2 are in flight than their reader takes').toEqual([]);
  expect(error).toBeUndefined();
});
