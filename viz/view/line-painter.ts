/** Draws packets as lines on a canvas, one path for all that look alike, and words where the layout found room for them. */
import type { Arrow, DisplayList, Label, Mark } from '../layout/display-list.ts';
import { dashOf, GLYPHS, outlineOf, tipKind } from '../layout/outlines.ts';
import type { Brush, Colour } from './ink.ts';

/** Of what a filter did not find. */
const DIMMED = 0.16;
const BADGE_PADDING = 3;
/** Pixels for each line below which lines are thin and have no heads, so that their slopes are seen. */
const CROWDED = 2.4;
const THIN = 0.45;

/** Packets that are drawn with the same pen. */
interface Bundle {
  colour: Colour;
  weight: number;
  dashes: readonly number[];
  dimmed: boolean;
  shafts: Path2D;
  filled: Path2D;
  open: Path2D;
  crosses: Path2D;
}

export function paintLines(brush: Brush, { arrows, bottom, marks, top }: DisplayList): void {
  const { context, colours } = brush;
  const crowded = (bottom - top) / Math.max(1, arrows.length) < CROWDED;
  for (const bundle of bundlesOf(arrows, top, bottom)) {
    context.globalAlpha = bundle.dimmed ? DIMMED : 1;
    context.strokeStyle = colours[bundle.colour];
    context.fillStyle = colours[bundle.colour];
    context.lineWidth = crowded ? bundle.weight * THIN : bundle.weight;
    context.setLineDash([...bundle.dashes]);
    context.stroke(bundle.shafts);
    context.setLineDash([]);
    if (!crowded) {
      context.fill(bundle.filled);
      context.lineWidth = 1.5;
      context.stroke(bundle.open);
    }
    context.strokeStyle = colours.fault;
    context.lineWidth = 2.2;
    context.stroke(bundle.crosses);
  }
  for (const mark of marks) paintMark(brush, mark);
  for (const { dimmed, family, label } of arrows) {
    if (label !== undefined && !dimmed) paintLabel(brush, label, family);
  }
  for (const { dimmed, end, family, note } of arrows)
    if (note !== undefined && !dimmed) paintLabel(brush, note, end === 'lost' ? 'fault' : family);
  for (const { label, dimmed } of marks)
    if (label !== undefined && !dimmed) paintLabel(brush, label, 'muted');
  context.globalAlpha = 1;
}

function bundlesOf(arrows: readonly Arrow[], top: number, bottom: number): Iterable<Bundle> {
  const bundles = new Map<string, Bundle>();
  for (const arrow of arrows) {
    const { dimmed, family, weight } = arrow;
    const dash = dashOf(arrow);
    const key = `${dimmed} ${family} ${weight} ${dash}`;
    let bundle = bundles.get(key);
    if (bundle === undefined) {
      bundle = {
        colour: family,
        weight,
        dashes: dash === undefined ? [] : dash.split(' ').map(Number),
        dimmed,
        shafts: new Path2D(),
        filled: new Path2D(),
        open: new Path2D(),
        crosses: new Path2D(),
      };
      bundles.set(key, bundle);
    }
    const { shaft, tip, tail } = outlineOf(arrow, top, bottom);
    if (shaft !== undefined) {
      bundle.shafts.moveTo(shaft.x1, shaft.y1);
      bundle.shafts.lineTo(shaft.x2, shaft.y2);
    }
    const kind = tipKind(arrow);
    const tips = kind === 'cross' ? bundle.crosses : kind === 'open' ? bundle.open : bundle.filled;
    if (tip !== '') tips.addPath(new Path2D(tip));
    if (tail !== '') bundle.filled.addPath(new Path2D(tail));
  }
  // What stands out is drawn over what is pale.
  return [...bundles.values()].sort((one, other) => Number(other.dimmed) - Number(one.dimmed));
}

const OUTLINES = new Map<string, Path2D>();

function paintMark({ context, colours }: Brush, { x, y, glyph, dimmed }: Mark): void {
  let outline = OUTLINES.get(glyph);
  if (outline === undefined) {
    outline = new Path2D(GLYPHS[glyph]);
    OUTLINES.set(glyph, outline);
  }
  const alarming = glyph === 'failed' || glyph === 'down' || glyph === 'ended' || glyph === 'fault';
  const colour = alarming ? colours.fault : glyph === 'up' ? colours.connect : colours.muted;
  context.save();
  context.globalAlpha = dimmed ? DIMMED : 1;
  context.translate(x, y);
  context.lineWidth = 1.4;
  context.strokeStyle = colour;
  context.fillStyle = glyph === 'call' ? colours.paper : colour;
  if (glyph === 'call' || glyph === 'delivered' || glyph === 'fault') context.fill(outline);
  context.stroke(outline);
  context.restore();
}

function paintLabel(
  { context, colours, fonts }: Brush,
  { x, y, width, height, spans }: Label,
  colour: Colour,
): void {
  context.globalAlpha = 0.8;
  context.fillStyle = colours.paper;
  context.fillRect(x - 2, y + 1, width + 4, height - 2);
  context.globalAlpha = 1;
  for (const { dx, style, text, width: wide } of spans) {
    context.font = fonts[style];
    context.letterSpacing = style === 'type' ? '0.3px' : '0px';
    if (style === 'badge') {
      context.fillStyle = colours[colour];
      context.fillRect(x + dx, y + 1.5, wide, 12);
      context.fillStyle = colours.paper;
      context.fillText(text, x + dx + BADGE_PADDING, y + 10.7);
      continue;
    }
    const tinted = style === 'type' || colour === 'fault' || colour === 'muted';
    context.fillStyle = style === 'mark' && !tinted ? colours.muted : tinted ? colours[colour] : colours.ink;
    context.fillText(text, x + dx, y + 11.5);
  }
}
