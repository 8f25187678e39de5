/** Draws the strip below a diagram on a canvas. */
import { CENSUS_KINDS } from '../layout/census.ts';
import { MAP_BIN_WIDTH, type Minimap } from '../layout/minimap.ts';
import type { Colour } from './ink.ts';

/** Of the strip, in pixels, as the style sheet has it. */
const HEIGHT = 52;
/** Left for the times below. */
const FOOT = 14;
const TOP = 4;
const SCALE_MAX = 2;
const KINDS = CENSUS_KINDS.length;
const FAULT = CENSUS_KINDS.indexOf('fault');
/** A bin in which something was lost says so at least this high. */
const TROUBLE_MIN = 3;
const TICK_AIR = 4;

export function paintMinimap(
  canvas: HTMLCanvasElement,
  map: Minimap,
  colours: Readonly<Record<Colour, string>>,
  font: string,
): void {
  const scale = Math.min(SCALE_MAX, devicePixelRatio);
  canvas.width = Math.ceil(map.width * scale);
  canvas.height = Math.ceil(HEIGHT * scale);
  canvas.style.width = `${map.width}px`;
  canvas.style.height = `${HEIGHT}px`;
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  const ground = HEIGHT - FOOT;
  for (const { x1, x2, kind } of map.bands) {
    context.globalAlpha = kind === 'down' ? 0.4 : 0.16;
    context.fillStyle = colours.fault;
    context.fillRect(x1, kind === 'down' ? ground - 5 : 0, x2 - x1, kind === 'down' ? 5 : ground);
  }
  context.globalAlpha = 1;
  paintCounts(context, map, colours, ground);
  context.fillStyle = colours.line;
  context.fillRect(0, ground, map.width, 1);
  context.fillStyle = colours.fault;
  for (const x of map.violations) {
    context.fillRect(Math.round(x) - 0.5, 0, 1.5, ground);
    context.beginPath();
    context.moveTo(x - 4, 0);
    context.lineTo(x + 4.5, 0);
    context.lineTo(x + 0.25, 6);
    context.fill();
  }
  context.font = font;
  context.fillStyle = colours.muted;
  for (const [index, { x, text }] of map.ticks.entries()) {
    const wide = context.measureText(text).width;
    const first = index === 0;
    const left = first
      ? TICK_AIR
      : index === map.ticks.length - 1
        ? map.width - wide - TICK_AIR
        : x - wide / 2;
    context.fillText(text, left, HEIGHT - 3);
  }
}

/** Stripes by family on each other; what was lost at the bottom, where it is never hidden. */
function paintCounts(
  context: CanvasRenderingContext2D,
  { bins, counts, most }: Minimap,
  colours: Readonly<Record<Colour, string>>,
  ground: number,
): void {
  if (most === 0) return;
  const high = ground - TOP;
  const order = [FAULT, ...CENSUS_KINDS.keys()].filter((kind, at) => at === 0 || kind !== FAULT);
  for (let bin = 0; bin < bins; bin++) {
    let all = 0;
    for (let kind = 0; kind < KINDS; kind++) all += counts[bin * KINDS + kind]!;
    if (all === 0) continue;
    const height = Math.max(1.5, high * Math.sqrt(all / most));
    let y = ground;
    for (const kind of order) {
      const count = counts[bin * KINDS + kind]!;
      if (count === 0) continue;
      const share = Math.max(kind === FAULT ? TROUBLE_MIN : 0, (height * count) / all);
      const name = CENSUS_KINDS[kind]!;
      context.globalAlpha = name === 'dimmed' ? 0.35 : 1;
      context.fillStyle = colours[name === 'dimmed' ? 'muted' : name];
      context.fillRect(bin * MAP_BIN_WIDTH, y - share, MAP_BIN_WIDTH, share);
      y -= share;
    }
  }
  context.globalAlpha = 1;
}
