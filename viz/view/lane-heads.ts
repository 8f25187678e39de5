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
/** So much of the beginning of a name that is too long. */
const BEGINNING_LETTERS = 3;
const TAIL_MIN = 4;

export function headsHeight({ pitch }: Arranged): number {
  return HEIGHT + (pitch < STAGGERED_PITCH ? STAGGER : 0);
}

/** `fold` is called with the stem of a group whose head was pressed, and how many it has. */
export function laneHeads(
  { lanes, margin, pitch }: Arranged,
  gutter: number,
  fold: (group: string, size: number) => void,
): HTMLElement[] {
  const staggered = pitch < STAGGERED_PITCH;
  return lanes.map((lane) => {
    const { group, nodes } = lane;
    const head = document.createElement(group === undefined ? 'div' : 'button');
    head.className = `head ${lane.side}`;
    head.style.left = `${gutter + lane.x}px`;
    const widest = Math.min((staggered ? 2 : 1) * pitch - 10, 2 * margin - 4);
    head.style.maxWidth = `${widest}px`;
    if (staggered && lane.index % 2 === 1) head.style.top = `${TOP + STAGGER}px`;
    const name = document.createElement('b');
    // Names often differ in their ends only: what is left out is in the middle.
    const letters = Math.floor((widest - PADDING) / LETTER_WIDTH);
    const tail = Math.max(TAIL_MIN, letters - BEGINNING_LETTERS);
    const cut = Math.max(0, lane.title.length - tail);
    for (const text of [lane.title.slice(0, cut), lane.title.slice(cut)]) {
      const piece = document.createElement('i');
      piece.textContent = text;
      name.append(piece);
    }
    const role = document.createElement('span');
    role.textContent = lane.subtitle;
    head.append(name, role);
    head.title =
      nodes.length > 1 ? `${lane.subtitle}: ${nodes.slice(0, NODES_NAMED_MAX).join(', ')}` : lane.title;
    if (group !== undefined) head.addEventListener('click', () => fold(group, nodes.length));
    return head;
  });
}
