/** A place for words about what is held: beside their bar, off lines and other words, near their moment, broken into lines where that is narrow. */
import { brokenInto, LINE_PITCH, type Words } from './broken-words.ts';
import type { Box, LabelRoom } from './label-room.ts';
import type { Pictured } from './memory-bars.ts';
import { LABEL_HEIGHT } from './places.ts';
import type { TextMeasure } from './text-measure.ts';
import type { Heights } from './word-heights.ts';

/** In full first. */
export type Texts = readonly [string, ...string[]];

/** Where words begin, and in which direction they go on. */
export interface Side {
  x: number;
  onward: 1 | -1;
}

/** Words are broken into so many lines at most, as long as that helps. */
const LINES_MAX = 4;
/** Near their moment in so many. */
export const LINES_NEAR = 2;
/** So many of the heights for words are near. */
const NEAR_MAX = 14;
/** Between words and whatever else there is. */
const CLEAR = 2;
/** The same where there is room enough. */
const CLEAR_MORE = 4;
/** Words keep so far from the edge of the diagram. */
const EDGE = 2;

export class MemoryWords {
  /** Those that have a place. */
  readonly placed: Words[] = [];
  readonly #list: Pictured;
  readonly #width: number;
  readonly #measure: TextMeasure;
  readonly #room: LabelRoom;

  /** @param width of the diagram */
  constructor(list: Pictured, width: number, measure: TextMeasure, room: LabelRoom) {
    this.#list = list;
    this.#width = width;
    this.#measure = measure;
    this.#room = room;
  }

  /** Each way to break some texts, the ones in full first. */
  broken(texts: readonly string[], lines = LINES_MAX): readonly string[] {
    return texts.flatMap((text) => brokenInto(text, lines, (line) => this.#measure(line, 'mark')));
  }

  /**
   * Says of a moment, at a height, in full and near it at its own side what fits there in few lines. Else in as few lines as have room, else in
   * brief, and beyond a stretch that is left out, where it may have to be said in other words, only where there is no other room; at last on lines of packets, and on whatever there is.
   */
  say(texts: Texts, sides: readonly Side[], moment: number, heights: Heights, later = texts): Words {
    const broken = this.broken(texts);
    const here: Heights = (height) => heights(height).filter((y) => !this.#isPassed(moment, y + height / 2));
    const near: Heights = (height) => here(height).slice(0, NEAR_MAX);
    const few = this.broken([texts[0]], LINES_NEAR);
    const placed =
      this.beside(few, sides.slice(0, 1), near, 'moments') ??
      this.beside(few, sides.slice(0, 1), near) ??
      this.#firstOf(texts, (text) => {
        const ways = this.broken([text]);
        return this.beside(ways, sides, here, 'moments') ?? this.beside(ways, sides, here);
      }) ??
      this.beside(this.broken(later), sides, heights) ??
      this.beside(broken, sides, heights, 'words');
    if (placed !== undefined) return placed;
    const narrow = sides.map(({ onward, x }) => this.#wordsOf(broken.at(-1)!, x, onward));
    const words = narrow.find((each) => this.#isWithin(each)) ?? narrow[0]!;
    const left = Math.max(EDGE, Math.min(this.#width - EDGE - words.width, words.x));
    return this.#put({ ...words, x: left, y: heights(words.height)[0]! });
  }

  /** The first of some ways to break words for which there is room at one of some sides and heights, off words alone, lines too, or also where nothing happens. */
  beside(
    broken: readonly string[],
    sides: readonly Side[],
    heights: Heights,
    off: 'moments' | 'lines' | 'words' = 'lines',
  ): Words | undefined {
    for (const text of broken) {
      for (const { onward, x } of sides) {
        const words = this.#wordsOf(text, x, onward);
        if (!this.#isWithin(words)) continue;
        for (const y of heights(words.height)) {
          const there = { ...words, y };
          const air = off === 'moments' ? CLEAR_MORE : CLEAR;
          const clear = off === 'words' || this.#room.isClear(widened(there, air));
          const quiet = off !== 'moments' || this.#room.momentIn(there) === undefined;
          if (clear && quiet && this.#room.holds(there) && this.#room.isFree(there, true))
            return this.#put(there);
        }
      }
    }
    return undefined;
  }

  #firstOf(texts: Texts, find: (text: string) => Words | undefined): Words | undefined {
    for (const text of texts) {
      const words = find(text);
      if (words !== undefined) return words;
    }
    return undefined;
  }

  /** Whether a stretch is left out between two heights, or a connection breaks: what stands beyond it seems to be of another time, or to follow from it. */
  #isPassed(one: number, other: number): boolean {
    const [from, to] = one < other ? [one, other] : [other, one];
    const { gaps, marks } = this.#list;
    return (
      gaps.some(({ y1, y2 }) => (y1 + y2) / 2 > from && (y1 + y2) / 2 < to) ||
      marks.some(({ glyph, y }) => glyph === 'ended' && y > from && y < to)
    );
  }

  #isWithin({ width, x }: Words): boolean {
    return x >= EDGE && x + width <= this.#width - EDGE;
  }

  /** Words of some lines beside a point. */
  #wordsOf(text: string, x: number, onward: 1 | -1): Words {
    const lines = text.split('\n');
    const width = Math.max(...lines.map((line) => this.#measure(line, 'mark')));
    const left = Math.round(onward > 0 ? x : x - width);
    return { lines, onward, x: left, y: 0, width, height: LABEL_HEIGHT + (lines.length - 1) * LINE_PITCH };
  }

  #put(words: Words): Words {
    const placed = { ...words, y: Math.round(words.y) };
    this.#room.take(placed);
    this.placed.push(placed);
    return placed;
  }
}

/** Words keep off lines, so that none that is marked lies on them. */
function widened({ height, width, x, y }: Box, air: number): Box {
  return { x: x - air, y: y - air, width: width + 2 * air, height: height + 2 * air };
}
