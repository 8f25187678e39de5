/**
 * publisher connects and publishes "deep" to
 * a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/:
 * HostedError: hub: Error: too many words (nobody caught it) at qlobber.js:604:15.
 *
 * Found by amber 0.1.0 in sims/found/aedes-deep-topic.ts, seed 1, on Node 20.20.2 and
 * package-lock.json 619442faa89442e5: 5 events, 0 faults -> 5 events, 0 faults.
 * Nothing in it is left to chance.
 *
 * How 'HostedError: hub: Error: too many words (nobody caught it) at qlobber.js:604:15' broke:
 *
 *   0 s  publisher is told to connect to hub as publisher
 *   0.0041 s  publisher is told to publish "deep" q0 on a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/
 *
 * margin: none, for no fault is needed
 */

import { runScenario } from 'mqtt-amber/vitest';
import { expect, test } from 'vitest';
import story from '../../../sims/found/aedes-deep-topic.ts';

test('publisher connects and publishes "deep" to a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/: HostedError: hub: Error: too many words (nobody caught it) at qlobber.js:604:15', { timeout: 60_000 }, async () => {
  const { error } = await runScenario(story, {
    // A link takes the middle of what it may take, and loses nothing that comes through more often than not.
    chance: 'none',
    parameters: { version: '0.51.3' },
    faults: { plan: [] },
    // Where it runs on others, it says so: it may show something else then.
    foundOn: { node: '20.20.2', lockfile: 'package-lock.json', hash: '619442faa89442e5' },
  });
  expect(error, error && [error.name, error.message].join(': ')).toBeUndefined();
});
