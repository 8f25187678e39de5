import { describe, expect, it } from 'vitest';
import { runHosted } from '../../../src/host/run-hosted.ts';
import type { Scenario } from '../../../src/index.ts';
import {
  FIRST_STORY,
  galleryStories,
  lessonStories,
  otherStories,
  storyNamed,
  titleOf,
} from '../../../viz/playground/stories.ts';

const starters = import.meta.glob<Scenario>('../../../viz/playground/starters/*.ts', { import: 'default' });

describe('the stories of the gallery', () => {
  it('are there, each with its title and what it shows, and no story is missing', () => {
    const all = [...galleryStories(), ...otherStories(), ...lessonStories()];
    expect(
      all.every(({ source, title }) => source.includes('export default scenario(') && title.length > 3),
    ).toBe(true);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(galleryStories().length).toBeGreaterThanOrEqual(6);
    expect(storyNamed(FIRST_STORY)?.title).toBe('One reading, exactly once');
    expect(storyNamed('lessons/qos-1')?.title).toBe('Lesson 7: QoS 1');
    // One for each of the eighteen, and those of two and of three packets beside QoS 2.
    expect(lessonStories()).toHaveLength(20);
    expect(storyNamed('none')).toBeUndefined();
  });

  it.each(Object.entries(starters).map(([path, load]) => [path.replace(/^.*\//, ''), load] as const))(
    '%s keeps what it promises, or shows that it does not',
    async (name, load) => {
      const { verdict } = await runHosted(await load());
      expect(verdict).toBe(name === 'at-least-once.ts' ? 'failed' : 'passed');
    },
  );

  it.each([
    ["scenario('A title', {}", 'A title'],
    ['scenario(\n  "It\'s one",', "It's one"],
    ['scenario(name, async', undefined],
  ])('finds the title in %j', (source, title) => {
    expect(titleOf(source)).toBe(title);
  });
});
