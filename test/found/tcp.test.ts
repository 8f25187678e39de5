/**
 * What docs/found.md says of MQTT.js and aedes, once more on real TCP, where Amber has no hand in it: each script says whether it saw
 * the misbehaviour in the version that is installed here, by its exit code and its one line.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { found } from './page.ts';

const FOLDER = new URL('./tcp/', import.meta.url);

const scripts = readdirSync(FOLDER)
  .filter((name) => name !== 'wire.mjs' && name !== 'broker.mjs')
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
    // Those it shows with an older one (`AEDES` or `MQTTJS` names its package).
    const mended = found.some((row) => row.name === name && row.versions !== undefined);
    test(`${name} is ${mended ? 'not seen any more' : 'seen'} in the installed version`, async () => {
      const { code, line } = await run(name);
      expect(line).toMatch(mended ? /^NOT SEEN: / : /^seen: /);
      expect(code).toBe(mended ? 1 : 0);
    }, 30_000);
  }
});

describe('the page of what was found', () => {
  test('names every reproduction, and no other', () => {
    expect(found.map(({ name }) => name).sort()).toEqual([...scripts].sort());
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
