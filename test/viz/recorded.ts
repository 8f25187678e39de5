/** Stories of `sims/`, run once: as trace files, and as the events of those. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scenario } from 'mqtt-amber';
import { type RunOptions, run } from '../../src/runner/run.ts';
import type { TraceLevel } from '../../src/trace/event.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';
import { readTrace } from '../../src/trace/reader.ts';
import type { TraceContent } from '../../viz/index/story.ts';

const folder = fileURLToPath(new URL('../../sims/', import.meta.url));

/** Files of all stories that are run as they are. */
export const stories = readdirSync(folder).filter((file) => file.endsWith('.ts'));

/** The text of the trace file of a story: `flapping-uplink.ts`, `zoo/exchange.ts`. At level full, unless something else is said. */
export async function recorded(story: string, options: Partial<RunOptions> = {}): Promise<string> {
  const { default: scenario } = (await import(`${folder}${story}`)) as { default: Scenario };
  return recordedRun(scenario, options);
}

/** The text of the trace file of a scenario. */
export async function recordedRun(scenario: Scenario, options: Partial<RunOptions> = {}): Promise<string> {
  let text = '';
  let writer: TraceWriter | undefined;
  const { digest, verdict } = await run(
    scenario,
    {
      seed: 7,
      level: 'full',
      onStart: (header) => {
        writer = new TraceWriter(header, (chunk) => {
          text += chunk;
        });
      },
      onEvent: (event) => writer!.event(event),
      ...options,
    },
    { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  writer!.finish({ digest, verdict });
  return text;
}

/** What the trace file of a story holds. */
export async function record(story: string, level: TraceLevel = 'full'): Promise<TraceContent> {
  const { header, list, footer } = readTrace(new TextEncoder().encode(await recorded(story, { level })));
  return { header, events: list, footer };
}
