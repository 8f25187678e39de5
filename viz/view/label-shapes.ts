/** Words: what packets, marks and bands are called, and times in the margin. */
import { svg, type TemplateResult } from 'lit';
import type { DisplayList, Label, Span, Tick } from '../layout/display-list.ts';
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
  for (const { i, reason } of arrows) add(i, reason, 'of-arrow reason lost');
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

/** A text in the margin. */
export interface Time extends Tick {
  /** It tells how long nothing happened. */
  gap: boolean;
}

/** Letters of a length of time for which the margin of a telephone has hardly room. */
const LONG = 8;
/** Between the two lines of a stretch that says more than its length, from its middle. */
const LIFT = 7;

export function timesOf({ gaps, ticks }: DisplayList): Time[] {
  const times: Time[] = ticks.map((tick) => ({ ...tick, gap: false }));
  for (const { pings, text, y1, y2 } of gaps) {
    const y = Math.round((y1 + y2) / 2);
    const lift = pings > 0 ? LIFT : 0;
    times.push({ y: y - lift, text: `⋯${text.length > LONG ? '' : ' '}${text}`, gap: true });
    if (pings > 0) times.push({ y: y + lift, text: `${pings} PINGs`, gap: true });
  }
  return times;
}

export function tickText({ gap, text, y }: Time, right: number, top: number): TemplateResult<2> {
  return svg`<text class=${gap ? 'tick gap' : 'tick'} x=${right - 12} y=${y - top} dy="0.35em" .textContent=${text}></text>`;
}
