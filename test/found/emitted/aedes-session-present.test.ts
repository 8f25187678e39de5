/**
 * client connects twice and disconnects: Session Present tells the truth.
 *
 * Found by amber 0.1.0 in sims/found/aedes-session-present.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 8 events, 0 faults -> 8 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'session.present' broke:
 *
 *   0 s  client is told to connect to hub as client
 *   0 s  client dials client>hub#1
 *   0.002 s  client has client>hub#1 established
 *   0.002 s  client sends CONNECT client resuming, keep alive 60 s on client>hub#1
 *   0.00305 s  hub receives CONNECT client resuming, keep alive 60 s on client>hub#1
 *   0.0031 s  hub sends CONNACK code 0 on client>hub#1
 *   0.0041 s  client is told to disconnect
 *   0.0041 s  client sends DISCONNECT on client>hub#1
 *   0.0041 s  client is told to connect to hub as client
 *   0.0041 s  client dials client>hub#2
 *   0.0051 s  hub receives DISCONNECT on client>hub#1
 *   0.0051 s  hub sees client>hub#1 end: closed
 *   0.0061 s  client has client>hub#2 established
 *   0.0061 s  client sends CONNECT client resuming, keep alive 60 s on client>hub#2
 *   0.00715 s  hub receives CONNECT client resuming, keep alive 60 s on client>hub#2
 *   0.0072 s  hub sends CONNACK code 0 on client>hub#2
 *   0.0072 s  hub breaks session.present: hub told client that no session was present, but it had one from client>hub#1, which ended at 0.0051 s
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-session-present.ts';

test('client connects twice and disconnects: Session Present tells the truth', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'session.present');
  expect(broken, 'session.present: Session Present tells the truth').toEqual([]);
  expect(error).toBeUndefined();
});
