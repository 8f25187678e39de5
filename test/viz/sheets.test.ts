/** The style sheets of a viewer share one shadow: what one of them says of a class holds for the elements of all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../programs.ts';

const SHEETS = ['bars', 'style', 'shell', 'panel', 'table', 'topology', 'compare'] as const;

/** Classes that are meant to look alike wherever they are, with the sheet that says how. */
const COMMON: Readonly<Record<string, (typeof SHEETS)[number]>> = {
  button: 'bars',
  bar: 'bars',
  actions: 'bars',
  brand: 'bars',
  places: 'bars',
  drop: 'bars',
  panel: 'style',
  // What is said aside.
  more: 'panel',
  clock: 'style',
  // The colour of a family of packets is that of its arrows, dots and rows.
  publish: 'style',
  qos2: 'style',
  connect: 'style',
  subscribe: 'style',
  ping: 'style',
};

function selectorsOf(sheet: string): string[] {
  const text = readFileSync(join(repository, 'viz/theme', `${sheet}.css`), 'utf8');
  return [...text.replace(/\/\*.*?\*\//gs, '').matchAll(/([^{};]+)\{/g)]
    .map(([, selectors]) => selectors!.trim())
    .filter((selectors) => !selectors.startsWith('@'))
    .flatMap((selectors) => selectors.split(/,(?![^(]*\))/))
    .map((selector) => selector.trim());
}

function classesIn(selector: string): string[] {
  return [...selector.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name]) => name!);
}

/** A class alone at the beginning: it holds wherever an element has that class. */
function rootOf(selector: string): string | undefined {
  return /^\.([a-zA-Z][\w-]*)(?=$|[\s>+~]|:(?!is|not|has))/.exec(selector)?.[1];
}

describe('the style sheets', () => {
  it('leave alone the classes of each other', () => {
    const selectors = new Map(SHEETS.map((sheet) => [sheet, selectorsOf(sheet)]));
    const clashes: string[] = [];
    for (const [sheet, own] of selectors) {
      const roots = new Set(own.map(rootOf).filter((root) => root !== undefined));
      for (const [other, theirs] of selectors) {
        if (other === sheet) continue;
        const used = new Set(theirs.flatMap(classesIn));
        for (const root of roots) {
          if (used.has(root) && COMMON[root] === undefined) clashes.push(`.${root} of ${sheet} and ${other}`);
        }
      }
    }
    expect(clashes).toEqual([]);
  });

  it('say of what is common how it looks in one place', () => {
    for (const [name, sheet] of Object.entries(COMMON)) {
      expect(selectorsOf(sheet).map(rootOf), name).toContain(name);
    }
  });
});
