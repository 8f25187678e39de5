/**
 * subscriber connects: who reads what cannot come, or what is no packet, closes the connection.
 *
 * Found by amber 0.1.0 in sims/found/aedes-ill-formed-topic.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 14 events, 0 faults -> 10 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'error.closes' broke:
 *
 *   0 s  subscriber is told to connect to hub as subscriber
 *   0.0082 s  peer sends 7 B that are no packet on peer>hub#1
 *   0.0092 s  hub receives 7 B that are no packet on peer>hub#1
 *   2 min 0.0082 s  hub breaks error.closes: hub read what is no packet on peer>hub#1 and kept it open for 120 s more
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-ill-formed-topic.ts';

test('subscriber connects: who reads what cannot come, or what is no packet, closes the connection', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    omit: ['subscriber/subscribe#1'],
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'error.closes');
  expect(broken, 'error.closes: who reads what cannot come, or what is no packet, closes the connection').toEqual([]);
  expect(error).toBeUndefined();
});
