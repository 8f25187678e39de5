/**
 * publisher connects and publishes "1" to job and worker~hub is reset: PUBLISH is answered as its
 * QoS demands, with its identifier, and nothing else is.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-stale-acknowledgement.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 19 events, 1 fault -> 19 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'answer.publish' broke:
 *
 *   0 s  worker is told to connect to hub as worker
 *   0.0001 s  worker is told to subscribe job q1
 *   0.00605 s  publisher is told to connect to hub as publisher
 *   0.01005 s  publisher is told to publish "1" q1 on job
 *   0.01005 s  publisher sends PUBLISH q1 #1 job (1 B) on publisher>hub#1
 *   0.01105 s  hub receives PUBLISH q1 #1 job (1 B) on publisher>hub#1
 *   0.01105 s  hub sends PUBLISH q1 #1 job (1 B) on worker>hub#1
 *   0.01205 s  worker receives PUBLISH q1 #1 job (1 B) on worker>hub#1
 *   1 s  worker~hub is reset
 *   5.01205 s  worker sends PUBACK #1 on worker>hub#2
 *   5.01205 s  worker breaks answer.publish: worker sent PUBACK #1 on worker>hub#2, which answers nothing that it had read
 *
 * margin: with the reset of worker~hub (at 1 s) 988ms earlier, or 4.013s later, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-stale-acknowledgement.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // reset of worker~hub at 1 s
  { id: 'worker~hub/reset#1', family: 'reset', target: 'worker~hub', at: 1_000_000, detail: {} },
];

test('publisher connects and publishes "1" to job and worker~hub is reset: PUBLISH is answered as its QoS demands, with its identifier, and nothing else is', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'answer.publish');
  expect(broken, 'answer.publish: PUBLISH is answered as its QoS demands, with its identifier, and nothing else is').toEqual([]);
  expect(error).toBeUndefined();
});
