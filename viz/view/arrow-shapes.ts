/** Packets as elements of SVG. */
import { nothing, svg, type TemplateResult } from 'lit';
import type { Arrow, DisplayList } from '../layout/display-list.ts';
import { dashOf, outlineOf, type Shaft, tipKind } from '../layout/outlines.ts';
import { emphasisOf } from './emphasis.ts';
import type { Emphasis } from './sequence-painter.ts';

/** Of an arrow that only touches the edge of what is drawn. */
const UNSEEN: Shaft = { x1: 0, y1: 0, x2: 0, y2: 0 };

/** A line that is wide enough to be pointed at, the line itself, and its ends. */
export function arrowShape(
  arrow: Arrow,
  { bottom, top }: DisplayList,
  name: string,
  emphasis: Emphasis,
): TemplateResult<2> {
  const { accused, dimmed, end, family, i, weight } = arrow;
  const { shaft, tail, tip } = outlineOf(arrow, top, bottom);
  const { x1, y1, x2, y2 } = shaft ?? UNSEEN;
  const { pointed, pressed, stop } = emphasisOf(i, emphasis);
  const look = `arrow ${family} ${end}${accused ? ' accused' : ''}${dimmed ? ' dimmed' : ''}${pointed}`;
  return svg`<g role="button" class=${look} data-i=${i} tabindex=${stop} aria-label=${name} aria-pressed=${pressed}
    ><line class="hit" x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line
    ><line class="shaft" x1=${x1} y1=${y1} x2=${x2} y2=${y2} stroke-width=${weight} stroke-dasharray=${dashOf(arrow) ?? nothing}></line
    ><path class="tip ${tipKind(arrow)}" d=${tip}></path
    >${tail === '' ? nothing : svg`<path class="tail" d=${tail}></path>`}</g>`;
}

/** Behind what is selected, and behind what led to it. */
export function glowOf(
  arrow: Arrow,
  { bottom, top }: DisplayList,
  { selected }: Emphasis,
): TemplateResult<2> {
  const { x1, y1, x2, y2 } = outlineOf(arrow, top, bottom).shaft ?? UNSEEN;
  return svg`<line class=${arrow.i === selected ? 'glow selected' : 'glow'} x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>`;
}
