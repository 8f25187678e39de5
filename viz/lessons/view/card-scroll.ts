/** Scrolls a card to where all that has to be read together is in sight. */
import { firstInSight } from './sight.ts';

/** Between the first part and what is above it, in pixels: no more than between two parts. */
const AIR = 4;

/** All that is told and asked, in its order; the buttons at the end are no part. */
const PARTS = '.card > :not(form, .onwards), form > :not(fieldset, .onwards), fieldset > *';

/** Scrolls to the end of a card, and no further than it has to: it begins where a part begins. */
export function showToEnd(lesson: HTMLElement): void {
  const text = lesson.querySelector<HTMLElement>('.text')!;
  const card = lesson.querySelector<HTMLElement>('.card')!;
  const { from, to, scroller } = sightOf(lesson, text);
  const tops = [...card.querySelectorAll(PARTS)].map((part) => part.getBoundingClientRect().top - AIR);
  const first = firstInSight(tops, card.getBoundingClientRect().bottom, to - from);
  if (first === 0 && scroller === text) text.scrollTop = 0;
  else scroller.scrollTop += tops[first]! - from;
}

interface Sight {
  /** Heights of the page, in pixels, between which a card is seen. */
  from: number;
  to: number;
  scroller: Element;
}

/** Beside its picture a card is scrolled; below it the page is, and the picture may stay where it is. */
function sightOf(lesson: HTMLElement, text: HTMLElement): Sight {
  const { overflowY } = getComputedStyle(text);
  if (overflowY === 'visible') {
    const run = lesson.querySelector<HTMLElement>('div.run')!;
    const stays = getComputedStyle(run).position === 'sticky';
    return { from: stays ? run.offsetHeight : 0, to: innerHeight, scroller: document.scrollingElement! };
  }
  const { top, bottom } = text.getBoundingClientRect();
  return {
    from: top + lesson.querySelector<HTMLElement>('.stages')!.offsetHeight,
    to: bottom,
    scroller: text,
  };
}
