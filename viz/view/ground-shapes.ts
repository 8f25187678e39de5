/** What lies below packets: lanes, what lasts, and stretches in which nothing happens. */
import { svg, type TemplateResult } from 'lit';
import type { AxisGap, Band } from '../layout/display-list.ts';
import { HATCHES } from '../layout/outlines.ts';

/** Hatches, so that a fault is told by more than its colour. */
export const hatches: TemplateResult<2> = svg`<defs>${Object.entries(HATCHES).map(
  ([name, { of, size, turn }]) =>
    svg`<pattern id="hatch-${name}" class="hatch ${name}" patternUnits="userSpaceOnUse" width=${size} height=${size} patternTransform="rotate(${turn})"
      >${of === 'dots' ? svg`<circle cx="2" cy="2" r="1"></circle>` : svg`<line x1="0" x2="0" y1="0" y2=${size}></line>`}</pattern>`,
)}</defs>`;

export function laneLine(x: number, top: number, bottom: number): TemplateResult<2> {
  return svg`<line class="lane" x1=${x} x2=${x} y1=${top} y2=${bottom}></line>`;
}

export function bandShape(band: Band, name: string): TemplateResult<2> {
  const { i, kind, solidFrom, x1, x2, y1, y2 } = band;
  const [width, height] = [x2 - x1, Math.max(2, y2 - y1)];
  // Until it was established a connection is an outline.
  const established = kind === 'connection' && !Number.isNaN(solidFrom);
  const begin = established ? solidFrom : y1;
  const solid = kind === 'connection' ? Math.max(0, established ? y2 - solidFrom : 0) : height;
  return svg`<g role="img" class="band ${kind}" data-i=${i} aria-label=${name}
    ><rect class="ground" x=${x1} y=${y1} width=${width} height=${height}></rect
    ><rect class="body" x=${x1} y=${begin} width=${width} height=${solid}></rect></g>`;
}

export function gapShape({ silent, y1, y2 }: AxisGap, width: number): TemplateResult<2> {
  const middle = Math.round((y1 + y2) / 2) + 0.5;
  return svg`<g class=${silent ? 'gap silent' : 'gap'}
    ><rect x="0" y=${middle - 5} width=${width} height="10"></rect
    ><line x1="0" x2=${width} y1=${middle} y2=${middle}></line></g>`;
}
