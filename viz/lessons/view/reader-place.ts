/**
 * Where in a lesson the reader is. The entry of the page in the browser's history keeps it: who loads the page anew, or comes back to it, goes
 * on there, and who opens the lesson from the list begins.
 */
import type { Lesson } from '../lesson.ts';
import { type StageName, stagesOf } from './stages.ts';

export interface ReaderPlace {
  readonly stage: StageName;
  readonly step: number;
  /** The choice whose run is seen; -1 for none. */
  readonly seen: number;
}

export function keepPlace({ name }: Lesson, place: ReaderPlace): void {
  history.replaceState({ lesson: name, ...place }, '');
}

/** Where the reader was in a lesson; undefined when the entry is of something else, or of a lesson that has changed since. */
export function keptPlace(lesson: Lesson): ReaderPlace | undefined {
  const { lesson: name, stage, step, seen } = (history.state ?? {}) as Record<string, unknown>;
  const known = stagesOf(lesson).find((each) => each === stage);
  if (name !== lesson.name || known === undefined || !Number.isInteger(step)) return undefined;
  const isSeen = lesson.change.choices[seen as number] !== undefined;
  if (known === 'see' && !isSeen) return undefined;
  return { stage: known, step: step as number, seen: isSeen ? (seen as number) : -1 };
}
