/** Light or dark: what the system prefers, until the reader chooses. */
import { paletteCss, type Theme } from './palette.ts';

const KEPT_AS = 'amber-theme';

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    // A page from a file, or with storage turned off, has no memory. It follows the system.
    return null;
  }
}

export function startTheme(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(paletteCss());
  document.adoptedStyleSheets.push(sheet);
  const chosen = kept();
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
}

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function toggleTheme(): Theme {
  const next = currentTheme() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEPT_AS, next);
  } catch {
    // Not kept, and still in force for this page.
  }
  return next;
}
