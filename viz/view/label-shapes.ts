/** Words: what packets, marks and bands are called, and times in the margin. */
import { nothing, svg, type TemplateResult } from 'lit';
import type { DisplayList, Label, Span } from '../layout/display-list.ts';
import type { Time } from '../layout/margin-times.ts';
import type { Emphasis } from './sequence-painter.ts';

/** The words of a shape. */
export interface Named {
  i: number;
  /** Names of its class. */
  kind: string;
  label: Label;
}

export function namesOf({ arrows, bands, marks }: DisplayList): Named[] {
  const names: Named[] = [];
  const add = (i: number, label: Label | undefined, kind: string): void => {
    if (label !== undefined) names.push({ i, label, kind });
  };
  const pale = (dimmed: boolean): string => (dimmed ? ' dimmed' : '');
  for (const { i, kind, label } of bands) add(i, label, `of-band ${kind}`);
  for (const { dimmed, end, family, i, label } of arrows)
    add(i, label, `of-arrow ${family} ${end}${pale(dimmed)}`);
  for (const { dimmed, end, family, i, note } of arrows)
    add(i, note, `of-arrow note ${family} ${end}${pale(dimmed)}`);
  for (const { dimmed, glyph, i, label } of marks) add(i, label, `of-mark ${glyph}${pale(dimmed)}`);
  return names;
}

export function labelShape({ i, kind, label }: Named, { selected }: Emphasis): TemplateResult<2> {
  const { height, spans, width, x, y } = label;
  return svg`<g class="label ${kind}${i === selected ? ' selected' : ''}" data-i=${i} transform="translate(${x} ${y})"
    ><rect class="plate" x="-2" y="1" rx="3" width=${width + 4} height=${height - 2}></rect>${spans.map(spanShape)}</g>`;
}

function spanShape({ dx, style, text, width }: Span): TemplateResult<2> {
  return style === 'badge'
    ? svg`<rect class="badge-frame" x=${dx} y="1.5" rx="3" width=${width} height="12"></rect><text class="badge" x=${dx + 3} y="10.7" .textContent=${text}></text>`
    : svg`<text class=${style} x=${dx} y="11.5" .textContent=${text}></text>`;
}

/** `right` is the edge of the margin. */
export function tickText({ is, text, y }: Time, right: number, top: number): TemplateResult<2> {
  const at = y - top;
  return svg`<text class="tick ${is}" x=${right - 12} y=${at} dy="0.35em" .textContent=${text}></text>${
    is === 'marked'
      ? svg`<path class="pointer" d="M${right - 8} ${at - 5}L${right - 1} ${at}L${right - 8} ${at + 5}Z"></path>`
      : nothing
  }`;
}
