/**
 * publisher connects and publishes "on" to state and subscriber connects and subscribes to state:
 * what was unacknowledged is sent again when the session is resumed.
 *
 * Found by amber 0.1.0 in sims/found/aedes-retained-qos2.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 18 events, 0 faults -> 18 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'session.resumed' broke:
 *
 *   0 s  publisher is told to connect to hub as publisher
 *   0.0041 s  publisher is told to publish "on" q2 retain on state
 *   0.0081 s  subscriber is told to connect to hub as subscriber
 *   0.0081 s  subscriber dials subscriber>hub#1
 *   0.0101 s  subscriber has subscriber>hub#1 established
 *   0.0101 s  subscriber sends CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#1
 *   0.01115 s  hub receives CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#1
 *   0.0112 s  hub sends CONNACK code 0 on subscriber>hub#1
 *   0.0122 s  subscriber receives CONNACK code 0 on subscriber>hub#1
 *   0.0122 s  subscriber is told to subscribe state q2
 *   0.0127 s  subscriber sends SUBSCRIBE #1 state q2 on subscriber>hub#1
 *   0.0137 s  hub receives SUBSCRIBE #1 state q2 on subscriber>hub#1
 *   0.01375 s  hub sends SUBACK #1 2 on subscriber>hub#1
 *   0.01385 s  hub sends PUBLISH q2 #18432 retain state (2 B) on subscriber>hub#1
 *   0.01485 s  subscriber receives PUBLISH q2 #18432 retain state (2 B) on subscriber>hub#1
 *   0.01575 s  subscriber sends PUBREC #18432 on subscriber>hub#1
 *   0.01675 s  hub receives PUBREC #18432 on subscriber>hub#1
 *   0.01675 s  hub sees subscriber>hub#1 end: closed
 *   0.01775 s  subscriber sees subscriber>hub#1 end: finished
 *   0.76775 s  subscriber dials subscriber>hub#2
 *   0.76975 s  subscriber has subscriber>hub#2 established
 *   0.76975 s  subscriber sends CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.7708 s  hub receives CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.7709 s  hub sends CONNACK code 0, session present on subscriber>hub#2
 *   1.28475 s  hub breaks session.resumed: hub never sent PUBREL #18432 on state again after its session was resumed; it was sent at 0.01385 s on subscriber>hub#1 and is not acknowledged
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-retained-qos2.ts';

test('publisher connects and publishes "on" to state and subscriber connects and subscribes to state: what was unacknowledged is sent again when the session is resumed', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'session.resumed');
  expect(broken, 'session.resumed: what was unacknowledged is sent again when the session is resumed').toEqual([]);
  expect(error).toBeUndefined();
});
