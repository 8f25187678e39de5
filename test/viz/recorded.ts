/** Stories of `sims/` as trace files, recorded at level full. */
import { fileURLToPath } from 'node:url';
import type { Scenario } from 'mqtt-amber';
import { type RunOptions, run } from '../../src/runner/run.ts';
import { TraceWriter } from '../../src/trace/jsonl.ts';

const folder = fileURLToPath(new URL('../../sims/', import.meta.url));

/** The text of the trace file of a story: `flapping-uplink.ts`, `zoo/exchange.ts`. */
export async function recorded(story: string, options: Partial<RunOptions> = {}): Promise<string> {
  const { default: scenario } = (await import(`${folder}${story}`)) as { default: Scenario };
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
