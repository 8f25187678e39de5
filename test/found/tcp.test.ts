/**
 * What docs/found.md says of MQTT.js and aedes, once more on real TCP, where Amber has no hand in it: each script says whether it saw
 * the misbehaviour in the version that is installed here, by its exit code and its one line, and of what a later version has mended, in
 * the older ones as well.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { found } from './page.ts';

const FOLDER = new URL('./tcp/', import.meta.url);

const scripts = readdirSync(FOLDER)
  .filter((name) => name !== 'wire.mjs' && name !== 'broker.mjs')
  .map((name) => name.replace(/\.mjs$/, ''));

/** Versions that are installed under an alias of npm, by the script's variable, the alias and the version. */
const { devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { devDependencies: Record<string, string> };
const aliases = Object.entries(devDependencies).flatMap(([alias, specification]) => {
  const [, library, version] = /^npm:(aedes|mqtt)@(.+)$/.exec(specification) ?? [];
  return library === undefined
    ? []
    : [{ alias, version, variable: library === 'aedes' ? 'AEDES' : 'MQTTJS' }];
});

/** Runs one script to its end; whatever a shell of a developer has set is not the business of the versions looked at. */
function run(name: string, versions: NodeJS.ProcessEnv = {}): Promise<{ code: number; line: string }> {
  const { AEDES: _, MQTTJS: __, ...rest } = process.env;
  const env = { ...rest, ...versions };
  return new Promise((resolve) => {
    execFile(process.execPath, [new URL(`${name}.mjs`, FOLDER).pathname], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), line: (stdout || stderr).trim() }),
    );
  });
}

describe.concurrent('a reproduction on real TCP', () => {
  for (const name of scripts) {
    const { versions } = found.find((row) => row.name === name) ?? {};
    test(`${name} is ${versions === undefined ? 'seen' : 'not seen any more'} in the installed version`, async () => {
      const { code, line } = await run(name);
      expect(line).toMatch(versions === undefined ? /^seen: / : /^NOT SEEN: /);
      expect(code).toBe(versions === undefined ? 0 : 1);
    });

    if (versions === undefined) continue;
    const library = name.startsWith('aedes-') ? 'AEDES' : 'MQTTJS';
    const older = aliases.filter(
      ({ variable, version }) => variable === library && versions.seen.includes(version!),
    );
    test(`${name} has an older version to be seen in`, () => expect(older).not.toEqual([]));
    for (const { alias, version, variable } of older) {
      test(`${name} is seen in ${version}`, async () => {
        const { code, line } = await run(name, { [variable]: alias });
        expect(line).toMatch(/^seen: /);
        expect(code).toBe(0);
      });
    }
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
