/**
 * subscriber connects and subscribes to #, first connects and publishes an empty payload to one,
 * second connects and publishes an empty payload to two and first~hub is reset before a PUBREL of
 * first: an accepted message of QoS 2 comes once to every session that subscribed.
 *
 * Found by amber 0.1.0 in sims/found/aedes-identifier-of-a-clean-session.ts, seed 1, on Node
 * 20.20.2 and package-lock.json 619442faa89442e5: 26 events, 1 fault -> 26 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'delivery.exactly-once' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe # q2
 *   0.00615 s  first is told to connect to hub as publisher
 *   0.01025 s  first is told to publish an empty payload q2 on one
 *   0.01235 s  first~hub is reset before a PUBREL of first
 *   0.01235 s  second is told to connect to hub as publisher
 *   0.01645 s  second is told to publish an empty payload q2 on two
 *   0.01645 s  second sends PUBLISH q2 #1 two (0 B) on second>hub#1
 *   0.01745 s  hub receives PUBLISH q2 #1 two (0 B) on second>hub#1
 *   0.01745 s  hub sends PUBREC #1 on second>hub#1
 *   0.01845 s  second receives PUBREC #1 on second>hub#1
 *   0.02045 s  hub breaks delivery.exactly-once: a message of publisher on two, QoS 2, accepted by hub at 0.01745 s, never came to subscriber: hub never sent it
 *
 * margin: with the rule on first~hub (reset-before, a PUBREL of first) 5.85ms earlier, or 351us later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-identifier-of-a-clean-session.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // first~hub is reset before a PUBREL of first: the first from 0.012 s on
  {
    id: 'first~hub/rule#1',
    family: 'rule',
    target: 'first~hub',
    at: 12_000,
    detail: { verdict: 'reset-before', packet: 'pubrel', from: 'first' },
  },
];

test('subscriber connects and subscribes to #, first connects and publishes an empty payload to one, second connects and publishes an empty payload to two and first~hub is reset before a PUBREL of first: an accepted message of QoS 2 comes once to every session that subscribed', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '1.1.3' },
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'delivery.exactly-once');
  expect(broken, 'delivery.exactly-once: an accepted message of QoS 2 comes once to every session that subscribed').toEqual([]);
  expect(error).toBeUndefined();
});
