/** Light or dark: what the system prefers, until the reader chooses. */
import bars from './bars.css?inline';
import { paletteCss, type Theme } from './palette.ts';
import shell from './shell.css?inline';
import style from './style.css?inline';

const KEPT_AS = 'amber-theme';

let sheets: readonly CSSStyleSheet[] | undefined;

/** The palette and the rules of a viewer, shared by all viewers of a page. */
export function viewerSheets(): readonly CSSStyleSheet[] {
  sheets ??= [paletteCss(), bars, style, shell].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return sheets;
}

/** What the reader chose on an earlier visit. */
export function keptTheme(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    // A page from a file, or with storage turned off, has no memory. It follows the system.
    return undefined;
  }
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEPT_AS, theme);
  } catch {
    // Not kept, and still in force for this page.
  }
}

export function systemTheme(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
