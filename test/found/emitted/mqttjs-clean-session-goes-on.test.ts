/**
 * sensor~hub is reset before a PUBREL of sensor: PUBREC is answered with PUBREL, and PUBREL with
 * PUBCOMP.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-clean-session-goes-on.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 11 events, 1 fault -> 11 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'answer.release' broke:
 *
 *   0 s  sensor is told to connect to hub as sensor
 *   0.00005 s  sensor dials sensor>hub#1
 *   0.0001 s  sensor is told to publish "on" q2 on state
 *   0.00205 s  sensor has sensor>hub#1 established
 *   0.00205 s  sensor sends CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub receives CONNECT sensor clean, keep alive 60 s on sensor>hub#1
 *   0.00305 s  hub sends CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor receives CONNACK code 0 on sensor>hub#1
 *   0.00405 s  sensor sends PUBLISH q2 #32767 state (2 B) on sensor>hub#1
 *   0.00505 s  hub receives PUBLISH q2 #32767 state (2 B) on sensor>hub#1
 *   0.00505 s  hub sends PUBREC #32767 on sensor>hub#1
 *   0.00605 s  sensor receives PUBREC #32767 on sensor>hub#1
 *   0.00605 s  sensor sends PUBREL #32767 on sensor>hub#1
 *   0.00605 s  sensor~hub is reset before a PUBREL of sensor
 *   0.00605 s  sensor sees sensor>hub#1 end: reset
 *   1.0062 s  sensor dials sensor>hub#2
 *   1.0082 s  sensor has sensor>hub#2 established
 *   1.0082 s  sensor sends CONNECT sensor clean, keep alive 60 s on sensor>hub#2
 *   1.0092 s  hub receives CONNECT sensor clean, keep alive 60 s on sensor>hub#2
 *   1.0092 s  hub sends CONNACK code 0 on sensor>hub#2
 *   1.0102 s  sensor receives CONNACK code 0 on sensor>hub#2
 *   1.0102 s  sensor sends PUBREL #32767 on sensor>hub#2
 *   1.0102 s  sensor breaks answer.release: sensor sent PUBREL #32767 on sensor>hub#2, which answers nothing that it had read
 *
 * margin: with the rule on sensor~hub (reset-before, a PUBREL of sensor) 6.052ms later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-clean-session-goes-on.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // sensor~hub is reset before a PUBREL of sensor: the first
  {
    id: 'sensor~hub/rule#1',
    family: 'rule',
    target: 'sensor~hub',
    at: 0,
    detail: { verdict: 'reset-before', packet: 'pubrel', from: 'sensor' },
  },
];

test('sensor~hub is reset before a PUBREL of sensor: PUBREC is answered with PUBREL, and PUBREL with PUBCOMP', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'answer.release');
  expect(broken, 'answer.release: PUBREC is answered with PUBREL, and PUBREL with PUBCOMP').toEqual([]);
  expect(error).toBeUndefined();
});
