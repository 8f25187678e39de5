export * from '../index/story.ts';
export { readStory } from '../index/trace-index.ts';
