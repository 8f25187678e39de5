/** What all pages of the site but the viewer have in common: the head, and the bar at the top. */
import { escaped } from '../../export/markup.ts';
import { DROP_OUTLINE, DROP_SHINE } from '../../theme/drop.ts';
import { PLACES, type PlaceName } from '../places.ts';

const DROP =
  '<svg class="drop" viewBox="0 0 20 24" width="20" height="24" aria-hidden="true">' +
  `<path d="${DROP_OUTLINE}"/><path class="shine" d="${DROP_SHINE}"/></svg>`;

const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 24'><path fill='#e39a1b' d='${DROP_OUTLINE}'/></svg>`,
)}`;

/** @param base from the page to the directory of the site, `./` or `../` */
export function headOf(title: string, base: string): string {
  return `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${base}site/site.css">
<script src="${base}site/theme.js"></script>`;
}

/** @param base from the page to the directory of the site, `./` or `../` */
export function barOf(current: PlaceName, base: string): string {
  const links = PLACES.map(({ name, title, address }) => {
    const here = name === current ? ' aria-current="page"' : '';
    return `<a href="${base}${address}"${here}>${title}</a>`;
  });
  return `<header class="bar">
<a class="brand" href="${base}">${DROP}Amber</a>
<nav class="places" aria-label="Amber">${links.join('')}</nav>
<div class="actions"><button type="button" class="button icon" data-switch-theme title="Theme">◐</button></div>
</header>`;
}
