/**
 * subscriber connects twice, subscribes to a and disconnects and publisher connects and publishes
 * 2 messages to a: a server sends nothing before CONNACK but AUTH, and one CONNACK.
 *
 * Found by amber 0.1.0 in sims/found/aedes-before-connack.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 80 events, 0 faults -> 18 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'order.connack' broke:
 *
 *   0.0001 s  subscriber is told to connect to hub as subscriber
 *   0.0043 s  subscriber is told to subscribe a q0
 *   0.0069 s  subscriber is told to disconnect
 *   0.0069 s  publisher is told to connect to hub as publisher
 *   0.01115 s  subscriber is told to connect to hub as subscriber
 *   0.01325 s  publisher is told to publish "on" q0 on a
 *   0.01335 s  publisher is told to publish "on" q0 on a
 *   0.01335 s  publisher sends PUBLISH q0 a (2 B) on publisher>hub#1
 *   0.0144 s  hub receives PUBLISH q0 a (2 B) on publisher>hub#1
 *   0.0145 s  hub sends PUBLISH q0 a (2 B) on subscriber>hub#2
 *   0.0145 s  hub breaks order.connack: hub sent PUBLISH on subscriber>hub#2 before CONNACK
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-before-connack.ts';

test('subscriber connects twice, subscribes to a and disconnects and publisher connects and publishes 2 messages to a: a server sends nothing before CONNACK but AUTH, and one CONNACK', { timeout: 60_000 }, async () => {
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
      'publisher/publish#20',
      'publisher/publish#23',
      'publisher/publish#24',
      'publisher/publish#25',
      'publisher/publish#26',
      'publisher/publish#27',
      'publisher/publish#28',
      'publisher/publish#29',
      'publisher/publish#30',
      'publisher/publish#31',
      'publisher/publish#32',
      'publisher/publish#33',
      'publisher/publish#34',
      'publisher/publish#35',
      'publisher/publish#36',
      'publisher/publish#37',
      'publisher/publish#38',
      'publisher/publish#39',
      'publisher/publish#40',
      'publisher/publish#41',
      'publisher/publish#42',
      'publisher/publish#43',
    ],
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'order.connack');
  expect(broken, 'order.connack: a server sends nothing before CONNACK but AUTH, and one CONNACK').toEqual([]);
  expect(error).toBeUndefined();
});
