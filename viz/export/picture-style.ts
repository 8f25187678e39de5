/** The style sheet of a picture: plain colours and selectors that every renderer of SVG knows, and that reach no other picture. */
import { FAMILIES } from '../index/family.ts';
import { FONT_SIZES } from '../layout/text-measure.ts';
import { FAMILY_COLOURS, NEUTRAL_COLOURS, type Theme } from '../theme/palette.ts';

/** Fonts of one width: what a picture was laid out for is what it is drawn with, or nearly. */
const SANS = '"DejaVu Sans",Verdana,Geneva,sans-serif';
const MONO = '"DejaVu Sans Mono",Menlo,"Liberation Mono",Consolas,monospace';

/** `share` of one colour over another, both as `#rrggbb`. */
function mix(colour: string, over: string, share: number): string {
  let mixed = '#';
  for (let at = 1; at < 7; at += 2) {
    const one = Number.parseInt(colour.slice(at, at + 2), 16);
    const other = Number.parseInt(over.slice(at, at + 2), 16);
    mixed += Math.round(one * share + other * (1 - share))
      .toString(16)
      .padStart(2, '0');
  }
  return mixed;
}

/** `id` is that of the picture. */
export function pictureStyle(id: string, theme: Theme): string {
  const family = FAMILY_COLOURS[theme];
  const { paper, surface, raised, ink, muted, line, accent } = NEUTRAL_COLOURS[theme];
  const { connect, fault } = family;
  const rules: [selector: string, style: string][] = [
    ['text', `font-family:${SANS};fill:${ink}`],
    ['.paper', `fill:${paper}`],
    ['.title', 'font-size:18px;font-weight:700'],
    ['.about', `font-size:12px;fill:${muted}`],
    ['.failed', `fill:${fault}`],
    ['.passed', `fill:${connect}`],
    ['.link', `font-size:12px;fill:${accent};text-decoration:underline`],
    ['.left-out', `font-size:12px;fill:${accent}`],
    ['.head rect', `fill:${raised};stroke:${line}`],
    ['.head.middle rect', `stroke:${accent}`],
    ['.head text', 'text-anchor:middle'],
    ['.head .name', 'font-size:13px;font-weight:700'],
    ['.head .role', `font-size:10.5px;fill:${muted}`],
    ['.tick', `font-family:${MONO};font-size:${FONT_SIZES.tick}px;fill:${muted};text-anchor:end`],
    ['.tick.gap', `fill:${accent}`],
    ['.lane', `stroke:${line}`],
    ['.gap rect', `fill:${paper}`],
    ['.gap line', `stroke:${accent};stroke-dasharray:1 5;opacity:.75`],
    ['.hatch-down', `stroke:${fault};stroke-width:3`],
    ['.hatch-fault', `stroke:${fault};stroke-width:1.2`],
    ['.hatch-paused', `fill:${muted}`],
    ['.connection .ground', `fill:${paper};stroke:${mix(connect, paper, 0.55)}`],
    ['.connection .body', `fill:${mix(connect, paper, 0.24)}`],
    ['.down .ground', `fill:${paper};stroke:${fault}`],
    ['.down .body', 'opacity:.65'],
    ['.paused .ground', `fill:${paper};stroke:${muted}`],
    ['.band.fault .ground', `fill:${fault};opacity:.06`],
    ['.band.fault .body', 'opacity:.16'],
    ['.accused', `stroke:${fault};stroke-width:10;stroke-linecap:round;opacity:.16`],
    ['.shaft', 'fill:none'],
    ['.open', 'fill:none;stroke-width:1.5'],
    ['.cross', `fill:none;stroke:${fault};stroke-width:2.2;stroke-linecap:round`],
    ['.mark path', `fill:${paper};stroke:${muted};stroke-width:1.4`],
    ['.mark.delivered path', `fill:${muted}`],
    [
      ['failed', 'closed', 'ended', 'down', 'up'].map((glyph) => `.mark.${glyph} path`).join(','),
      'fill:none;stroke-width:2',
    ],
    ['.mark.failed path,.mark.down path,.mark.ended path', `stroke:${fault}`],
    ['.mark.up path', `stroke:${connect}`],
    ['.mark.fault path', `fill:${fault};stroke:${paper};stroke-width:1;paint-order:stroke`],
    ['.carrier rect', `fill:${paper};stroke:${muted};stroke-width:1.2`],
    ['.carrier text', `font-size:${FONT_SIZES.mark}px;text-anchor:middle`],
    ['.sign rect', `fill:${surface};stroke:${line}`],
    ['.sign text', `font-size:${FONT_SIZES.note}px`],
    ['.sign .flag', `fill:none;stroke:${accent};stroke-width:2.5;stroke-linecap:round`],
    ['.sign.broken rect', `fill:${mix(fault, paper, 0.09)};stroke:${fault}`],
    ['.sign.broken .flag', `stroke:${fault}`],
    ['.sign.excused rect', 'stroke-dasharray:4 3'],
    ['.plate', `fill:${paper};opacity:.8`],
    ['.of-band .plate', 'opacity:.55'],
    ['.label text', `stroke:${paper};stroke-width:3;stroke-linejoin:round;paint-order:stroke`],
    ['.type', `font-size:${FONT_SIZES.type}px;font-weight:700;letter-spacing:.3px`],
    ['.detail', `font-family:${MONO};font-size:${FONT_SIZES.detail}px`],
    ['.words', `font-size:${FONT_SIZES.mark}px;fill:${muted}`],
    ['.alarm .words', `fill:${fault}`],
    ['.label .badge', `font-size:${FONT_SIZES.badge}px;font-weight:700;fill:${paper};stroke:none`],
    ['.badge-frame', `stroke:${paper};stroke-width:3;paint-order:stroke`],
    ['.legend text', `font-size:11px;fill:${muted}`],
  ];
  for (const name of FAMILIES) {
    const colour = family[name];
    rules.push(
      [`.${name} .shaft,.${name} .open`, `stroke:${colour}`],
      [`.${name} .filled,.${name} .tail,.${name} .badge-frame,.${name} .type`, `fill:${colour}`],
    );
  }
  return rules
    .map(([selector, style]) => {
      const scoped = selector
        .split(',')
        .map((each) => `#${id} ${each}`)
        .join(',');
      return `${scoped}{${style}}`;
    })
    .join('\n');
}
