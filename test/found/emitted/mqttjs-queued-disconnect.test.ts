/**
 * hub crashes: after DISCONNECT its sender sends nothing more and closes.
 *
 * Found by amber 0.1.0 in sims/found/mqttjs-queued-disconnect.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 13 events, 1 fault -> 13 events, 1 fault.
 * Nothing in it is left to chance.
 *
 * How 'order.disconnect' broke:
 *
 *   0 s  desk is told to connect to hub as desk
 *   0.0001 s  desk is told to subscribe news q0
 *   0.006 s  hub crashes for 10s
 *   5.00605 s  desk is told to disconnect
 *   15.00605 s  desk is told to connect to hub as desk
 *   15.0061 s  desk dials desk>hub#6
 *   15.0081 s  desk has desk>hub#6 established
 *   15.0081 s  desk sends CONNECT desk clean, keep alive 60 s on desk>hub#6
 *   15.0091 s  hub receives CONNECT desk clean, keep alive 60 s on desk>hub#6
 *   15.0091 s  hub sends CONNACK code 0 on desk>hub#6
 *   15.0101 s  desk receives CONNACK code 0 on desk>hub#6
 *   15.0101 s  desk sends DISCONNECT on desk>hub#6
 *   15.0101 s  desk sends SUBSCRIBE #32768 news q0 on desk>hub#6
 *   15.0101 s  desk breaks order.disconnect: desk sent SUBSCRIBE on desk>hub#6 after DISCONNECT
 *
 * margin: with the crash of hub (at 0.006 s) 4.999s later, the run passes
 * margin: with the crash of hub (at 0.006 s) 5.99157s shorter, or 14.024s longer, the run passes
 */

import type { Fault } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/mqttjs-queued-disconnect.ts';

/** All that befalls the world; times and lengths are microseconds. */
const faults: Fault[] = [
  // crash of hub at 0.006 s for 10s
  { id: 'hub/crash#1', family: 'crash', target: 'hub', at: 6000, duration: 10_000_000, detail: {} },
];

test('hub crashes: after DISCONNECT its sender sends nothing more and closes', { timeout: 60_000 }, async () => {
  const { report, error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    faults: { plan: faults },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  const broken = report?.violations.filter(({ rule }) => rule === 'order.disconnect');
  expect(broken, 'order.disconnect: after DISCONNECT its sender sends nothing more and closes').toEqual([]);
  expect(error).toBeUndefined();
});
