/** The script of pages that are mostly text: the theme that the reader chose, before anything is drawn, and the button that changes it. */
import { keepTheme, keptTheme, systemTheme } from '../theme/theme.ts';

const root = document.documentElement;
const current = (): string => root.dataset.theme ?? systemTheme();

const kept = keptTheme();
if (kept !== undefined) root.dataset.theme = kept;

addEventListener('DOMContentLoaded', () => {
  const button = document.querySelector('[data-switch-theme]');
  const settle = (): void => {
    const { theme } = root.dataset;
    button?.setAttribute('aria-label', `Switch to ${current() === 'dark' ? 'light' : 'dark'} theme`);
    // A viewer within the page follows the system by itself, and the reader when it is told.
    for (const viewer of document.querySelectorAll('amber-trace'))
      if (theme !== undefined) viewer.setAttribute('data-theme', theme);
  };
  settle();
  button?.addEventListener('click', () => {
    const chosen = current() === 'dark' ? 'light' : 'dark';
    root.dataset.theme = chosen;
    keepTheme(chosen);
    settle();
  });
});
