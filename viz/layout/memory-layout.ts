/** What is held of deliveries, as bars beside lanes with a few words, in a picture that is laid out already: it takes what room is left. */
import type { DisplayList, Label } from './display-list.ts';
import { type Box, LabelRoom } from './label-room.ts';
import type { Memories, Memory, MemoryNote, Turn } from './memory.ts';
import { LABEL_HEIGHT, plainLabel } from './places.ts';
import type { TextMeasure } from './text-measure.ts';
import { placeAt, type TimeMap } from './time-map.ts';

export interface MemoryBar {
  /** A message is more than its number. */
  holds: 'message' | 'number';
  x: number;
  width: number;
  y1: number;
  y2: number;
  /** What it is called by who does not see it. */
  name: string;
}

/** Where a message would have gone on, or what is asked about is not there. */
export interface MemorySign {
  is: MemoryNote['is'];
  /** Of the lane's edge; `onward` is 1 to the right of it and -1 to the left. */
  x: number;
  y: number;
  onward: 1 | -1;
  label: Label | undefined;
  name: string;
}

export interface MemoryList {
  bars: readonly MemoryBar[];
  signs: readonly MemorySign[];
  labels: readonly Label[];
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
const BAR_AIR = 5;
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
/** Words are looked for at so many heights. */
const TRIES_MAX = 80;
const TRY_STEP = 4;
/** Words that say what somebody does; others name a thing. */
const SENTENCE = /^(holds|remembers) /;
const MARK_SIZE = 14;
/** Between words and whatever else there is. */
const CLEAR = 2;
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
  if (list.tier !== 'shapes' || memories.length === 0) return { bars: [], signs: [], labels: [] };
  return new MemoryLayout(list, ends, width, measure).lay(memories, notes);
}

/** A stretch of a bar during which it says one thing. */
interface Stretch {
  holds: MemoryBar['holds'];
  /** In full, and where that has no room. */
  texts: readonly string[];
  from: number;
  to: number;
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
  readonly #labels: Label[] = [];

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
    for (const { stand, stretches } of drawn) for (const stretch of stretches) this.#name(stretch, stand);
    for (const each of drawn) this.#nameEnd(each);
    return { bars: this.#bars, signs, labels: this.#labels };
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

  #draw({ from, holds, texts, to }: Stretch, stand: Stand, node: string): void {
    const x = stand.away > 0 ? barEdge(stand) : barEdge(stand) - BAR_WIDTH;
    this.#bars.push({ holds, x, width: BAR_WIDTH, y1: from, y2: to, name: `${node} ${texts[0]}` });
    this.#room.take({ x: x - 1, y: from, width: BAR_WIDTH + 2, height: Math.max(1, to - from) });
  }

  #sideOf({ node, peer }: Memory | MemoryNote): Omit<Stand, 'slot'> | undefined {
    const x = this.#laneX.get(node);
    const other = this.#laneX.get(peer);
    if (x === undefined || other === undefined || x === other) return undefined;
    return { x, away: other > x ? -1 : 1 };
  }

  #stretchesOf({ end, from, handedOver, message, packetId, until }: Memory): Stretch[] {
    const y1 = this.#y(from);
    const y2 = until === undefined ? this.#end : Math.max(y1, this.#y(until));
    const number = `#${packetId}`;
    if (end === 'receiver')
      return [{ holds: 'number', texts: [`remembers ${number}`, number], from: y1, to: y2 }];
    const passed = handedOver === undefined ? y2 : Math.min(y2, this.#y(handedOver));
    const whole = `holds the message ${number}`;
    const brief = `${number}: ${message}`;
    const texts = [`${whole}: ${message}`, `holds ${brief}`, whole, brief, `message ${number}`];
    const stretches: Stretch[] = [{ holds: 'message', texts, from: y1, to: passed }];
    if (y2 > passed)
      stretches.push({ holds: 'number', texts: [`holds ${number}`, number], from: passed, to: y2 });
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
    const texts = note.is === 'known' ? textsOfKnown(note) : textsOfUnknown(note);
    const reach = note.is === 'known' ? STOP : BAR_AIR + BAR_WIDTH;
    if (note.is === 'known')
      this.#room.take({ x: away > 0 ? x : x - STOP - 2, y: y - 7, width: STOP + 2, height: MARK_SIZE });
    let label: Label | undefined;
    for (const text of texts) label ??= this.#beside(text, x + away * (reach + WORD_AIR), away, aboutLine(y));
    return { is: note.is, x, y, onward: away, label, name: `${note.node}: ${texts[0]}` };
  }

  /** Says what a bar is where it begins, and again further down. */
  #name({ from, texts, to }: Stretch, stand: Stand): void {
    const { bottom, top } = this.#list;
    const last = Math.min(to, bottom);
    const begun = from < top;
    let first = Math.max(from, top);
    for (let said = 0; said === 0 || last - first > AGAIN; said++) {
      if (said > 0) first += AGAIN;
      const again = said > 0 || begun;
      const words = said > 0 ? texts.filter((text) => SENTENCE.test(text)) : texts;
      const label = this.#around(
        words.map((text) => (again && SENTENCE.test(text) ? `still ${text}` : text)),
        stand,
        heightsBetween(first, last),
      );
      if (label === undefined) return;
      first = label.y;
    }
  }

  #nameEnd({ memory: { end, packetId, until }, stand, stretches }: Drawn): void {
    const y = stretches.at(-1)!.to;
    if (until === undefined || y > this.#list.bottom) return;
    this.#around([end === 'receiver' ? `forgets #${packetId}` : `#${packetId} is free`], stand, aboutLine(y));
  }

  /** Puts the first of some texts for which there is room beyond a bar, or else at the other side of its lane. */
  #around(texts: readonly string[], stand: Stand, heights: readonly number[]): Label | undefined {
    const { away, x } = stand;
    const beyond = barEdge(stand) + away * (BAR_WIDTH + WORD_AIR);
    const within = x - away * (BAR_AIR + WORD_AIR);
    for (const text of texts) {
      const label =
        this.#beside(text, beyond, away, heights) ?? this.#beside(text, within, away > 0 ? -1 : 1, heights);
      if (label === undefined) continue;
      this.#labels.push(label);
      return label;
    }
    return undefined;
  }

  /** A text beside a point, at the first of some heights at which there is room for it. */
  #beside(text: string, x: number, onward: 1 | -1, heights: readonly number[]): Label | undefined {
    const width = this.#measure(text, 'mark');
    const left = onward > 0 ? x : x - width;
    if (left < EDGE || left + width > this.#width - EDGE) return undefined;
    for (const y of heights) {
      const label = plainLabel(left, y, width, text);
      if (!this.#room.holds(label) || !this.#room.isFree(widened(label))) continue;
      this.#room.take(label);
      return label;
    }
    return undefined;
  }
}

function textsOfKnown({ message, packetId }: MemoryNote): readonly string[] {
  return [
    `#${packetId} is known already: ${message} goes no further`,
    `known already: ${message} stops`,
    `#${packetId} is known already`,
    'known already',
  ];
}

function textsOfUnknown({ packetId }: MemoryNote): readonly string[] {
  return [
    `#${packetId} is not there any more: that is 0x92`,
    `0x92: no #${packetId} any more`,
    `no #${packetId}: 0x92`,
  ];
}

/** Words keep off lines, so that none that is marked lies on them. */
function widened({ height, width, x, y }: Label): Box {
  return { x: x - CLEAR, y: y - CLEAR, width: width + 2 * CLEAR, height: height + 2 * CLEAR };
}

/** The edge of a bar that is turned to its lane. */
function barEdge({ away, slot, x }: Stand): number {
  return x + away * (BAR_AIR + slot * BAR_PITCH);
}

/** Heights for words about a moment, if it can be not on the line that may be drawn through it. */
function aboutLine(y: number): readonly number[] {
  return [y + 1, y - LABEL_HEIGHT - 1, y - LABEL_HEIGHT / 2, y + 5, y + 9];
}

function heightsBetween(from: number, to: number): number[] {
  const heights: number[] = [];
  const last = to - LABEL_HEIGHT;
  if (last < from) return [(from + to - LABEL_HEIGHT) / 2];
  for (let y = from; y <= last && heights.length < TRIES_MAX; y += TRY_STEP) heights.push(y);
  return heights;
}

/** What a picture leaves free of words, lines, marks and lanes. */
function roomLeftBy(list: Pictured, width: number): LabelRoom {
  const { arrows, bands, bottom, frames, gaps, lanes, marks, signs, top } = list;
  const room = new LabelRoom(top, bottom);
  room.cross(arrows, true);
  const labels = [...bands, ...arrows, ...marks].map(({ label }) => label);
  for (const label of [...labels, ...arrows.map(({ reason }) => reason)]) {
    if (label !== undefined) room.take(label);
  }
  for (const box of [...frames, ...signs]) room.take(box);
  for (const { x, y } of marks)
    room.take({ x: x - MARK_SIZE / 2, y: y - MARK_SIZE / 2, width: MARK_SIZE, height: MARK_SIZE });
  for (const { y1, y2 } of gaps) room.take({ x: 0, y: (y1 + y2) / 2 - 6, width, height: 12 });
  for (const { x } of lanes)
    room.take({ x: x - LANE_WIDTH / 2, y: top, width: LANE_WIDTH, height: bottom - top });
  return room;
}
