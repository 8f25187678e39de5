/** What packets are called where there is little room: in lessons by their whole names, also on a telephone. */
import { join } from 'node:path';
import type { ParameterValue, Scenario } from 'mqtt-amber';
import { expect, it } from 'vitest';
import { run } from '../../src/runner/run.ts';
import type { TraceEvent, TraceHeader } from '../../src/trace/event.ts';
import { readStory } from '../../viz/index/trace-index.ts';
import { buildScene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { qos0 } from '../../viz/lessons/06-qos-0.ts';
import { qos1 } from '../../viz/lessons/07-qos-1.ts';
import { qos2 } from '../../viz/lessons/08-qos-2.ts';
import { repository } from '../programs.ts';

/** Beside the times in the margin of a telephone. */
const WIDTH = 314;

const RUNS = [qos0, qos1, qos2].flatMap(({ change, seed, story }) =>
  change.choices.map(({ value }) => [story, { [change.parameter]: value }, seed] as const),
);

async function pictured(
  story: string,
  parameters: Readonly<Record<string, ParameterValue>>,
  seed: number | string,
) {
  const { default: scenario } = (await import(join(repository, 'sims', `${story}.ts`))) as {
    default: Scenario;
  };
  let header: TraceHeader | undefined;
  const events: TraceEvent[] = [];
  await run(
    scenario,
    {
      seed,
      parameters,
      level: 'full',
      checks: 'none',
      onStart: (begun) => {
        header = begun;
      },
      onEvent: (event) => events.push(event),
    },
    { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  const read = readStory({ header: header!, events, footer: undefined });
  const scene = buildScene(stage(read, new Set()), WIDTH, 0.8, tableMeasure);
  return layoutSequence(scene, 0, scene.axis.height);
}

it.each(RUNS)(
  'no packet that delivers or connects in %s with %o has a name that is shortened',
  async (story, parameters, seed) => {
    const { arrows } = await pictured(story, parameters, seed);
    const names = arrows.flatMap(
      ({ label }) => label?.spans.find(({ style }) => style === 'type')?.text ?? [],
    );
    expect(names.filter((name) => name === 'PUBLISH').length).toBeGreaterThan(1);
    const whole = /^(CONNECT|CONNACK|PUB(LISH|ACK|REC|REL|COMP))$/;
    expect(names.filter((name) => !name.startsWith('SUB') && !whole.test(name))).toEqual([]);
  },
);

it('a packet that is sent again says so beside its whole name and its number', async () => {
  const { arrows } = await pictured('lessons/qos-2', { cut: 'PUBREC' }, 5);
  const words = arrows.map(({ label }) => label?.spans.map(({ text }) => text).join(' '));
  expect(words).toContain('PUBLISH #1 DUP');
});
