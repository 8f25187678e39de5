/**
 * publisher connects and publishes "1" to job: after DISCONNECT its sender sends nothing more and
 * closes.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-after-disconnect.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 16 events, 0 faults -> 16 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'order.disconnect' broke:
 *
 *   0 s  worker is told to connect to hub as worker
 *   0.0001 s  worker is told to subscribe job q1
 *   0.00705 s  publisher is told to connect to hub as publisher
 *   0.01105 s  publisher is told to publish "1" q1 on job
 *   0.01105 s  publisher sends PUBLISH q1 #1 job (1 B) on publisher>hub#1
 *   0.01205 s  hub receives PUBLISH q1 #1 job (1 B) on publisher>hub#1
 *   0.01205 s  hub sends PUBLISH q1 #1 job (1 B) on worker>hub#1
 *   0.01305 s  worker receives PUBLISH q1 #1 job (1 B) on worker>hub#1
 *   0.01305 s  worker is told to disconnect
 *   0.01305 s  worker sends DISCONNECT on worker>hub#1
 *   0.01305 s  worker sends PUBACK #1 on worker>hub#1
 *   0.01305 s  worker breaks order.disconnect: worker sent PUBACK on worker>hub#1 after DISCONNECT
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-after-disconnect.ts';

test('publisher connects and publishes "1" to job: after DISCONNECT its sender sends nothing more and closes', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'order.disconnect');
  expect(broken, 'order.disconnect: after DISCONNECT its sender sends nothing more and closes').toEqual([]);
  expect(error).toBeUndefined();
});
