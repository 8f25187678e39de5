/** The stories that come with the viewer, by their names: `sims/flapping-uplink.ts` is `flapping-uplink`. */
/// <reference types="vite/types/importMeta.d.ts" />
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { StoryCard } from './messages.ts';

const MODULES = import.meta.glob<{ default: Scenario }>(['../../sims/*.ts', '../../sims/lessons/*.ts'], {
  eager: true,
});

const STORIES: ReadonlyMap<string, Scenario> = new Map(
  Object.entries(MODULES).map(([path, module]) => [
    path.replace('../../sims/', '').replace(/\.ts$/, ''),
    module.default,
  ]),
);

export const STORY_NAMES: readonly string[] = [...STORIES.keys()];

export function storyNamed(name: string): Scenario | undefined {
  return STORIES.get(name);
}

export function cardOf(story: string, { name, options }: Scenario): StoryCard {
  return { story, name, parameters: options.parameters ?? {} };
}

export function storyCards(): StoryCard[] {
  return [...STORIES].map(([name, story]) => cardOf(name, story));
}
