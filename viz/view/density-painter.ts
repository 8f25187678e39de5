/** Draws packets as counts: all stripes of a family are one path. */
import { CENSUS_KINDS } from '../layout/census.ts';
import type { Density } from '../layout/display-list.ts';
import type { Brush, Colour } from './ink.ts';

const DIMMED = 0.35;

export function paintDensity({ context, colours }: Brush, { kind, step, width, x, y }: Density): void {
  for (const [wanted, name] of CENSUS_KINDS.entries()) {
    context.globalAlpha = name === 'dimmed' ? DIMMED : 1;
    context.fillStyle = colours[name === 'dimmed' ? 'muted' : (name satisfies Colour)];
    context.beginPath();
    for (let each = 0; each < kind.length; each++) {
      if (kind[each] === wanted) context.rect(x[each]!, y[each]!, width[each]!, step);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
