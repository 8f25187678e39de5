/**
 * Readings while a client connects, of MQTT.js: messages of one publisher, topic and QoS come in
 * the order in which they were published.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-queue-overtaken.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 18 events, 0 faults -> 18 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'ordering.messages' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.0001 s  sensor is told to publish "on" q1 on state
 *   0.1001 s  sensor is told to publish "1" q0 on reading
 *   0.2001 s  sensor is told to publish "2" q0 on reading
 *   0.30005 s  sensor has sensor>hub#1 established
 *   0.30005 s  sensor sends CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.3001 s  sensor is told to publish "3" q0 on reading
 *   0.4001 s  sensor is told to publish "4" q0 on reading
 *   0.45005 s  hub receives CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.45005 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.5001 s  sensor is told to publish "5" q0 on reading
 *   0.60005 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.60005 s  sensor sends PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   0.6001 s  sensor is told to publish "6" q0 on reading
 *   0.7001 s  sensor is told to publish "7" q0 on reading
 *   0.75005 s  hub receives PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   0.75005 s  hub sends PUBACK #32767 on sensor>hub#1
 *   0.8001 s  sensor is told to publish "8" q0 on reading
 *   0.90005 s  sensor receives PUBACK #32767 on sensor>hub#1
 *   0.90005 s  sensor sends PUBLISH q0 reading (1 B) on sensor>hub#1
 *   0.90005 s  sensor sends PUBLISH q0 reading (1 B) on sensor>hub#1
 *   0.90005 s  sensor sends PUBLISH q0 reading (1 B) on sensor>hub#1
 *   0.90005 s  sensor sends PUBLISH q0 reading (1 B) on sensor>hub#1
 *   0.90005 s  sensor breaks ordering.messages: sensor sent a message on reading after one that its application published later, of the same topic and QoS
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-queue-overtaken.ts';

test('Readings while a client connects, of MQTT.js: messages of one publisher, topic and QoS come in the order in which they were published', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'ordering.messages');
  expect(broken, 'ordering.messages: messages of one publisher, topic and QoS come in the order in which they were published').toEqual([]);
  expect(error).toBeUndefined();
});
