import { describe, expect, it } from 'vitest';
import type { Family } from '../../viz/index/family.ts';
import { FAMILY_STYLES } from '../../viz/layout/family.ts';
import { FAMILY_COLOURS, NEUTRAL_COLOURS, type Theme } from '../../viz/theme/palette.ts';

type Triple = [number, number, number];

function linear(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

/** WCAG 2.2: relative luminance, and the ratio of two. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB. */
const VISIONS: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function lab([red, green, blue]: Triple): Triple {
  const f = (value: number): number =>
    value > 216 / 24389 ? Math.cbrt(value) : (value * (24389 / 27) + 16) / 116;
  const x = f((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = f(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = f((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE76 of two colours as somebody sees them. */
function distance(one: string, other: string, vision: string): number {
  const seen = (hex: string): Triple => {
    const rgb = linear(hex);
    const mixed = VISIONS[vision]!.map((row) => row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]);
    return lab(mixed.map((value) => Math.min(1, Math.max(0, value))) as Triple);
  };
  const [a, b] = [seen(one), seen(other)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(['light', 'dark'] as const)('the %s palette', (theme: Theme) => {
  const families = Object.keys(FAMILY_COLOURS[theme]) as Family[];
  const { paper, surface, raised, ink, muted, accent } = NEUTRAL_COLOURS[theme];

  it.each(families)('has %s at 4.5:1 or more on paper', (family) => {
    expect(contrast(FAMILY_COLOURS[theme][family], paper)).toBeGreaterThanOrEqual(4.5);
  });

  it('has text at 4.5:1 or more on every ground', () => {
    for (const ground of [paper, surface, raised]) {
      for (const text of [ink, muted, accent]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(Object.keys(VISIONS))('has families at least 20 apart for %s vision', (vision) => {
    for (const [index, one] of families.entries()) {
      for (const other of families.slice(index + 1)) {
        const apart = distance(FAMILY_COLOURS[theme][one], FAMILY_COLOURS[theme][other], vision);
        expect(apart, `${one} and ${other}`).toBeGreaterThanOrEqual(20);
      }
    }
  });
});

describe('families', () => {
  it('measure distances as the literature does', () => {
    // Black and white are 100 apart, and a red and a green of one lightness close for a protanope.
    expect(distance('#000000', '#ffffff', 'normal')).toBeCloseTo(100, 1);
    expect(distance('#7d7100', '#c05000', 'protan')).toBeLessThan(
      distance('#7d7100', '#c05000', 'normal') / 2,
    );
  });

  it('differ in line, head or tail, too', () => {
    const looks = (['publish', 'qos2', 'connect', 'subscribe', 'ping'] as const).map((family) => {
      const { line, head, squareTail } = FAMILY_STYLES[family];
      return `${line} ${head} ${squareTail}`;
    });
    expect(new Set(looks).size).toBe(looks.length);
  });
});
