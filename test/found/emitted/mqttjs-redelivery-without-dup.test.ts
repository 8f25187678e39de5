/**
 * sensor~hub is reset before a PUBACK of hub: DUP is 1 on every re-delivery, 0 on the first and 0
 * at QoS 0.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-redelivery-without-dup.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 10 events, 1 fault -> 10 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'delivery.dup-flag' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.0001 s  sensor is told to publish "on" q1 on state
 *   0.00205 s  sensor has sensor>hub#1 established
 *   0.00205 s  sensor sends CONNECT sensor resuming, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub receives CONNECT sensor resuming, keep alive 60 s on sensor>hub#1
 *   0.00355 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.00455 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.00455 s  sensor sends PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   0.00555 s  hub receives PUBLISH q1 #32767 state (2 B) on sensor>hub#1
 *   0.00555 s  hub sends PUBACK #32767 on sensor>hub#1
 *   0.00555 s  sensor~hub is reset before a PUBACK of hub
 *   0.00555 s  sensor sees sensor>hub#1 end: reset
 *   1.00565 s  sensor dials sensor>hub#2
 *   1.00765 s  sensor has sensor>hub#2 established
 *   1.00765 s  sensor sends CONNECT sensor resuming, keep alive 60 s on sensor>hub#2
 *   1.00865 s  hub receives CONNECT sensor resuming, keep alive 60 s on sensor>hub#2
 *   1.00865 s  hub sends CONNACK code 0, session present on sensor>hub#2
 *   1.00965 s  sensor receives CONNACK code 0, session present on sensor>hub#2
 *   1.00965 s  sensor sends PUBLISH q1 #32767 state (2 B) on sensor>hub#2
 *   1.00965 s  sensor breaks delivery.dup-flag: sensor sent PUBLISH #32767 on state again with DUP 0; it was sent before at 0.00455 s
 *
 * margin: with the rule on sensor~hub (reset-before, a PUBACK of hub) 5.551ms later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-redelivery-without-dup.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // sensor~hub is reset before a PUBACK of hub: the first
  {
    id: 'sensor~hub/rule#1',
    family: 'rule',
    target: 'sensor~hub',
    at: 0,
    detail: { verdict: 'reset-before', packet: 'puback', from: 'hub' },
  },
];

test('sensor~hub is reset before a PUBACK of hub: DUP is 1 on every re-delivery, 0 on the first and 0 at QoS 0', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'delivery.dup-flag');
  expect(broken, 'delivery.dup-flag: DUP is 1 on every re-delivery, 0 on the first and 0 at QoS 0').toEqual([]);
  expect(error).toBeUndefined();
});
