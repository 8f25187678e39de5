import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions, RunResult, Scenario } from 'mqtt-amber';
import { runScenario } from 'mqtt-amber/vitest';
import { describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';

/** Runs in one process. */
const RUNS = 20;
/** `AMBER_DIGEST_PROCESSES=20` (npm run digests) begins a process for as many. */
const PROCESSES = Number(process.env.AMBER_DIGEST_PROCESSES ?? 3);
/** Without faults: a judge that accuses here accuses wrongly. */
const CALM_SEEDS = 40;
/** What the judge has to have looked for, by QoS. */
const PROMISED = ['delivery.subscribed', 'delivery.at-least-once'];
/** Of the fleet. */
const SEEDS = 4;

const folder = join(repository, 'sims', 'hosted');
const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .sort();

async function tell(story: string, options: RunOptions): Promise<RunResult> {
  const module = (await import(join(folder, story))) as { default: Scenario };
  return runScenario(module.default, { level: 'digest', ...options });
}

/** What went wrong in a run, as a list that is empty when nothing did. */
function complaints({ error, report, asserts }: RunResult): string[] {
  return [
    ...asserts.filter(({ assertion, held, evaluated }) => assertion === 'always' && held < evaluated),
    ...(report?.violations ?? []),
    ...(error === undefined ? [] : [{ text: error.message }]),
  ].map(({ text }) => text);
}

describe('the stories of MQTT.js and aedes', () => {
  it('are four', () => {
    expect(stories).toEqual(['aedes-broker.ts', 'fleet.ts', 'mqttjs-and-aedes.ts', 'mqttjs-clients.ts']);
  });

  for (const story of stories) {
    it(`${story} keeps the digest that is pinned for its seed`, async () => {
      const { digest } = await tell(story, { seed: 7 });
      expect({ seed: 7, digest }).toMatchSnapshot();
    });
  }

  for (const [story, parameters] of [
    ['aedes-broker.ts', {}],
    ['mqttjs-and-aedes.ts', {}],
    ['mqttjs-clients.ts', {}],
    ['mqttjs-clients.ts', { version: 5 }],
  ] as const) {
    const terms = 'version' in parameters ? ' at 5.0' : '';
    it(`${story}${terms} accuses nobody without faults at QoS 0 and 1, over ${CALM_SEEDS} seeds`, async () => {
      for (const qos of [0, 1]) {
        for (let seed = 1; seed <= CALM_SEEDS; seed++) {
          // As a sweep runs it.
          const result = await tell(story, {
            ...{ seed, places: 'none' },
            parameters: { ...parameters, qos, trouble: 'none' },
          });
          expect(complaints(result), `QoS ${qos}, seed ${seed}`).toEqual([]);
          expect(
            result.report?.rules.some(({ rule, reached }) => rule === PROMISED[qos] && reached > 0),
          ).toBe(true);
        }
      }
    });
  }

  for (const story of stories.filter((file) => file !== 'fleet.ts')) {
    it(`${story} holds without faults and where packets are lost, at each QoS, judged`, async () => {
      for (const qos of [0, 1, 2]) {
        for (const trouble of ['none', 'loss']) {
          for (const seed of [1, 2, 3]) {
            const result = await tell(story, { seed, parameters: { qos, trouble } });
            expect(complaints(result), `QoS ${qos}, ${trouble}, seed ${seed}`).toEqual([]);
          }
        }
      }
    });
  }

  it('mqttjs-clients.ts holds at 5.0 as well', async () => {
    for (const qos of [0, 1, 2]) {
      const result = await tell('mqttjs-clients.ts', { seed: 1, parameters: { qos, version: 5 } });
      expect(complaints(result), `QoS ${qos}`).toEqual([]);
    }
  });

  it('find that MQTT.js sends again without DUP, once links are cut [3.1.1/MQTT-3.3.1-1]', async () => {
    const { report } = await tell('mqttjs-clients.ts', {
      seed: 1,
      parameters: { qos: 1, trouble: 'cuts' },
    });
    const found = new Set((report?.violations ?? []).map(({ rule, node }) => `${rule} at ${node}`));
    expect([...found]).toEqual(['delivery.dup-flag at sensor']);
  });
});

describe('a fleet of ten clients of MQTT.js, a broker of aedes, loss, cuts, crashes and drift', () => {
  it('has one digest from a seed, run after run', async () => {
    const digests = new Set<string>();
    for (let run = 0; run < RUNS; run++) digests.add((await tell('fleet.ts', { seed: 3 })).digest);
    expect(digests.size).toBe(1);
  });

  it('has that digest in each process, whatever its zone, its language and its heap', {
    timeout: 600_000,
  }, async () => {
    const digests = new Set([(await tell('fleet.ts', { seed: 3 })).digest]);
    for (let each = 0; each < PROCESSES; each++) {
      const env = {
        TZ: ['Asia/Kolkata', 'UTC', 'America/New_York'][each % 3],
        LANG: ['tr_TR.UTF-8', 'C'][each % 2],
        NODE_OPTIONS: each % 4 === 3 ? '--max-old-space-size=200' : '',
      };
      const { stdout } = spawnSync(
        process.execPath,
        [
          join(repository, 'bin', 'amber.js'),
          ...['run', join(folder, 'fleet.ts'), '--seed', '3', '--level', 'digest', '--json'],
        ],
        { encoding: 'utf8', env: { ...process.env, ...env } },
      );
      digests.add((JSON.parse(stdout) as { digest: string }).digest);
    }
    expect(digests.size).toBe(1);
  });

  it('holds, and has another digest from each other seed', async () => {
    const digests = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = await tell('fleet.ts', { seed });
      expect(complaints(result), `seed ${seed}`).toEqual([]);
      digests.add(result.digest);
    }
    expect(digests.size).toBe(SEEDS);
  });
});
