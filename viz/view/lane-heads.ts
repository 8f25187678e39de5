/** The names above the lanes, which stay in view. */
import type { Arranged } from '../worker/answers/sequence-answers.ts';

const HEIGHT = 54;
/** Lanes that are closer have their heads in two rows. */
const STAGGERED_PITCH = 112;
const STAGGER = 44;
const TOP = 8;
const NODES_NAMED_MAX = 20;
/** Of a head, beside the name. */
const PADDING = 28;
const LETTER_WIDTH = 8.4;
/** The same of a name in two lines, and how much higher they are. */
const BROKEN_PADDING = 18;
const BROKEN_LETTER_WIDTH = 7.4;
const SECOND_LINE = 11;
const GUTTER_SHARE = 40;
/** A name in two lines is broken after one of these. */
const JOINT = /[-_.:/~ ]/;
/** So much of the beginning of a name that is too long. */
const BEGINNING_LETTERS = 3;
const TAIL_MIN = 4;

export function headsHeight(arranged: Arranged): number {
  const high = heightOf(arranged);
  return HEIGHT + high + (arranged.pitch < STAGGERED_PITCH ? STAGGER + high : 0);
}

/** What the heads need because one of their names has two lines. */
function heightOf(arranged: Arranged): number {
  return arranged.lanes.some((lane) => linesOf(lane.title, widthOf(lane.index, arranged)).length > 1)
    ? SECOND_LINE
    : 0;
}

/** Of a head, at most: the outer ones have the margin beside them, and the first a little of the gutter; the others their neighbours. */
function widthOf(index: number, { lanes, margin, pitch }: Arranged): number {
  const between = (pitch < STAGGERED_PITCH ? 2 : 1) * pitch - 10;
  const outer = index === 0 || index === lanes.length - 1;
  return outer ? Math.min(between, 2 * margin + (index === 0 ? GUTTER_SHARE : -4)) : between;
}

/** A name that is too wide is broken into two lines, as near to its middle as it can be. */
function linesOf(title: string, width: number): string[] {
  if (title.length * LETTER_WIDTH + PADDING <= width) return [title];
  const middle = title.length / 2;
  let at = 0;
  for (let each = 1; each < title.length; each++) {
    const joint = JOINT.test(title[each - 1]!);
    if (joint && Math.abs(each - middle) < Math.abs(at - middle)) at = each;
  }
  return at === 0 ? [title] : [title.slice(0, at), title.slice(at)];
}

/** `fold` is called with the stem of a group whose head was pressed, and how many it has. */
export function laneHeads(
  arranged: Arranged,
  gutter: number,
  fold: (group: string, size: number) => void,
): HTMLElement[] {
  const { lanes, pitch } = arranged;
  const staggered = pitch < STAGGERED_PITCH;
  const row = STAGGER + heightOf(arranged);
  return lanes.map((lane) => {
    const { group, nodes } = lane;
    const widest = widthOf(lane.index, arranged);
    const lines = linesOf(lane.title, widest);
    const broken = lines.length > 1;
    const head = document.createElement(group === undefined ? 'div' : 'button');
    head.className = `head ${lane.side}${broken ? ' broken' : ''}`;
    head.style.left = `${gutter + lane.x}px`;
    head.style.maxWidth = `${widest}px`;
    if (staggered && lane.index % 2 === 1) head.style.top = `${TOP + row}px`;
    const name = document.createElement('b');
    const room = broken ? (widest - BROKEN_PADDING) / BROKEN_LETTER_WIDTH : (widest - PADDING) / LETTER_WIDTH;
    name.append(...lines.map((line) => lineOf(line, Math.floor(room))));
    const role = document.createElement('span');
    role.textContent = lane.subtitle;
    head.append(name, role);
    head.title =
      nodes.length > 1 ? `${lane.subtitle}: ${nodes.slice(0, NODES_NAMED_MAX).join(', ')}` : lane.title;
    if (group !== undefined) head.addEventListener('click', () => fold(group, nodes.length));
    return head;
  });
}

/** Names often differ in their ends only: what is left out of a line of so many letters is in its middle. */
function lineOf(text: string, letters: number): HTMLElement {
  const line = document.createElement('em');
  const tail = Math.max(TAIL_MIN, letters - BEGINNING_LETTERS);
  const cut = text.length <= letters ? text.length : Math.max(0, text.length - tail);
  for (const piece of [text.slice(0, cut), text.slice(cut)]) {
    const part = document.createElement('i');
    part.textContent = piece;
    line.append(part);
  }
  return line;
}
