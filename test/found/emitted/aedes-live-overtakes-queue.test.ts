/**
 * subscriber connects twice, subscribes to a and disconnects and publisher connects and publishes
 * 44 messages to a: messages of one publisher, topic and QoS come in the order in which they were
 * published.
 *
 * Found by amber 0.1.0 in sims/found/aedes-live-overtakes-queue.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 288 events, 0 faults -> 199 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'ordering.messages' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0041 s  subscriber is told to subscribe a q1
 *   0.00665 s  subscriber is told to disconnect
 *   0.00665 s  publisher is told to connect to hub as publisher
 *   0.01075 s  publisher is told to publish "queued 8" q1 on a
 *   0.01275 s  publisher is told to publish "queued 9" q1 on a
 *   0.01475 s  publisher is told to publish "queued 10" q1 on a
 *   0.01675 s  publisher is told to publish "queued 11" q1 on a
 *   0.01875 s  publisher is told to publish "queued 12" q1 on a
 *   0.02075 s  publisher is told to publish "queued 13" q1 on a
 *   0.02275 s  publisher is told to publish "queued 14" q1 on a
 *   0.02475 s  publisher is told to publish "queued 15" q1 on a
 *   0.02675 s  publisher is told to publish "queued 16" q1 on a
 *   0.02875 s  publisher is told to publish "queued 17" q1 on a
 *   0.03075 s  publisher is told to publish "queued 18" q1 on a
 *   0.03275 s  publisher is told to publish "queued 19" q1 on a
 *   0.03475 s  publisher is told to publish "queued 20" q1 on a
 *   0.03675 s  publisher is told to publish "queued 21" q1 on a
 *   0.03875 s  publisher is told to publish "queued 22" q1 on a
 *   0.04075 s  publisher is told to publish "queued 23" q1 on a
 *   ... 17 more ...
 *   0.07675 s  publisher is told to publish "queued 41" q1 on a
 *   0.07875 s  publisher is told to publish "queued 42" q1 on a
 *   0.08075 s  publisher is told to publish "queued 43" q1 on a
 *   0.08275 s  publisher is told to publish "queued 44" q1 on a
 *   0.08475 s  publisher is told to publish "queued 45" q1 on a
 *   0.08675 s  publisher is told to publish "queued 46" q1 on a
 *   0.08875 s  publisher is told to publish "queued 47" q1 on a
 *   0.09075 s  publisher is told to publish "queued 48" q1 on a
 *   0.09275 s  publisher is told to publish "queued 49" q1 on a
 *   0.09475 s  publisher is told to publish "queued 50" q1 on a
 *   0.09475 s  publisher sends PUBLISH q1 #43 a (9 B) on publisher>hub#1
 *   0.09575 s  hub receives PUBLISH q1 #43 a (9 B) on publisher>hub#1
 *   0.09675 s  subscriber is told to connect to hub as subscriber
 *   0.09675 s  subscriber dials subscriber>hub#2
 *   0.09875 s  subscriber has subscriber>hub#2 established
 *   0.09875 s  subscriber sends CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.0998 s  hub receives CONNECT subscriber resuming, keep alive 60 s on subscriber>hub#2
 *   0.1009 s  publisher is told to publish "live 6" q1 on a
 *   0.1023 s  hub sends PUBLISH q1 #51243 a (9 B) on subscriber>hub#2
 *   0.1023 s  hub breaks ordering.messages: hub sent subscriber a message of publisher on a (event 293) after a later one of the same topic and QoS
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-live-overtakes-queue.ts';

test('subscriber connects twice, subscribes to a and disconnects and publisher connects and publishes 44 messages to a: messages of one publisher, topic and QoS come in the order in which they were published', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    omit: [
      'publisher/publish#1',
      'publisher/publish#2',
      'publisher/publish#3',
      'publisher/publish#4',
      'publisher/publish#5',
      'publisher/publish#6',
      'publisher/publish#7',
      'publisher/publish#51',
      'publisher/publish#52',
      'publisher/publish#53',
      'publisher/publish#54',
      'publisher/publish#55',
      'publisher/publish#57',
      'publisher/publish#58',
      'publisher/publish#59',
      'publisher/publish#60',
    ],
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'ordering.messages');
  expect(broken, 'ordering.messages: messages of one publisher, topic and QoS come in the order in which they were published').toEqual([]);
  expect(error).toBeUndefined();
});
