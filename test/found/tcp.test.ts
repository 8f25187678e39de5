/**
 * What docs/found.md says of MQTT.js and aedes, once more on real TCP, where Amber has no hand in it: each script says whether it saw
 * the misbehaviour in the version that is installed here, by its exit code and its one line.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const FOLDER = new URL('./tcp/', import.meta.url);

/** Scripts of what the installed versions do no more: they show it with an older one (`AEDES` or `MQTTJS` names its package). */
const MENDED = [
  'aedes-deep-topic',
  'aedes-identifier-of-a-clean-session',
  'aedes-pubrel-again',
  'mqttjs-answered-pings',
  'mqttjs-deaf-after-lost-session',
  'mqttjs-keep-alive-of-the-last',
  'mqttjs-silent-subscriber',
];

const scripts = readdirSync(FOLDER)
  .filter((name) => name !== 'wire.mjs')
  .map((name) => name.replace(/\.mjs$/, ''));

/** Runs one script to its end; whatever a shell of a developer has set is not the business of the versions looked at. */
function run(name: string): Promise<{ code: number; line: string }> {
  const { AEDES: _, MQTTJS: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [new URL(`${name}.mjs`, FOLDER).pathname], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), line: (stdout || stderr).trim() }),
    );
  });
}

describe.concurrent('a reproduction on real TCP', () => {
  for (const name of scripts) {
    const mended = MENDED.includes(name);
    test(`${name} is ${mended ? 'not seen any more' : 'seen'} in the installed version`, async () => {
      const { code, line } = await run(name);
      expect(line).toMatch(mended ? /^NOT SEEN: / : /^seen: /);
      expect(code).toBe(mended ? 1 : 0);
    }, 30_000);
  }
});

describe('the page of what was found', () => {
  const page = readFileSync(new URL('../../docs/found.md', import.meta.url), 'utf8');

  test('names every reproduction, and no other', () => {
    const named = [...page.matchAll(/^\| `((?:aedes|mqttjs)-[a-z0-9-]+)`/gm)].map((match) => match[1]);
    expect([...named].sort()).toEqual([...scripts].sort());
  });

  test('speaks of no reproduction that takes more than thirty lines', () => {
    for (const name of scripts) {
      const lines = readFileSync(new URL(`${name}.mjs`, FOLDER), 'utf8')
        .trim()
        .split('\n');
      expect(lines.length, name).toBeLessThanOrEqual(30);
    }
  });
});
