/** Traces of the stories in sims/, at every level, for tests of the index. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scenario } from 'mqtt-amber';
import { run } from '../../../src/runner/run.ts';
import type { TraceEvent, TraceHeader, TraceLevel } from '../../../src/trace/event.ts';
import type { TraceContent } from '../../../viz/index/story.ts';

const folder = fileURLToPath(new URL('../../../sims/', import.meta.url));

export const stories = readdirSync(folder).filter((file) => file.endsWith('.ts'));

/** The whole trace of a story, run once. */
export async function record(story: string, level: TraceLevel = 'full'): Promise<TraceContent> {
  const { default: scenario } = (await import(`${folder}${story}`)) as { default: Scenario };
  const events: TraceEvent[] = [];
  let header: TraceHeader | undefined;
  await run(
    scenario,
    {
      seed: 7,
      level,
      onStart: (said) => {
        header = said;
      },
      onEvent: (event) => events.push(event),
    },
    { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  return { header: header!, events, footer: undefined };
}
