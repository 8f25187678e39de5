/** A story of `sims/` from its run to its picture: what was told, where it stands in a view, and what is drawn of all of it. */
import { join } from 'node:path';
import type { Scenario } from 'mqtt-amber';
import { type RunOptions, run } from '../../src/runner/run.ts';
import type { TraceEvent, TraceHeader } from '../../src/trace/event.ts';
import { substitutionNamed } from '../../src/zoo/index.ts';
import type { TraceContent } from '../../viz/index/story.ts';
import { readStory, type TraceIndex } from '../../viz/index/trace-index.ts';
import type { DisplayList } from '../../viz/layout/display-list.ts';
import { readFacts } from '../../viz/layout/packet-facts.ts';
import { buildScene, type Scene, stage } from '../../viz/layout/scene.ts';
import { layoutSequence } from '../../viz/layout/sequence.ts';
import { tableMeasure } from '../../viz/layout/text-measure.ts';
import { repository } from '../programs.ts';

/** What is said of a run beside its story. */
export interface Telling extends Pick<RunOptions, 'checks' | 'parameters' | 'seed'> {
  /** Of the zoo. */
  mutant?: string;
}

/** The events of a story: `flapping-uplink`, `lessons/qos-2`. Nobody judges unless it is asked. */
export async function told(
  story: string,
  { mutant, ...telling }: Telling,
): Promise<TraceContent & { events: TraceEvent[] }> {
  const { default: scenario } = (await import(join(repository, 'sims', `${story}.ts`))) as {
    default: Scenario;
  };
  let header: TraceHeader | undefined;
  const events: TraceEvent[] = [];
  await run(
    scenario,
    {
      level: 'full',
      checks: 'none',
      ...telling,
      ...(mutant === undefined ? {} : { substitute: substitutionNamed(mutant) }),
      onStart: (begun) => {
        header = begun;
      },
      onEvent: (event) => events.push(event),
    },
    { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
  );
  return { header: header!, events, footer: undefined };
}

/** @param width of the view, in pixels. */
export function sceneOf(story: TraceIndex, width: number, zoom: number): Scene {
  return buildScene(stage(story, new Set()), width, zoom, tableMeasure, readFacts);
}

/** From the beginning to the end. */
export function wholeOf(scene: Scene): DisplayList {
  return layoutSequence(scene, 0, scene.axis.height);
}

/** @param width of the view, in pixels. */
export async function pictured(
  story: string,
  telling: Telling,
  width: number,
  zoom: number,
): Promise<DisplayList> {
  return wholeOf(sceneOf(readStory(await told(story, telling)), width, zoom));
}
