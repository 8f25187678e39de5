/**
 * subscriber connects and subscribes to # and publisher connects and publishes 2 messages: an
 * accepted message of QoS 2 comes once to every session that subscribed.
 *
 * Found by amber 0.1.0 in sims/found/aedes-overtaken-is-dropped.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 23 events, 0 faults -> 23 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'delivery.exactly-once' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe # q2
 *   0.00615 s  publisher is told to connect to hub as publisher
 *   0.01025 s  publisher is told to publish "on" q2 retain on kept
 *   0.01025 s  publisher sends PUBLISH q2 #1 retain kept (2 B) on publisher>hub#1
 *   0.01025 s  publisher is told to publish "on" q2 on plain
 *   0.01025 s  publisher sends PUBLISH q2 #2 plain (2 B) on publisher>hub#1
 *   0.01125 s  hub receives PUBLISH q2 #1 retain kept (2 B) on publisher>hub#1
 *   0.01125 s  hub receives PUBLISH q2 #2 plain (2 B) on publisher>hub#1
 *   0.01135 s  hub sends PUBREC #1 on publisher>hub#1
 *   0.01235 s  publisher receives PUBREC #1 on publisher>hub#1
 *   0.0244 s  hub breaks delivery.exactly-once: a message of publisher on kept, QoS 2, accepted by hub at 0.01125 s, never came to subscriber: hub never sent it
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-overtaken-is-dropped.ts';

test('subscriber connects and subscribes to # and publisher connects and publishes 2 messages: an accepted message of QoS 2 comes once to every session that subscribed', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'delivery.exactly-once');
  expect(broken, 'delivery.exactly-once: an accepted message of QoS 2 comes once to every session that subscribed').toEqual([]);
  expect(error).toBeUndefined();
});
