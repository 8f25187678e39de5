/**
 * subscriber connects and subscribes to a/+ and publisher connects and publishes "on" to a/: an
 * accepted message of QoS 1 comes to every session that subscribed.
 *
 * Found by amber 0.1.0 in sims/found/aedes-empty-level.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 14 events, 0 faults -> 14 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'delivery.at-least-once' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe a/+ q1
 *   0.00665 s  publisher is told to connect to hub as publisher
 *   0.01075 s  publisher is told to publish "on" q1 on a/
 *   0.01075 s  publisher sends PUBLISH q1 #1 a/ (2 B) on publisher>hub#1
 *   0.01175 s  hub receives PUBLISH q1 #1 a/ (2 B) on publisher>hub#1
 *   0.01175 s  hub sends PUBACK #1 on publisher>hub#1
 *   0.01185 s  hub sees subscriber>hub#1 end: closed
 *   0.01275 s  publisher receives PUBACK #1 on publisher>hub#1
 *   1.28275 s  hub breaks delivery.at-least-once: a message of publisher on a/, QoS 1, accepted by hub at 0.01175 s, never came to subscriber: hub never sent it; the connection of subscriber ended at 0.01185 s
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-empty-level.ts';

test('subscriber connects and subscribes to a/+ and publisher connects and publishes "on" to a/: an accepted message of QoS 1 comes to every session that subscribed', { timeout: 60_000 }, async () => {
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
