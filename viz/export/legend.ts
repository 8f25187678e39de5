/** What the signs of a picture mean: those that are in it, and no others. */

import { FAMILIES, type Family } from '../index/family.ts';
import type { Arrow, BandKind, DisplayList, Glyph } from '../layout/display-list.ts';
import { FAMILY_STYLES } from '../layout/family.ts';
import { tableMeasure } from '../layout/text-measure.ts';
import { element, escaped } from './markup.ts';
import { arrowOf, frameOf, labelOf, markOf } from './shapes.ts';

const ROW_HEIGHT = 22;
const SAMPLE_WIDTH = 34;
/** Between a sample and its words, and between two entries. */
const WORD_AIR = 8;
const ENTRY_AIR = 24;

const MARK_WORDS: readonly (readonly [Glyph, string])[] = [
  ['call', 'the application calls'],
  ['delivered', 'the application is handed a message'],
  ['failed', 'a call fails'],
  ['closed', 'connection closed'],
  ['ended', 'connection lost'],
  ['fault', 'fault'],
  ['down', 'node goes down'],
  ['up', 'node is back'],
];
const BAND_WORDS: readonly (readonly [BandKind, string])[] = [
  ['connection', 'connected'],
  ['fault', 'while a fault lasts'],
  ['down', 'down'],
  ['paused', 'stands still'],
];

/** Of what stands beside an arrow, what its reader may not know. */
const LABEL_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^q[012]$/, 'at this QoS'],
  [/^#\d+$/, 'packet identifier'],
  [/^DUP$/, 'sent again'],
  [/^RETAIN$/, 'to be kept for later subscribers'],
  [/^WILL$/, 'with a last will'],
];

export interface Legend {
  markup: string;
  height: number;
}

/** In rows of at most so many pixels. `id` is that of the picture. */
export function legendOf(list: DisplayList, width: number, id: string): Legend {
  const entries = [
    ...arrowEntries(list),
    ...wordEntries(list),
    ...frameEntries(list),
    ...markEntries(list),
    ...bandEntries(list, id),
  ];
  const parts: string[] = [];
  let x = 0;
  let y = 0;
  for (const { sample, words } of entries) {
    const wide = SAMPLE_WIDTH + WORD_AIR + tableMeasure(words, 'mark');
    if (x > 0 && x + wide > width) {
      x = 0;
      y += ROW_HEIGHT;
    }
    parts.push(
      element(
        'g',
        { transform: `translate(${Math.round(x)} ${y})` },
        sample,
        element('text', { x: SAMPLE_WIDTH + WORD_AIR, y: 15 }, escaped(words)),
      ),
    );
    x += wide + ENTRY_AIR;
  }
  return {
    markup: element('g', { class: 'legend' }, ...parts),
    height: entries.length === 0 ? 0 : y + ROW_HEIGHT,
  };
}

interface Entry {
  sample: string;
  words: string;
}

const nameless = (): string => '';

function arrowEntries({ arrows }: DisplayList): Entry[] {
  const sample = (family: Family, end: Arrow['end']): string => {
    const x2 = end === 'lost' ? 22 : SAMPLE_WIDTH;
    const place = { x1: 4, y1: 11, x2, y2: 11, aimX: SAMPLE_WIDTH };
    const rest = {
      i: 0,
      weight: 1.5,
      accused: false,
      count: 1,
      label: undefined,
      note: undefined,
      dimmed: false,
    };
    return arrowOf({ ...place, ...rest, family, end }, nameless);
  };
  const entries: Entry[] = [];
  for (const family of FAMILIES) {
    const words = family === 'fault' ? 'malformed' : FAMILY_STYLES[family].title;
    if (arrows.some((arrow) => arrow.family === family))
      entries.push({ sample: sample(family, 'arrived'), words });
  }
  if (arrows.some(({ end }) => end === 'lost')) {
    entries.push({ sample: sample('publish', 'lost'), words: 'lost with its connection' });
  }
  if (arrows.some(({ end }) => end === 'under-way')) {
    entries.push({ sample: sample('publish', 'under-way'), words: 'still under way at the end' });
  }
  return entries;
}

function wordEntries({ arrows }: DisplayList): Entry[] {
  const entries: Entry[] = [];
  for (const [pattern, words] of LABEL_WORDS) {
    for (const { label, family } of arrows) {
      const span = label?.spans.find(({ text }) => pattern.test(text));
      if (span === undefined) continue;
      const { width } = span;
      const x = Math.round((SAMPLE_WIDTH - width) / 2);
      const sample = labelOf({ x, y: 3.5, width, height: 15, spans: [{ ...span, dx: 0 }] }, family);
      entries.push({ sample, words });
      break;
    }
  }
  return entries;
}

function frameEntries({ frames }: DisplayList): Entry[] {
  if (frames.length === 0) return [];
  const sample = frameOf(
    { i: 0, x: 0, y: 4, width: SAMPLE_WIDTH, height: 14, text: 'n B', dimmed: false },
    nameless,
  );
  return [{ sample, words: 'WebSocket frame, its bytes on the wire' }];
}

function markEntries({ marks }: DisplayList): Entry[] {
  return MARK_WORDS.filter(([glyph]) => marks.some((mark) => mark.glyph === glyph)).map(([glyph, words]) => ({
    sample: markOf({ i: 0, x: SAMPLE_WIDTH / 2, y: 11, glyph, label: undefined, dimmed: false }, nameless),
    words,
  }));
}

function bandEntries({ bands }: DisplayList, id: string): Entry[] {
  return BAND_WORDS.filter(([kind]) => bands.some((band) => band.kind === kind)).map(([kind, words]) => {
    const box =
      kind === 'connection'
        ? { x: SAMPLE_WIDTH / 2 - 3, width: 6, y: 2, height: 18 }
        : { x: 6, width: SAMPLE_WIDTH - 8, y: 4, height: 14 };
    const fill = kind === 'connection' ? undefined : `url(#${id}-${kind})`;
    const sample = element(
      'g',
      { class: `band ${kind}` },
      element('rect', { class: 'ground', ...box }),
      element('rect', { class: 'body', ...box, fill }),
    );
    return { sample, words };
  });
}
