import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenario } from 'mqtt-amber';
import { runScenario, testScenario } from 'mqtt-amber/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import flappingUplink from '../../sims/flapping-uplink.ts';
import mqttjsAndAedes from '../../sims/hosted/mqttjs-and-aedes.ts';
import { repository } from '../programs.ts';

testScenario(flappingUplink, { seeds: 3 });
testScenario(mqttjsAndAedes, { seeds: 5, parameters: { qos: 1, trouble: 'loss' } });
testScenario(flappingUplink, { seeds: '17..18', profile: 'flaky', transport: 'ideal' });

describe('a scenario as a test', () => {
  // Below the repository, where the package is found by its own name.
  const folders = join(repository, '.cache');
  let directory: string;
  beforeAll(() => {
    mkdirSync(folders, { recursive: true });
    directory = mkdtempSync(join(folders, 'vitest-'));
    // It finds the package as it is built, as somebody else's tests do.
    writeFileSync(join(directory, 'vitest.config.mjs'), 'export default {};\n');
    writeFileSync(
      join(directory, 'story.ts'),
      `import { scenario } from 'mqtt-amber';
export default scenario('A picky story', { parameters: { odd: { default: 3, range: [1, 9] } } }, async (sim, { odd }) => {
  await sim.sleep('2s');
  sim.always(Number(sim.seed) % 10 !== odd, 'the seed does not end in it');
  sim.sometimes(Number(sim.seed) === 2, 'the second seed comes');
});
`,
    );
    writeFileSync(
      join(directory, 'story.test.ts'),
      `import { testScenario } from 'mqtt-amber/vitest';
import story from './story.ts';
testScenario(story, { seeds: 5, parameters: { odd: 4 }, profile: 'calm' });
`,
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function vitest(environment: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(repository, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', directory, '--no-color'],
      {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', VITEST: '', ...environment },
      },
    );
    return { status, text: stdout + stderr };
  }

  it('fails with the seed, what broke, and the commands that play it again', () => {
    const { status, text } = vitest();
    expect(status).toBe(1);
    expect(text).toContain('A picky story (seeds 1..5)');
    expect(text).toContain('A picky story breaks at seed 4 after 00:00:02.000000 of virtual time');
    expect(text).toContain('the seed does not end in it');
    expect(text).toContain('again: AMBER_SEED=4 npx vitest run story.test.ts');
    expect(text).toContain('npx amber run story.ts --seed 4 --param odd=4 --profile calm');
  });

  it('runs the seeds that the environment names', () => {
    expect(vitest({ AMBER_SEED: '7' })).toMatchObject({ status: 0 });
    expect(vitest({ AMBER_SEED: '14' }).text).toContain('breaks at seed 14');
    const never = vitest({ AMBER_SEEDS: '5..8' });
    expect(never.status).toBe(1);
    expect(never.text).toContain('no seed saw: the second seed comes');
    expect(vitest({ AMBER_SEEDS: 'many' }).text).toContain("AMBER_SEEDS: 'many' are no seeds");
  });

  it('hands the result to a test that looks at it itself', async () => {
    const story = scenario('Two seconds', async (sim) => {
      await sim.sleep('2s');
    });
    expect(await runScenario(story, { seed: 5 })).toMatchObject({
      verdict: 'passed',
      virtualMicros: 2_000_000,
    });
  });
});
