/** What a display list says in words, and where: the tests of the layout ask whether any of it lies on other words. */
import type { DisplayList } from '../../viz/layout/display-list.ts';
import type { Box } from '../../viz/layout/label-room.ts';

/** Everything that has words, with a name for a failing test. */
export function wordsOf(list: DisplayList): { name: string; box: Box }[] {
  const words: { name: string; box: Box }[] = [];
  for (const kind of ['arrows', 'marks', 'bands'] as const) {
    for (const { i, label } of list[kind]) {
      if (label !== undefined)
        words.push({ name: `${kind} ${i} ${label.spans.map((each) => each.text).join(' ')}`, box: label });
    }
  }
  for (const { i, note } of list.arrows) if (note !== undefined) words.push({ name: `note ${i}`, box: note });
  for (const sign of list.signs) words.push({ name: `sign ${sign.i}`, box: sign });
  return words;
}

/** Whether two boxes have a part in common; edges that touch are none. */
export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Pairs of words that lie on each other. */
export function overlapsOf(list: DisplayList): string[] {
  const overlaps: string[] = [];
  const words = wordsOf(list);
  for (const [index, one] of words.entries()) {
    for (const other of words.slice(index + 1))
      if (overlap(one.box, other.box)) overlaps.push(`${one.name} / ${other.name}`);
  }
  return overlaps;
}
