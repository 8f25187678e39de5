/**
 * Every colour of the viewer, light and dark. `test/viz/palette.test.ts` holds them to 4.5:1 on paper, and the families to a
 * distance that protanopes, deuteranopes and tritanopes see.
 */
import type { Family } from '../index/family.ts';

export type Theme = 'light' | 'dark';

export const FAMILY_COLOURS: Readonly<Record<Theme, Readonly<Record<Family, string>>>> = {
  light: {
    publish: '#3a6abb',
    qos2: '#392860',
    connect: '#004c38',
    subscribe: '#662e00',
    ping: '#757379',
    fault: '#df2f0c',
  },
  dark: {
    publish: '#6f98fb',
    qos2: '#f7c0f7',
    connect: '#54f2a5',
    subscribe: '#f5a201',
    ping: '#8e8a8b',
    fault: '#e96046',
  },
};

/** `paper` lies under the diagram, `surface` under bars and panels; `ink` and `muted` are text, the rest are lines and fills. */
export const NEUTRAL_COLOURS = {
  light: {
    paper: '#fefdfb',
    surface: '#f7f4ee',
    raised: '#ffffff',
    ink: '#211d18',
    muted: '#665f55',
    line: '#d8d1c4',
    hair: '#ebe6dc',
    accent: '#8a5200',
    glow: '#ffcf70',
  },
  dark: {
    paper: '#131210',
    surface: '#1b1916',
    raised: '#25221e',
    ink: '#f0ebe2',
    muted: '#aaa295',
    line: '#413b33',
    hair: '#2a2621',
    accent: '#f3b64b',
    glow: '#b9770e',
  },
} as const satisfies Record<Theme, Record<string, string>>;

/** Custom properties for the elements of a selector; which of each pair holds is decided by `color-scheme`. */
export function paletteCss(selector = ':host'): string {
  let css = '';
  for (const [name, colour] of Object.entries(FAMILY_COLOURS.light)) {
    css += `--${name}: light-dark(${colour}, ${FAMILY_COLOURS.dark[name as Family]});\n`;
  }
  for (const [name, colour] of Object.entries(NEUTRAL_COLOURS.light)) {
    css += `--${name}: light-dark(${colour}, ${NEUTRAL_COLOURS.dark[name as keyof typeof NEUTRAL_COLOURS.dark]});\n`;
  }
  return `${selector} {\n${css}}\n`;
}
