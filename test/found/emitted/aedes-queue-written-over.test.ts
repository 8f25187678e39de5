/**
 * subscriber connects twice, subscribes to a and disconnects, publisher connects and publishes 2
 * messages to a and hub crashes: messages of one publisher, topic and QoS come in the order in
 * which they were published.
 *
 * Found by amber 0.1.0 in sims/found/aedes-queue-written-over.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 94 events, 1 fault -> 25 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'ordering.messages' broke:
 *
 *   0.0001 s  subscriber is told to connect to hub as subscriber
 *   0.0043 s  subscriber is told to subscribe a q1
 *   0.0069 s  subscriber is told to disconnect
 *   0.0069 s  publisher is told to connect to hub as publisher
 *   0.01115 s  publisher is told to publish "before 2" q1 on a
 *   0.01115 s  publisher sends PUBLISH q1 #1 a (8 B) on publisher>hub#1
 *   0.01215 s  hub receives PUBLISH q1 #1 a (8 B) on publisher>hub#1
 *   1 s  hub crashes for 1s
 *   6.01315 s  publisher is told to publish "after 10" q1 on a
 *   6.01515 s  subscriber is told to connect to hub as subscriber
 *   6.01515 s  subscriber dials subscriber>hub#2
 *   6.01715 s  subscriber has subscriber>hub#2 established
 *   6.01715 s  subscriber sends CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   6.0182 s  hub receives CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   6.01885 s  hub sends PUBLISH q1 #8193 a (8 B) on subscriber>hub#2
 *   6.01885 s  hub breaks ordering.messages: hub sent subscriber a message of publisher on a (event 41) after a later one of the same topic and QoS
 *
 * margin: with the crash of hub (at 1 s) 988ms earlier, or 5.0145s later, the run passes
 * margin: with the crash of hub (at 1 s) however much shorter, or up to a minute longer, it breaks all the same
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-queue-written-over.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // crash of hub at 1 s for 1s
  {
    id: 'hub/crash#1',
    family: 'crash',
    target: 'hub',
    at: 1_000_000,
    duration: 1_000_000,
    detail: {},
  },
];

test('subscriber connects twice, subscribes to a and disconnects, publisher connects and publishes 2 messages to a and hub crashes: messages of one publisher, topic and QoS come in the order in which they were published', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    omit: [
      'publisher/publish#1',
      'publisher/publish#3',
      'publisher/publish#4',
      'publisher/publish#5',
      'publisher/publish#6',
      'publisher/publish#7',
      'publisher/publish#8',
      'publisher/publish#9',
      'publisher/publish#10',
      'publisher/publish#11',
      'publisher/publish#12',
      'publisher/publish#13',
      'publisher/publish#14',
      'publisher/publish#15',
      'publisher/publish#16',
      'publisher/publish#17',
      'publisher/publish#18',
      'publisher/publish#19',
    ],
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'ordering.messages');
  expect(broken, 'ordering.messages: messages of one publisher, topic and QoS come in the order in which they were published').toEqual([]);
  expect(error).toBeUndefined();
});
