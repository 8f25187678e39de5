/** The shapes of a display list as elements of SVG. */
import type {
  Arrow,
  AxisGap,
  Band,
  DisplayList,
  Frame,
  Label,
  Mark,
  Sign,
  Tick,
} from '../layout/display-list.ts';
import { dashOf, GLYPHS, HATCHES, outlineOf, tipKind } from '../layout/outlines.ts';
import { element, escaped } from './markup.ts';

/** What a shape is called, by its ordinal. */
export type Naming = (ordinal: number) => string;

/** Everything between the heads of the lanes and the end, in the coordinates of the list. `id` is that of the picture. */
export function shapesOf(list: DisplayList, width: number, id: string, nameOf: Naming): string {
  const { top, bottom } = list;
  return [
    ...list.lanes.map(({ x }) => element('line', { class: 'lane', x1: x, x2: x, y1: top, y2: bottom })),
    ...list.bands.map((band) => bandOf(band, id, nameOf)),
    ...list.gaps.map((gap) => gapOf(gap, width)),
    ...list.arrows.map((arrow) => arrowOf(arrow, nameOf, top, bottom)),
    ...list.frames.map((frame) => frameOf(frame, nameOf)),
    ...list.marks.map((mark) => markOf(mark, nameOf)),
    ...list.signs.map(signOf),
    ...labelsOf(list),
  ].join('\n');
}

/** Beside the diagram, right-aligned at `x`. */
export function ticksOf(list: DisplayList, x: number): string {
  const words: (Tick & { kind: string })[] = [
    ...list.ticks.map((tick) => ({ ...tick, kind: 'tick' })),
    ...list.gaps.map(({ y1, y2, text }) => ({
      y: Math.round((y1 + y2) / 2),
      text: `⋯ ${text}`,
      kind: 'tick gap',
    })),
  ];
  return words
    .filter(({ y }) => y >= list.top && y <= list.bottom)
    .map(({ y, text, kind }) => element('text', { class: kind, x, y: y + 3.5 }, escaped(text)))
    .join('\n');
}

/** Hatches, so that a fault is told by more than its colour. */
export function hatchesOf(id: string): string {
  return Object.entries(HATCHES)
    .map(([name, { of, size, turn }]) =>
      element(
        'pattern',
        {
          id: `${id}-${name}`,
          patternUnits: 'userSpaceOnUse',
          width: size,
          height: size,
          patternTransform: `rotate(${turn})`,
        },
        of === 'dots'
          ? element('circle', { class: `hatch-${name}`, cx: 2, cy: 2, r: 1 })
          : element('line', { class: `hatch-${name}`, x1: 0, x2: 0, y1: 0, y2: size }),
      ),
    )
    .join('');
}

function bandOf(band: Band, id: string, nameOf: Naming): string {
  const { kind, x1, x2, y1, y2, solidFrom } = band;
  const box = { x: x1, width: x2 - x1, y: y1, height: Math.max(2, y2 - y1) };
  let body = '';
  if (kind === 'connection') {
    // Until it was established it is an outline.
    const from = Number.isNaN(solidFrom) ? y2 : solidFrom;
    body = element('rect', { class: 'body', ...box, y: from, height: Math.max(0, y2 - from) });
  } else body = element('rect', { class: 'body', ...box, fill: `url(#${id}-${kind})` });
  return element(
    'g',
    { class: `band ${kind}` },
    titled(nameOf(band.i)),
    element('rect', { class: 'ground', ...box }),
    body,
  );
}

function gapOf({ y1, y2, silent }: AxisGap, width: number): string {
  const middle = Math.round((y1 + y2) / 2) + 0.5;
  return element(
    'g',
    { class: 'gap' },
    element('rect', { x: 0, y: middle - 5, width, height: 10 }),
    silent ? element('line', { x1: 0, x2: width, y1: middle, y2: middle }) : '',
  );
}

export function arrowOf(arrow: Arrow, nameOf: Naming, top?: number, bottom?: number): string {
  const { family, accused, weight } = arrow;
  const { shaft, tip, tail } = outlineOf(arrow, top, bottom);
  return element(
    'g',
    { class: family },
    titled(nameOf(arrow.i)),
    accused && shaft !== undefined ? element('line', { class: 'accused', ...shaft }) : '',
    shaft === undefined
      ? ''
      : element('line', {
          class: 'shaft',
          ...shaft,
          'stroke-width': weight,
          'stroke-dasharray': dashOf(arrow),
        }),
    tip === '' ? '' : element('path', { class: tipKind(arrow), d: tip }),
    tail === '' ? '' : element('path', { class: 'tail', d: tail }),
  );
}

export function markOf({ i, x, y, glyph }: Mark, nameOf: Naming): string {
  return element(
    'g',
    { class: `mark ${glyph}`, transform: `translate(${x} ${y})` },
    titled(nameOf(i)),
    element('path', { d: GLYPHS[glyph] }),
  );
}

export function frameOf({ i, x, y, width, height, text }: Frame, nameOf: Naming): string {
  return element(
    'g',
    { class: 'carrier', transform: `translate(${x} ${y})` },
    titled(nameOf(i)),
    element('rect', { width, height, rx: 4 }),
    element('text', { x: width / 2, y: height / 2 + 4 }, escaped(text)),
  );
}

function signOf({ tone, x, y, width, height, lines }: Sign): string {
  const flag = tone === 'broken' ? 'M13 10l7 7m0-7l-7 7' : `M14 9v${height - 18}`;
  return element(
    'g',
    { class: `sign ${tone}`, transform: `translate(${x} ${y})` },
    element('rect', { width, height, rx: 7 }),
    element('path', { class: 'flag', d: flag }),
    ...lines.map((line, at) => element('text', { x: 26, y: 20 + at * 18 }, escaped(line))),
  );
}

const ALARMING = new Set(['failed', 'ended', 'down', 'fault']);

function labelsOf({ bands, arrows, marks }: DisplayList): string[] {
  const labels: string[] = [];
  const add = (label: Label | undefined, kind: string): void => {
    if (label !== undefined) labels.push(labelOf(label, kind));
  };
  for (const { label, kind } of bands) add(label, kind === 'fault' ? 'of-band alarm' : 'of-band');
  for (const { label, family } of arrows) add(label, family);
  for (const { end, family, note } of arrows) add(note, end === 'lost' ? 'alarm' : family);
  for (const { label, glyph } of marks) add(label, ALARMING.has(glyph) ? 'alarm' : '');
  return labels;
}

export function labelOf({ x, y, width, height, spans }: Label, kind: string): string {
  return element(
    'g',
    { class: `label ${kind}`.trim(), transform: `translate(${x} ${y})` },
    element('rect', { class: 'plate', x: -2, y: 1, width: width + 4, height: height - 2, rx: 3 }),
    ...spans.map((span) => {
      if (span.style === 'badge') {
        return (
          element('rect', {
            class: 'badge-frame',
            x: span.dx,
            y: 1.5,
            width: span.width,
            height: 12,
            rx: 3,
          }) + element('text', { class: 'badge', x: span.dx + 3, y: 10.7 }, escaped(span.text))
        );
      }
      const style = span.style === 'mark' ? 'words' : span.style;
      return element('text', { class: style, x: span.dx, y: 11.5 }, escaped(span.text));
    }),
  );
}

/** What a browser shows when the pointer rests on the shape. */
function titled(name: string): string {
  return name === '' ? '' : element('title', {}, escaped(name));
}
