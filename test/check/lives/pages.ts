/** Lives of hand-played traces, and pages as text. */
import { fateOf, type Life, Lives, pageOf } from '../../../src/check/lives/index.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import type { Stage } from '../../trace/stage.ts';

export function livesOf(stage: Stage | readonly TraceEvent[]): Lives {
  const lives = new Lives('both-ends');
  for (const event of 'events' in stage ? stage.events : stage) lives.observe(event);
  return lives;
}

/** `screen: delivered` for every life, in the order of the publications. */
export function fatesIn(lives: Lives): string[] {
  return lives.publications.flatMap((publication) =>
    publication.lives.map((life) => `${life.to}: ${fateOf(lives, life)}`),
  );
}

/** Every life of a trace. */
export function allLives({ publications }: Lives): Life[] {
  return publications.flatMap((publication) => publication.lives);
}

/** The last words of the only life of a trace. */
export function lastWordsIn(lives: Lives): string {
  return lives.publications
    .map((publication) => pageOf(lives, publication).lives.map(({ text }) => text))
    .flat(2)
    .join('\n');
}

/** A page as people read it, without ordinals. */
export function printed(lives: Lives, at: number): string {
  const { message, publisher, steps, text, lives: all } = pageOf(lives, lives.publications[at]!);
  const rows = (of: typeof steps) => of.map((step) => `  ${step.t / 1000} ms ${step.how}: ${step.text}`);
  const lines = [`${message}, of ${publisher}`, ...rows(steps), ...(text === '' ? [] : [text])];
  for (const life of all) lines.push(`to ${life.to}: ${life.fate}`, ...rows(life.steps), life.text);
  return lines.join('\n');
}
