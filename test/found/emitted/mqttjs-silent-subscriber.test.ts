/**
 * sensor connects and publishes "on" to reading: a client is never silent for longer than its
 * keep-alive.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-silent-subscriber.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 51 events, 0 faults -> 13 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'keep-alive.client' broke:
 *
 *   0 s  desk is told to connect to hub as desk
 *   0.00005 s  desk dials desk>hub#1
 *   0.0001 s  desk is told to subscribe reading q0
 *   0.00205 s  desk has desk>hub#1 established
 *   0.00205 s  desk sends CONNECT desk clean, keep alive 10 s on desk>hub#1
 *   0.00305 s  hub receives CONNECT desk clean, keep alive 10 s on desk>hub#1
 *   0.00305 s  hub sends CONNACK code 0 on desk>hub#1
 *   0.00405 s  desk receives CONNACK code 0 on desk>hub#1
 *   0.00405 s  desk sends SUBSCRIBE #32767 reading q0 on desk>hub#1
 *   0.00605 s  sensor is told to connect to hub as sensor
 *   2.01005 s  sensor is told to publish "on" q0 on reading
 *   2.01005 s  sensor sends PUBLISH q0 reading (2 B) on sensor>hub#1
 *   2.01105 s  hub receives PUBLISH q0 reading (2 B) on sensor>hub#1
 *   2.01105 s  hub sends PUBLISH q0 reading (2 B) on desk>hub#1
 *   2.01205 s  desk receives PUBLISH q0 reading (2 B) on desk>hub#1
 *   12.01205 s  desk sends PINGREQ on desk>hub#1
 *   12.01205 s  desk breaks keep-alive.client: desk sent nothing on desk>hub#1 for 12.008 s; its keep-alive is 10 s
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-silent-subscriber.ts';

test('sensor connects and publishes "on" to reading: a client is never silent for longer than its keep-alive', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '5.5.5' },
    faults: { plan: [] },
    omit: [
      'sensor/publish#1',
      'sensor/publish#3',
      'sensor/publish#4',
      'sensor/publish#5',
      'sensor/publish#6',
      'sensor/publish#7',
      'sensor/publish#8',
      'sensor/publish#9',
      'sensor/publish#10',
      'sensor/publish#11',
      'sensor/publish#12',
      'sensor/publish#13',
      'sensor/publish#14',
      'sensor/publish#15',
      'sensor/publish#16',
      'sensor/publish#17',
      'sensor/publish#18',
      'sensor/publish#19',
    ],
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'keep-alive.client');
  expect(broken, 'keep-alive.client: a client is never silent for longer than its keep-alive').toEqual([]);
  expect(error).toBeUndefined();
});
