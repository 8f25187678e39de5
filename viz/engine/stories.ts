/** The stories that come with the viewer, by their names: `sims/flapping-uplink.ts` is `flapping-uplink`. */
/// <reference types="vite/types/importMeta.d.ts" />
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { StoryCard, StorySource } from './messages.ts';

const TEXTS = import.meta.glob<string>(['./*.ts', './lessons/*.ts'], {
  base: '../../sims/',
  query: '?story',
  import: 'default',
  eager: true,
});

const STORIES: ReadonlyMap<string, StorySource> = new Map(
  Object.entries(TEXTS).map(([path, source]) => [
    path.replace(/^\.\/|\.ts$/g, ''),
    { source, file: path.slice(path.lastIndexOf('/') + 1) },
  ]),
);

export const STORY_NAMES: readonly string[] = [...STORIES.keys()];

export function storyNamed(name: string): StorySource | undefined {
  return STORIES.get(name);
}

export function cardOf(story: string, { name, options }: Scenario): StoryCard {
  return { story, name, parameters: options.parameters ?? {} };
}
