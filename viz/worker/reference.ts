/** Another event, by its ordinal, with a few words. */
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';
import { sentenceOf } from '../layout/sentence.ts';

export interface Reference {
  i: number;
  t: number;
  text: string;
}

export function referenceTo(event: TraceEvent, story: Story, say = sentenceOf): Reference {
  return { i: event.i, t: event.t, text: say(event, story) };
}
