/** Words in several lines, each as broad as it has to be. */

export interface Words {
  lines: readonly string[];
  /** 1 for lines that begin at the left of their box, -1 for lines that end at its right. */
  onward: 1 | -1;
  x: number;
  y: number;
  width: number;
  height: number;
  /** They are of a packet that begins or ends there, as if they stood on its line. */
  ofPacket?: boolean;
}

/** From one line to the next. */
export const LINE_PITCH = 13;

/**
 * Ways to break a text between its words: into one line, two, and so on, each the narrowest of that many lines.
 *
 * @param most lines
 * @returns lines are parted by a line feed; no two ways are alike
 */
export function brokenInto(text: string, most: number, measure: (line: string) => number): readonly string[] {
  const words = text.split(' ');
  const ways: string[] = [];
  for (let count = 1; count <= Math.min(most, words.length); count++)
    ways.push(narrowest(words, count, measure).join('\n'));
  return ways;
}

function narrowest(
  words: readonly string[],
  count: number,
  measure: (line: string) => number,
): readonly string[] {
  let best = words;
  let width = Number.POSITIVE_INFINITY;
  const breakAt = (from: number, before: readonly string[], broadest: number): void => {
    const left = count - before.length;
    for (let to = left === 1 ? words.length : from + 1; to <= words.length - left + 1; to++) {
      const line = words.slice(from, to).join(' ');
      const broad = Math.max(broadest, measure(line));
      // With more words a line only grows.
      if (broad >= width) return;
      if (left > 1) breakAt(to, [...before, line], broad);
      else {
        best = [...before, line];
        width = broad;
      }
    }
  };
  breakAt(0, [], 0);
  return best;
}
