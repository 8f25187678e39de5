/**
 * subscriber connects and subscribes to a, publisher connects and publishes "on" to a and
 * subscriber~hub is reset before a PUBACK of subscriber: DUP is 1 on every re-delivery, 0 on the
 * first and 0 at QoS 0.
 *
 * Found by amber 0.1.0 in sims/found/aedes-redelivery-without-dup.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 18 events, 1 fault -> 18 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'delivery.dup-flag' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe a q1
 *   0.00665 s  publisher is told to connect to hub as publisher
 *   0.01075 s  publisher is told to publish "on" q1 on a
 *   0.01075 s  publisher sends PUBLISH q1 #1 a (2 B) on publisher>hub#1
 *   0.01175 s  hub receives PUBLISH q1 #1 a (2 B) on publisher>hub#1
 *   0.01185 s  hub sends PUBLISH q1 #34816 a (2 B) on subscriber>hub#1
 *   0.01285 s  subscriber receives PUBLISH q1 #34816 a (2 B) on subscriber>hub#1
 *   0.01285 s  subscriber sends PUBACK #34816 on subscriber>hub#1
 *   0.01285 s  subscriber~hub is reset before a PUBACK of subscriber
 *   0.01285 s  subscriber sees subscriber>hub#1 end: reset
 *   0.76285 s  subscriber dials subscriber>hub#2
 *   0.76485 s  subscriber has subscriber>hub#2 established
 *   0.76485 s  subscriber sends CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.7659 s  hub receives CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.76605 s  hub sends PUBLISH q1 #34816 a (2 B) on subscriber>hub#2
 *   0.76605 s  hub breaks delivery.dup-flag: hub sent PUBLISH #34816 on a again with DUP 0; it was sent before at 0.01185 s
 *
 * margin: with the rule on subscriber~hub (reset-before, a PUBACK of subscriber) 12ms earlier, or 851us later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-redelivery-without-dup.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // subscriber~hub is reset before a PUBACK of subscriber: the first from 0.012 s on
  {
    id: 'subscriber~hub/rule#1',
    family: 'rule',
    target: 'subscriber~hub',
    at: 12_000,
    detail: { verdict: 'reset-before', packet: 'puback', from: 'subscriber' },
  },
];

test('subscriber connects and subscribes to a, publisher connects and publishes "on" to a and subscriber~hub is reset before a PUBACK of subscriber: DUP is 1 on every re-delivery, 0 on the first and 0 at QoS 0', { timeout: 60_000 }, async () => {
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
