/**
 * What is held of deliveries, as bars beside lanes with a few words, in a picture that is laid out already: it takes what room is left. Where
 * that is narrow words are broken into lines; what a bar is, and where it ends, is said in any case.
 */
import { brokenInto, LINE_PITCH, type Words } from './broken-words.ts';
import type { DisplayList } from './display-list.ts';
import { type Box, LabelRoom } from './label-room.ts';
import type { Memories, Memory, MemoryNote, Turn } from './memory.ts';
import { SESSION_PRESENT } from './packet-label.ts';
import { DOTS_HEIGHT, LABEL_HEIGHT } from './places.ts';
import type { TextMeasure } from './text-measure.ts';
import { placeAt, type TimeMap } from './time-map.ts';
import { momentText } from './time-text.ts';

export interface MemoryBar {
  /** A message is more than its number; nothing is what should have been held. */
  holds: 'message' | 'number' | 'nothing';
  /** It is held for ever, and has no end. */
  open: boolean;
  x: number;
  width: number;
  y1: number;
  y2: number;
  /** What it is called by who does not see it. */
  name: string;
}

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

/** Of a picture, what bars have to know of it. */
export type Pictured = Pick<
  DisplayList,
  'arrows' | 'bands' | 'bottom' | 'frames' | 'gaps' | 'lanes' | 'marks' | 'signs' | 'tier' | 'top'
> & {
  /** Where in the diagram the list has its zero. */
  origin: number;
  timeMap: TimeMap;
};

/** Between a lane and its bar: a connection is drawn on the lane. */
export const BAR_AIR = 5;
export const BAR_WIDTH = 6;
/** Between bars of one lane and one side, of which there are so many. */
const BAR_PITCH = 9;
const SLOTS = 3;
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
/** Words are looked for at so many heights. */
const TRIES_MAX = 160;
const TRY_STEP = 2;
/** So many steps from a moment words about it are still beside it. */
const NEAR_STEPS = 10;
/** Words are broken into so many lines at most, as long as that helps. */
const LINES_MAX = 4;
/** Near their moment in so many. */
const LINES_NEAR = 2;
/** So many of the heights for words are near. */
const NEAR_MAX = 14;
const MARK_SIZE = 14;
/** Between words and whatever else there is. */
const CLEAR = 2;
/** The same where there is room enough. */
const CLEAR_MORE = 4;
/** Words keep so far from the edge of the diagram. */
const EDGE = 2;
const LANE_WIDTH = 8;

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

/** A stretch of a bar during which it says one thing. */
interface Stretch {
  holds: MemoryBar['holds'];
  /** In full, and in brief. */
  texts: Texts;
  from: number;
  to: number;
  open: boolean;
}

/** Where a bar stands. */
interface Stand {
  /** Its lane. */
  x: number;
  /** The side of the lane on which the exchange is not, so that no packet of it crosses the bar: 1 is to the right, -1 to the left. */
  away: 1 | -1;
  /** Of bars that stand there at once, from 0. */
  slot: number;
}

interface Drawn {
  memory: Memory;
  stand: Stand;
  stretches: readonly Stretch[];
}

class MemoryLayout {
  readonly #list: Pictured;
  readonly #width: number;
  readonly #measure: TextMeasure;
  readonly #room: LabelRoom;
  readonly #arrows: ReadonlyMap<number, DisplayList['arrows'][number]>;
  /** By node, as far as one of its packets is drawn. */
  readonly #laneX = new Map<string, number>();
  readonly #bars: MemoryBar[] = [];
  readonly #words: Words[] = [];

  constructor(list: Pictured, ends: Memories['ends'], width: number, measure: TextMeasure) {
    this.#list = list;
    this.#width = width;
    this.#measure = measure;
    this.#room = roomLeftBy(list, width);
    this.#arrows = new Map(list.arrows.map((arrow) => [arrow.i, arrow]));
    for (const { aimX, i, x1 } of list.arrows) {
      const { from, to } = ends.get(i) ?? {};
      if (from !== undefined) this.#laneX.set(from, x1);
      if (to !== undefined) this.#laneX.set(to, aimX);
    }
  }

  /** What stops a message has its place first; then what is held is named, and last where that ends. */
  lay(memories: readonly Memory[], notes: readonly MemoryNote[]): MemoryList {
    const drawn = this.#stand(memories);
    const signs = notes.flatMap((note) => this.#signOf(note) ?? []);
    for (const { stand, stretches } of drawn)
      for (const [at, stretch] of stretches.entries()) this.#name(stretch, stand, at > 0);
    for (const each of drawn) this.#nameEnd(each);
    return { bars: this.#bars, signs, words: this.#words };
  }

  /** Bars of one lane stand beside each other; further ones than there is room for are left out. */
  #stand(memories: readonly Memory[]): Drawn[] {
    const drawn: Drawn[] = [];
    const free = new Map<string, number[]>();
    for (const memory of memories) {
      const side = this.#sideOf(memory);
      if (side === undefined) continue;
      const stretches = this.#stretchesOf(memory);
      const [from, to] = [stretches[0]!.from, stretches.at(-1)!.to];
      if (to < this.#list.top || from > this.#list.bottom) continue;
      const place = `${side.x} ${side.away}`;
      const until = free.get(place) ?? new Array<number>(SLOTS).fill(Number.NEGATIVE_INFINITY);
      free.set(place, until);
      const slot = until.findIndex((y) => y <= from);
      if (slot < 0) continue;
      until[slot] = to;
      const stand = { ...side, slot };
      drawn.push({ memory, stand, stretches });
      for (const stretch of stretches) this.#draw(stretch, stand, memory.node);
    }
    return drawn;
  }

  #draw({ from, holds, open, texts, to }: Stretch, stand: Stand, node: string): void {
    const x = stand.away > 0 ? barEdge(stand) : barEdge(stand) - BAR_WIDTH;
    this.#bars.push({ holds, open, x, width: BAR_WIDTH, y1: from, y2: to, name: `${node} ${texts[0]}` });
    this.#room.take({ x: x - 1, y: from, width: BAR_WIDTH + 2, height: Math.max(1, to - from) });
  }

  #sideOf({ node, peer }: Memory | MemoryNote): Omit<Stand, 'slot'> | undefined {
    const x = this.#laneX.get(node);
    const other = this.#laneX.get(peer);
    if (x === undefined || other === undefined || x === other) return undefined;
    return { x, away: other > x ? -1 : 1 };
  }

  #stretchesOf({ end, from, handedOver, message, packetId, tooSoon, until }: Memory): Stretch[] {
    const y1 = this.#y(from);
    const open = until === undefined;
    const y2 = open ? this.#end : Math.max(y1, this.#y(until));
    const number = `#${packetId}`;
    if (end === 'receiver')
      return [{ holds: 'number', open, texts: [`remembers ${number}`], from: y1, to: y2 }];
    const passed = handedOver === undefined ? y2 : Math.min(y2, this.#y(handedOver));
    const whole = [`holds the message ${number}: ${message}`, `holds ${message}`, message] as const;
    const isMessage = y2 <= passed;
    const stretches: Stretch[] = [
      { holds: 'message', open: open && isMessage, texts: whole, from: y1, to: passed },
    ];
    const rest = [`holds ${number}: not free yet`, `holds ${number}`] as const;
    if (!isMessage) stretches.push({ holds: 'number', open, texts: rest, from: passed, to: y2 });
    if (tooSoon !== undefined) {
      const lacking = ['holds nothing: waits for no PUBCOMP', 'holds nothing'] as const;
      const to = Math.max(y2, this.#y(tooSoon));
      stretches.push({ holds: 'nothing', open: false, texts: lacking, from: y2, to });
    }
    return stretches;
  }

  /** What is held for ever is held as long as anything is drawn. */
  get #end(): number {
    const { bottom, origin, timeMap } = this.#list;
    return Math.min(bottom, (timeMap.places.at(-1) ?? 0) - origin + LABEL_HEIGHT);
  }

  #y({ arrives, packet, t }: Turn): number {
    const arrow = this.#arrows.get(packet);
    if (arrow !== undefined) return arrives ? arrow.y2 : arrow.y1;
    return placeAt(this.#list.timeMap, t) - this.#list.origin;
  }

  #signOf(note: MemoryNote): MemorySign | undefined {
    const side = this.#sideOf(note);
    const y = this.#y(note.at);
    if (side === undefined || y < this.#list.top || y > this.#list.bottom) return undefined;
    const { away, x } = side;
    // The packet itself says it where there is room on its line.
    if (note.is === 'present' && this.#isOnLine(note.at.packet, SESSION_PRESENT)) return undefined;
    const texts = TEXTS[note.is](note);
    const reach = note.is === 'known' ? STOP : BAR_AIR + BAR_WIDTH + (note.is === 'taken' ? RING : 0);
    if (note.is === 'known')
      this.#room.take({ x: away > 0 ? x : x - STOP - 2, y: y - 7, width: STOP + 2, height: MARK_SIZE });
    const words = this.#say(texts, [{ x: x + away * (reach + WORD_AIR), onward: away }], y, (height) =>
      aboutLine(y, height),
    );
    if (note.is === 'present') words.ofPacket = true;
    return { is: note.is, x, y, onward: away, name: `${note.node}: ${texts[0]}` };
  }

  /** Says what a bar is where it begins, and again further down where there is room. What follows another stretch is not said beside that. */
  #name({ from, holds, texts, to }: Stretch, stand: Stand, follows: boolean): void {
    const { bottom, top } = this.#list;
    const last = Math.min(to, bottom);
    let first = Math.max(from, top);
    const sides = sidesOf(stand);
    // What should have been held is not held still.
    const still: Texts = holds === 'nothing' ? texts : [`still ${texts[0]}`, `still ${texts[1] ?? texts[0]}`];
    const heights = (height: number): readonly number[] => heightsBetween(first, last, height);
    const begin = first;
    const begins: Heights = follows ? heights : (height) => fromLine(begin, heights(height), height);
    ({ y: first } =
      from < top ? this.#say(still, sides, begin, heights) : this.#say(texts, sides, begin, begins, still));
    while (last - first > AGAIN) {
      first += AGAIN;
      const words = this.#beside(still, sides, heights);
      if (words === undefined) return;
      first = words.y;
    }
  }

  /** Beyond another moment it is said when it was. */
  #nameEnd({ memory: { end, packetId, tooSoon, until }, stand, stretches }: Drawn): void {
    const { from, open, to: y } = stretches.at(-1)!;
    const { bottom, top } = this.#list;
    if (y > bottom || y < top) return;
    const number = `#${packetId}`;
    const sides = sidesOf(stand);
    if (tooSoon !== undefined) {
      const anew = [`${number} given anew, no PUBCOMP came`, `${number} given anew`];
      const broken = anew.flatMap((text) =>
        brokenInto(text, LINES_MAX, (line) => this.#measure(line, 'mark')),
      );
      this.#beside(broken, sides, (height) => heightsAbove(y, height).slice(0, NEAR_STEPS));
      return;
    }
    if (until === undefined) {
      // What has just begun goes on for all that is seen.
      if (!open || y - Math.max(from, top) < SHORT) return;
      const still = `still ${end === 'receiver' ? 'remembers' : 'holds'} ${number}`;
      if (this.#words.some((words) => words.lines.join(' ') === still && y - words.y < SHORT)) return;
      const broken = brokenInto(still, LINES_NEAR, (line) => this.#measure(line, 'mark'));
      this.#beside(broken, sides, (height) => heightsAbove(y, height));
      return;
    }
    const free = [`${number} is free again`, `${number} is free`] as const;
    const texts: Texts = end === 'receiver' ? [`forgets ${number}`] : free;
    const since: Texts =
      end === 'receiver'
        ? [`forgot ${number} at ${momentText(until.t)}`]
        : [`${number} is free since ${momentText(until.t)}`];
    // What is said of the last moment is not below the edge of the picture.
    const isAbove = (height: number) => (top: number) => top + height <= this.#end;
    this.#say(texts, sides, y, (height) => firstThose(aboutLine(y, height), isAbove(height)), since);
  }

  /**
   * Says of a moment, at a height, in full and near it at its own side what fits there in few lines. Else in as few lines as have room, else in
   * brief, and beyond a stretch that is left out, where it may have to be said in other words, only where there is no other room; at last on lines of packets, and on whatever there is.
   */
  #say(texts: Texts, sides: readonly Side[], moment: number, heights: Heights, later = texts): Words {
    const measure = (line: string): number => this.#measure(line, 'mark');
    const breaking = (text: string): readonly string[] => brokenInto(text, LINES_MAX, measure);
    const broken = texts.flatMap(breaking);
    const here: Heights = (height) => heights(height).filter((y) => !this.#isPassed(moment, y + height / 2));
    const near: Heights = (height) => here(height).slice(0, NEAR_MAX);
    const few = brokenInto(texts[0], LINES_NEAR, measure);
    const placed =
      this.#beside(few, sides.slice(0, 1), near, 'moments') ??
      this.#beside(few, sides.slice(0, 1), near) ??
      this.#firstOf(texts, (text) => {
        const ways = breaking(text);
        return this.#beside(ways, sides, here, 'moments') ?? this.#beside(ways, sides, here);
      }) ??
      this.#beside(later.flatMap(breaking), sides, heights) ??
      this.#beside(broken, sides, heights, 'words');
    if (placed !== undefined) return placed;
    const narrow = sides.map(({ onward, x }) => this.#wordsOf(broken.at(-1)!, x, onward));
    const words = narrow.find((each) => this.#isWithin(each)) ?? narrow[0]!;
    const left = Math.max(EDGE, Math.min(this.#width - EDGE - words.width, words.x));
    return this.#put({ ...words, x: left, y: heights(words.height)[0]! });
  }

  /** The first of some ways to break words for which there is room at one of some sides and heights, off words alone, lines too, or also where nothing happens. */
  #beside(
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

  #isOnLine(packet: number, text: string): boolean {
    const { label, note } = this.#arrows.get(packet) ?? {};
    return [label, note].some((each) => each?.spans.some((span) => span.text === text) === true);
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
    this.#words.push(placed);
    return placed;
  }
}

/** In full first. */
type Texts = readonly [string, ...string[]];

/** Where words begin, and in which direction they go on. */
interface Side {
  x: number;
  onward: 1 | -1;
}

/** Tops for words that are so high, the best first. */
type Heights = (height: number) => readonly number[];

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

/** Words keep off lines, so that none that is marked lies on them. */
function widened({ height, width, x, y }: Box, air: number): Box {
  return { x: x - air, y: y - air, width: width + 2 * air, height: height + 2 * air };
}

/** The edge of a bar that is turned to its lane. */
function barEdge({ away, slot, x }: Stand): number {
  return x + away * (BAR_AIR + slot * BAR_PITCH);
}

/** Heights for words about a moment, if it can be not on the line that may be drawn through it. */
function aboutLine(y: number, height: number): readonly number[] {
  const near = [y + 2, y - height - 1, y - height / 2, y + 5, y + 9];
  for (let step = 1; step <= NEAR_STEPS; step++)
    near.push(y + 9 + step * TRY_STEP, y - height - 1 - step * TRY_STEP);
  return near;
}

function firstThose(heights: readonly number[], are: (y: number) => boolean): readonly number[] {
  return [...heights.filter(are), ...heights.filter((y) => !are(y))];
}

/** Heights for words about what begins: beside its beginning, then just above that, then further down. */
function fromLine(y: number, below: readonly number[], height: number): readonly number[] {
  const above = [y - height / 2, y - height, y - height - 2 * TRY_STEP, y - height - 4 * TRY_STEP];
  return [...below.slice(0, NEAR_STEPS), ...above, ...below.slice(NEAR_STEPS)];
}

function heightsBetween(from: number, to: number, height: number): number[] {
  const heights: number[] = [];
  const last = to - height;
  if (last < from) return [(from + to - height) / 2];
  for (let y = from; y <= last && heights.length < TRIES_MAX; y += TRY_STEP) heights.push(y);
  return heights;
}

/** Heights for words about what has no end, from the end of the picture. */
function heightsAbove(y: number, height: number): readonly number[] {
  return Array.from({ length: NEAR_STEPS * 2 }, (_, step) => y - height - step * TRY_STEP);
}

/** What a picture leaves free of words, lines, marks and lanes. */
function roomLeftBy(list: Pictured, width: number): LabelRoom {
  const { arrows, bands, bottom, frames, gaps, lanes, marks, signs, top } = list;
  const room = new LabelRoom(top, bottom);
  room.cross(arrows, true);
  const moments = [...arrows.flatMap(({ y1, y2 }) => [y1, y2]), ...marks.map(({ y }) => y)];
  room.rule(Float64Array.from(moments).sort());
  const labels = [...bands, ...arrows, ...marks].map(({ label }) => label);
  for (const label of [...labels, ...arrows.map(({ note }) => note)]) {
    if (label !== undefined) room.take(label);
  }
  for (const box of [...frames, ...signs]) room.take(box);
  for (const { x, y } of marks)
    room.take({ x: x - MARK_SIZE / 2, y: y - MARK_SIZE / 2, width: MARK_SIZE, height: MARK_SIZE });
  for (const { y1, y2 } of gaps)
    room.take({ x: 0, y: (y1 + y2) / 2 - DOTS_HEIGHT / 2, width, height: DOTS_HEIGHT });
  for (const { x } of lanes)
    room.take({ x: x - LANE_WIDTH / 2, y: top, width: LANE_WIDTH, height: bottom - top });
  return room;
}
