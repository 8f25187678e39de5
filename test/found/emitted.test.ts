/**
 * What docs/found.md says of MQTT.js and aedes, from a seed: each story breaks what the page says, and so does the test that `amber
 * shrink` wrote of it, which is run as it is. With a version in which the page says that it is mended, that test passes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunResult, Scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { getCurrentSuite, getFn } from 'vitest/suite';
import { AEDES, MQTTJS } from '../../sims/found/cast/versions.ts';
import { recordOf } from '../../src/runner/seed-record.ts';
import { found } from './page.ts';

const STORIES = new URL('../../sims/found/', import.meta.url);
const EMITTED = new URL('./emitted/', import.meta.url);

/** The version that all run with now, where it is another one than a story or a test says. */
const asked = vi.hoisted(() => ({ version: undefined as string | undefined }));
vi.mock('mqtt-amber/vitest', async (original) => {
  const real = await original<typeof import('mqtt-amber/vitest')>();
  type Options = NonNullable<Parameters<typeof real.runScenario>[1]>;
  // That they were written with another lockfile is no news here.
  const runScenario = (story: Scenario, { foundOn: _, ...options }: Options = {}): Promise<RunResult> => {
    const { version } = asked;
    const parameters = { ...options.parameters, ...(version === undefined ? {} : { version }) };
    return real.runScenario(story, { ...options, parameters });
  };
  return { ...real, runScenario };
});
afterEach(() => {
  asked.version = undefined;
});

/** The only test of an emitted file, which is not to run by itself. */
async function emittedTest(name: string): Promise<() => unknown> {
  await import(new URL(`${name}.test.ts`, EMITTED).pathname);
  const emitted = getCurrentSuite().tasks.splice(0);
  expect(emitted, name).toHaveLength(1);
  return getFn(emitted[0] as Parameters<typeof getFn>[0]);
}

/** Versions that a story can be told with besides the one it breaks with. */
function otherVersions({ options }: Scenario): readonly string[] {
  const { version } = options.parameters ?? {};
  if (version === undefined || !('values' in version)) return [];
  return version.values.filter((each) => each !== version.default).map(String);
}

const fromSeeds = found.filter(({ seed }) => seed !== undefined);

for (const { name, seed, broke, versions } of fromSeeds) {
  describe(name, async () => {
    const { default: story } = (await import(new URL(`${name}.ts`, STORIES).pathname)) as {
      default: Scenario;
    };
    const runEmitted = await emittedTest(name);
    const said = broke!.replace(/^always: /, '');

    test(`is found at seed ${seed}: ${said}`, async () => {
      expect(recordOf('', await runScenario(story, { seed: seed! })).broke).toBe(broke);
    });

    test('breaks the same in the test that was written of it', async () => {
      await expect((async () => runEmitted())()).rejects.toThrow(said.replace(/ at .*/, ''));
      const { version } = story.options.parameters ?? {};
      if (version !== undefined) expect(versions?.seen).toContain(version.default);
    });

    for (const version of otherVersions(story)) {
      test(`passes in that test with ${version}, which the page says as well`, async () => {
        asked.version = version;
        await runEmitted();
        expect(versions?.mended).toContain(version);
      });
    }
  });
}

describe('the page of what was found', () => {
  const namesIn = (folder: URL, end: string): string[] =>
    readdirSync(folder).flatMap((file) => (file.endsWith(end) ? [file.slice(0, -end.length)] : []));

  test('has a seed for every story and every emitted test, and no other', () => {
    const names = fromSeeds.map(({ name }) => name).sort();
    expect(namesIn(STORIES, '.ts').sort()).toEqual(names);
    expect(namesIn(EMITTED, '.test.ts').sort()).toEqual(names);
  });

  test('speaks of the versions that are installed', () => {
    const { devDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { devDependencies: Record<string, string> };
    const pinned = Object.entries(devDependencies).flatMap(([name, version]) =>
      /^(?:aedes|mqtt)(?:-[\d.]+)?$/.test(name) ? [version.replace(/^npm:.*@/, '')] : [],
    );
    expect([...Object.keys(AEDES), ...Object.keys(MQTTJS)].sort()).toEqual(pinned.sort());
  });
});
