/** Which line does a pointer mean? */
import type { Arrow, Label } from '../layout/display-list.ts';

/** In pixels. */
const REACH = 6;

/** The nearest of some arrows; undefined if none is within reach. */
export function arrowNear(arrows: readonly Arrow[], x: number, y: number): Arrow | undefined {
  let best: Arrow | undefined;
  let least = REACH * REACH;
  for (const arrow of arrows) {
    const { x1, x2, y1, y2 } = arrow;
    if (y < y1 - REACH || y > y2 + REACH) continue;
    const dx = x2 - x1;
    const dy = y2 - y1;
    const square = dx * dx + dy * dy;
    const share = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square));
    const ax = x1 + dx * share - x;
    const ay = y1 + dy * share - y;
    const distance = ax * ax + ay * ay;
    if (distance >= least) continue;
    least = distance;
    best = arrow;
  }
  return best;
}

/** The same arrow further down. */
export function movedBy(arrow: Arrow, dy: number): Arrow {
  const moved = (label: Label | undefined): Label | undefined =>
    label === undefined ? undefined : { ...label, y: label.y + dy };
  return {
    ...arrow,
    y1: arrow.y1 + dy,
    y2: arrow.y2 + dy,
    label: moved(arrow.label),
    note: moved(arrow.note),
  };
}
