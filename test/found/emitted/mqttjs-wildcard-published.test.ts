/**
 * A message to a wildcard, from MQTT.js: PUBLISH has a topic name without wildcards, a QoS, and an
 * identifier only above QoS 0.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-wildcard-published.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 5 events, 0 faults -> 5 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'format.publish' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.0001 s  sensor is told to publish "on" q1 on plant/#
 *   0.00205 s  sensor has sensor>hub#1 established
 *   0.00205 s  sensor sends CONNECT sensor resuming, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub receives CONNECT sensor resuming, keep alive 60 s on sensor>hub#1
 *   0.00355 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.00455 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.00455 s  sensor sends 15 B that are no packet on sensor>hub#1
 *   0.00455 s  sensor breaks format.publish: sensor sent what is no PUBLISH (PUBLISH: Topic Name contains a wildcard ('+' or '#'), which only a Topic Filter may (byte 2, 3.1.1/MQTT-3.3.2-2)), on sensor>hub#1
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-wildcard-published.ts';

test('A message to a wildcard, from MQTT.js: PUBLISH has a topic name without wildcards, a QoS, and an identifier only above QoS 0', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'format.publish');
  expect(broken, 'format.publish: PUBLISH has a topic name without wildcards, a QoS, and an identifier only above QoS 0').toEqual([]);
  expect(error).toBeUndefined();
});
