/** What happened at one moment: marks at a lane, banners that say it aloud, and flags where there is no room for them. */
import { svg, type TemplateResult } from 'lit';
import type { Flag, Frame, Mark, Sign } from '../layout/display-list.ts';
import { FLAG_HEIGHT, FLAG_PADDING } from '../layout/flag-layout.ts';
import { GLYPHS } from '../layout/outlines.ts';
import { emphasisOf } from './emphasis.ts';
import type { Emphasis } from './sequence-painter.ts';

export function markShape(mark: Mark, name: string, emphasis: Emphasis): TemplateResult<2> {
  const { dimmed, glyph, i, x, y } = mark;
  const { pointed, pressed, stop } = emphasisOf(i, emphasis);
  return svg`<g role="button" class="mark ${glyph}${dimmed ? ' dimmed' : ''}${pointed}" data-i=${i} tabindex=${stop} aria-label=${name} aria-pressed=${pressed} transform="translate(${x} ${y})"
    ><circle class="hit" r="9"></circle><path d=${GLYPHS[glyph]}></path></g>`;
}

/** A box on the packets that left in it. */
export function frameShape(frame: Frame, name: string, emphasis: Emphasis): TemplateResult<2> {
  const { dimmed, height, i, text, width, x, y } = frame;
  const { pointed, pressed, stop } = emphasisOf(i, emphasis);
  return svg`<g role="button" class="carrier${dimmed ? ' dimmed' : ''}${pointed}" data-i=${i} tabindex=${stop} aria-label=${name} aria-pressed=${pressed} transform="translate(${x} ${y})"
    ><rect rx="4" width=${width} height=${height}></rect><text x=${width / 2} y=${height / 2 + 4}>${text}</text></g>`;
}

export function signShape(sign: Sign, name: string, emphasis: Emphasis): TemplateResult<2> {
  const { height, i, lines, tone, width, x, y } = sign;
  const { pointed, pressed, stop } = emphasisOf(i, emphasis);
  const bar = tone === 'broken' ? 'M13 10l7 7m0-7l-7 7' : `M14 9v${height - 18}`;
  return svg`<g role="button" class="sign ${tone}${pointed}" data-i=${i} tabindex=${stop} aria-label=${nameWith(lines.join(' '), name)} aria-pressed=${pressed} transform="translate(${x} ${y})"
    ><rect class="frame" rx="7" width=${width} height=${height}></rect><path class="flag" d=${bar}></path><text>${lines.map(
      // A space, so that a reader of the words does not join two lines.
      (line, at) => svg`<tspan x="26" y=${20 + at * 18}>${at + 1 < lines.length ? `${line} ` : line}</tspan>`,
    )}</text></g>`;
}

export function flagShape(flag: Flag, name: string, width: number, emphasis: Emphasis): TemplateResult<2> {
  const { i, lines, text, tone, y } = flag;
  const { pointed, pressed, stop } = emphasisOf(i, emphasis);
  const across = lines.map((line) => `M0 ${line}H${width}`).join('');
  return svg`<g role="button" class="flag-group ${tone}${pointed}" data-i=${i} tabindex=${stop} aria-label=${nameWith(text, name)} aria-pressed=${pressed}
    ><path class="lines" d=${across}></path
    ><rect class="cloth" x="4" rx="5" y=${y - FLAG_HEIGHT / 2} width=${flag.width} height=${FLAG_HEIGHT - 1}></rect
    ><path class="pennant" d=${pennantOf(flag)}></path
    ><text x=${4 + FLAG_PADDING} y=${y + 3.5}>${text}</text></g>`;
}

/** A name that has the words that are seen: who speaks to a computer says those. */
function nameWith(seen: string, name: string): string {
  const words = seen.replace(/…$/, '');
  return name.replace(/\s+/g, ' ').includes(words) ? name : `${words}; ${name}`;
}

/** A cross for what is broken, a bolt for a fault, a bar for what is only said. */
function pennantOf({ tone, y }: Flag): string {
  if (tone === 'broken') return `M9 ${y - 4}l7 7m0-7l-7 7`;
  if (tone === 'fault') return `M13.5 ${y - 6.5}l-4.5 7h3.4l-1.3 5l5.4-7h-3.6Z`;
  return `M12.5 ${y - 4.5}v8`;
}
