/** What axe has against a page as it is shown. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What may stand beside what axe looks at. */
export interface AxeLook {
  /** A part of the page as axe names it, an expression; all of it by default. */
  context?: string;
  /** Of these rules only. */
  rules?: readonly string[];
}

/** Rules of axe that look at colours: all else that it looks at is the same in every theme. */
export const COLOURS: readonly string[] = ['color-contrast', 'link-in-text-block'];

/**
 * What axe has against a page in the light theme, and against its colours in the dark one.
 *
 * @param show lets the page have a theme.
 * @returns each with its theme: `dark: color-contrast: <p>x</p>`
 */
export async function axeFaultsInBothThemes(
  page: Page,
  show: (theme: 'light' | 'dark') => Promise<unknown> = (colorScheme) => page.emulateMedia({ colorScheme }),
): Promise<string[]> {
  const found: string[] = [];
  for (const [theme, look] of [
    ['light', {}],
    ['dark', { rules: COLOURS }],
  ] as const) {
    await show(theme);
    found.push(...(await axeFaults(page, look)).map((fault) => `${theme}: ${fault}`));
  }
  return found;
}

/** @returns each rule that is broken, with the first place where it is: `image-alt: <img src="x">` */
export async function axeFaults(
  page: Page,
  { context = 'document', rules }: AxeLook = {},
): Promise<string[]> {
  // The page's own policy refuses inline scripts, as it should; a debugger may still evaluate.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(AXE);
  const options = {
    // How to find what is right again is half of the work.
    resultTypes: ['violations'],
    ...(rules === undefined ? {} : { runOnly: rules }),
  };
  return page.evaluate(
    `axe.run(${context}, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes[0]?.html))`,
  );
}
