/**
 * subscriber connects and subscribes to a/b and a/# and publisher connects and publishes "on" to
 * a/b: an accepted message of QoS 1 comes to every session that subscribed.
 *
 * Found by amber 0.1.0 in sims/found/aedes-overlapping-qos.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 16 events, 0 faults -> 16 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'delivery.at-least-once' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe a/b q0
 *   0.00615 s  subscriber is told to subscribe a/# q2
 *   0.0082 s  publisher is told to connect to hub as publisher
 *   0.0123 s  publisher is told to publish "on" q1 on a/b
 *   0.0123 s  publisher sends PUBLISH q1 #1 a/b (2 B) on publisher>hub#1
 *   0.0133 s  hub receives PUBLISH q1 #1 a/b (2 B) on publisher>hub#1
 *   0.0133 s  hub sends PUBACK #1 on publisher>hub#1
 *   0.0143 s  publisher receives PUBACK #1 on publisher>hub#1
 *   0.0243 s  hub breaks delivery.at-least-once: a message of publisher on a/b, QoS 1, accepted by hub at 0.0133 s, never came to subscriber: hub never sent it
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-overlapping-qos.ts';

test('subscriber connects and subscribes to a/b and a/# and publisher connects and publishes "on" to a/b: an accepted message of QoS 1 comes to every session that subscribed', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'delivery.at-least-once');
  expect(broken, 'delivery.at-least-once: an accepted message of QoS 1 comes to every session that subscribed').toEqual([]);
  expect(error).toBeUndefined();
});
