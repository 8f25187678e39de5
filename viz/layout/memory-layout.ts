/**
 * What is held of deliveries, as bars beside lanes with a few words, in a picture that is laid out already: it takes what room is left. Where
 * that is narrow words are broken into lines; what a bar is, and where it ends, is said in any case.
 */
import type { Words } from './broken-words.ts';
import type { LabelRoom } from './label-room.ts';
import type { Memories, Memory, MemoryNote } from './memory.ts';
import {
  BAR_AIR,
  BAR_WIDTH,
  barEdge,
  type MemoryBar,
  MemoryBars,
  type Pictured,
  type Stand,
  type StandingBar,
  type Stretch,
} from './memory-bars.ts';
import { MARK_SIZE, roomLeftBy } from './memory-room.ts';
import { LINES_NEAR, MemoryWords, type Side, type Texts } from './memory-words.ts';
import { SESSION_PRESENT } from './packet-label.ts';
import type { TextMeasure } from './text-measure.ts';
import { momentText } from './time-text.ts';
import {
  aboutLine,
  firstThose,
  fromLine,
  type Heights,
  heightsAbove,
  heightsBetween,
  NEAR_STEPS,
} from './word-heights.ts';

/** Where a message would have gone on, what is asked about is not there, a number is given anew that is held here, or a session goes on. */
export interface MemorySign {
  is: MemoryNote['is'];
  /** Of the lane; `onward` is 1 to the right of it and -1 to the left. */
  x: number;
  y: number;
  onward: 1 | -1;
  name: string;
}

export interface MemoryList {
  bars: readonly MemoryBar[];
  signs: readonly MemorySign[];
  words: readonly Words[];
}

/** Between a bar and its words. */
const WORD_AIR = 5;
/** From the edge of a lane to where a message stops. */
export const STOP = BAR_AIR + BAR_WIDTH + 12;
/** Further down a bar says again what it is. */
const AGAIN = 260;
/** A shorter bar that has no end is named but once. */
const SHORT = 90;
/** How far the ring round a place of a bar is beyond it. */
export const RING = 4;

/** @param width of the diagram */
export function layoutMemory(
  list: Pictured,
  { memories, notes, ends }: Memories,
  width: number,
  measure: TextMeasure,
): MemoryList {
  if (list.tier !== 'shapes' || memories.length === 0) return { bars: [], signs: [], words: [] };
  return new MemoryLayout(list, ends, width, measure).lay(memories, notes);
}

class MemoryLayout {
  readonly #list: Pictured;
  readonly #room: LabelRoom;
  readonly #bars: MemoryBars;
  readonly #words: MemoryWords;

  constructor(list: Pictured, ends: Memories['ends'], width: number, measure: TextMeasure) {
    this.#list = list;
    this.#room = roomLeftBy(list, width);
    this.#bars = new MemoryBars(list, ends);
    this.#words = new MemoryWords(list, width, measure, this.#room);
  }

  /** What stops a message has its place first; then what is held is named, and last where that ends. */
  lay(memories: readonly Memory[], notes: readonly MemoryNote[]): MemoryList {
    const standing = this.#bars.stand(memories);
    const bars = standing.flatMap((each) => this.#drawn(each));
    const signs = notes.flatMap((note) => this.#signOf(note) ?? []);
    const last = standing.map(
      ({ stand, stretches }) => stretches.map((stretch, at) => this.#name(stretch, stand, at > 0)).at(-1)!,
    );
    for (const [at, each] of standing.entries()) this.#nameEnd(each, last[at]!);
    return { bars, signs, words: this.#words.placed };
  }

  #drawn({ memory, stand, stretches }: StandingBar): MemoryBar[] {
    const x = stand.away > 0 ? barEdge(stand) : barEdge(stand) - BAR_WIDTH;
    return stretches.map(({ from, holds, open, texts, to }) => {
      this.#room.take({ x: x - 1, y: from, width: BAR_WIDTH + 2, height: Math.max(1, to - from) });
      return { holds, open, x, width: BAR_WIDTH, y1: from, y2: to, name: `${memory.node} ${texts[0]}` };
    });
  }

  #signOf(note: MemoryNote): MemorySign | undefined {
    const side = this.#bars.sideOf(note);
    const y = this.#bars.y(note.at);
    if (side === undefined || y < this.#list.top || y > this.#list.bottom) return undefined;
    const { away, x } = side;
    // The packet itself says it where there is room on its line.
    if (note.is === 'present' && this.#bars.isOnLine(note.at.packet, SESSION_PRESENT)) return undefined;
    const texts = TEXTS[note.is](note);
    const reach = note.is === 'known' ? STOP : BAR_AIR + BAR_WIDTH + (note.is === 'taken' ? RING : 0);
    if (note.is === 'known')
      this.#room.take({ x: away > 0 ? x : x - STOP - 2, y: y - 7, width: STOP + 2, height: MARK_SIZE });
    const words = this.#words.say(texts, [{ x: x + away * (reach + WORD_AIR), onward: away }], y, (height) =>
      aboutLine(y, height),
    );
    if (note.is === 'present') words.ofPacket = true;
    return { is: note.is, x, y, onward: away, name: `${note.node}: ${texts[0]}` };
  }

  /**
   * Says what a bar is where it begins, and again further down where there is room. What follows another stretch is not said beside that.
   *
   * @returns what is said furthest down
   */
  #name({ from, holds, texts, to }: Stretch, stand: Stand, follows: boolean): Words {
    const { bottom, top } = this.#list;
    const last = Math.min(to, bottom);
    let first = Math.max(from, top);
    const sides = sidesOf(stand);
    // What should have been held is not held still.
    const still: Texts = holds === 'nothing' ? texts : [`still ${texts[0]}`, `still ${texts[1] ?? texts[0]}`];
    const heights = (height: number): readonly number[] => heightsBetween(first, last, height);
    const begin = first;
    const begins: Heights = follows ? heights : (height) => fromLine(begin, heights(height), height);
    let said =
      from < top
        ? this.#words.say(still, sides, begin, heights)
        : this.#words.say(texts, sides, begin, begins, still);
    while (last - said.y > AGAIN) {
      first = said.y + AGAIN;
      const again = this.#words.beside(still, sides, heights);
      if (again === undefined) break;
      said = again;
    }
    return said;
  }

  /** Below what is said of the bar itself, for who reads on; beyond another moment it is said when it was. */
  #nameEnd({ memory: { end, packetId, tooSoon, until }, stand, stretches }: StandingBar, last: Words): void {
    const { from, open, to: y } = stretches.at(-1)!;
    const { bottom, top } = this.#list;
    if (y > bottom || y < top) return;
    const number = `#${packetId}`;
    const sides = sidesOf(stand);
    if (tooSoon !== undefined) {
      const anew = [`${number} given anew, no PUBCOMP came`, `${number} given anew`];
      this.#words.beside(this.#words.broken(anew), sides, (height) =>
        heightsAbove(y, height).slice(0, NEAR_STEPS),
      );
      return;
    }
    if (until === undefined) {
      // What has just begun goes on for all that is seen.
      if (!open || y - Math.max(from, top) < SHORT) return;
      const still = `still ${end === 'receiver' ? 'remembers' : 'holds'} ${number}`;
      if (this.#words.placed.some((words) => words.lines.join(' ') === still && y - words.y < SHORT)) return;
      this.#words.beside(this.#words.broken([still], LINES_NEAR), sides, (height) => heightsAbove(y, height));
      return;
    }
    const free = [`${number} is free again`, `${number} is free`] as const;
    const texts: Texts = end === 'receiver' ? [`forgets ${number}`] : free;
    const since: Texts =
      end === 'receiver'
        ? [`forgot ${number} at ${momentText(until.t)}`]
        : [`${number} is free since ${momentText(until.t)}`];
    // What is said of the last moment is not below the edge of the picture.
    const isAbove = (height: number) => (top: number) => top + height <= this.#bars.end;
    const isBelow = (top: number): boolean => top >= Math.min(y, last.y + last.height);
    const heights: Heights = (height) => firstThose(aboutLine(y, height).filter(isBelow), isAbove(height));
    this.#words.say(texts, sides, y, heights, since);
  }
}

const TEXTS: Readonly<Record<MemoryNote['is'], (note: MemoryNote) => Texts>> = {
  known: ({ message, packetId }) => [
    `#${packetId} is known already: ${message} goes no further`,
    `#${packetId} is known already`,
  ],
  unknown: ({ packetId }) => [`0x92: I know no such number as #${packetId}`, `0x92: I know no #${packetId}`],
  taken: ({ packetId }) => [`#${packetId} is not free here`],
  present: () => [`CONNACK: ${SESSION_PRESENT}`, SESSION_PRESENT],
};

/** Beyond a bar, or else at the other side of its lane. */
function sidesOf(stand: Stand): readonly Side[] {
  const { away, x } = stand;
  return [
    { x: barEdge(stand) + away * (BAR_WIDTH + WORD_AIR), onward: away },
    { x: x - away * (BAR_AIR + WORD_AIR), onward: away > 0 ? -1 : 1 },
  ];
}
