/** What is held of deliveries, as bars beside lanes: how long, what at which time, and which of them stand beside each other. */
import type { DisplayList } from './display-list.ts';
import type { Memories, Memory, MemoryNote, Turn } from './memory.ts';
import type { Texts } from './memory-words.ts';
import { LABEL_HEIGHT } from './places.ts';
import { placeAt, type TimeMap } from './time-map.ts';

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
/** A stretch of a bar during which it says one thing. */
export interface Stretch {
  holds: MemoryBar['holds'];
  /** In full, and in brief. */
  texts: Texts;
  from: number;
  to: number;
  open: boolean;
}

/** Where a bar stands. */
export interface Stand {
  /** Its lane. */
  x: number;
  /** The side of the lane on which the exchange is not, so that no packet of it crosses the bar: 1 is to the right, -1 to the left. */
  away: 1 | -1;
  /** Of bars that stand there at once, from 0. */
  slot: number;
}

/** A bar that is drawn. */
export interface StandingBar {
  memory: Memory;
  stand: Stand;
  stretches: readonly Stretch[];
}

export class MemoryBars {
  readonly #list: Pictured;
  readonly #arrows: ReadonlyMap<number, DisplayList['arrows'][number]>;
  /** By node, as far as one of its packets is drawn. */
  readonly #laneX = new Map<string, number>();

  constructor(list: Pictured, ends: Memories['ends']) {
    this.#list = list;
    this.#arrows = new Map(list.arrows.map((arrow) => [arrow.i, arrow]));
    for (const { aimX, i, x1 } of list.arrows) {
      const { from, to } = ends.get(i) ?? {};
      if (from !== undefined) this.#laneX.set(from, x1);
      if (to !== undefined) this.#laneX.set(to, aimX);
    }
  }

  /** Bars of one lane stand beside each other; further ones than there is room for are left out. */
  stand(memories: readonly Memory[]): StandingBar[] {
    const drawn: StandingBar[] = [];
    const free = new Map<string, number[]>();
    for (const memory of memories) {
      const side = this.sideOf(memory);
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
      drawn.push({ memory, stand: { ...side, slot }, stretches });
    }
    return drawn;
  }

  /** Where bars and signs of a node stand; undefined when no packet of it, or none of its peer, is drawn. */
  sideOf({ node, peer }: Memory | MemoryNote): Omit<Stand, 'slot'> | undefined {
    const x = this.#laneX.get(node);
    const other = this.#laneX.get(peer);
    if (x === undefined || other === undefined || x === other) return undefined;
    return { x, away: other > x ? -1 : 1 };
  }

  #stretchesOf({ end, from, handedOver, message, packetId, tooSoon, until }: Memory): Stretch[] {
    const y1 = this.y(from);
    const open = until === undefined;
    const y2 = open ? this.end : Math.max(y1, this.y(until));
    const number = `#${packetId}`;
    if (end === 'receiver')
      return [{ holds: 'number', open, texts: [`remembers ${number}`], from: y1, to: y2 }];
    const passed = handedOver === undefined ? y2 : Math.min(y2, this.y(handedOver));
    const whole = [`holds the message ${number}: ${message}`, `holds ${message}`, message] as const;
    const isMessage = y2 <= passed;
    const stretches: Stretch[] = [
      { holds: 'message', open: open && isMessage, texts: whole, from: y1, to: passed },
    ];
    const rest = [`holds ${number}: not free yet`, `holds ${number}`] as const;
    if (!isMessage) stretches.push({ holds: 'number', open, texts: rest, from: passed, to: y2 });
    if (tooSoon !== undefined) {
      const lacking = ['holds nothing: waits for no PUBCOMP', 'holds nothing'] as const;
      const to = Math.max(y2, this.y(tooSoon));
      stretches.push({ holds: 'nothing', open: false, texts: lacking, from: y2, to });
    }
    return stretches;
  }

  /** What is held for ever is held as long as anything is drawn. */
  get end(): number {
    const { bottom, origin, timeMap } = this.#list;
    return Math.min(bottom, (timeMap.places.at(-1) ?? 0) - origin + LABEL_HEIGHT);
  }

  /** The height of a moment. */
  y({ arrives, packet, t }: Turn): number {
    const arrow = this.#arrows.get(packet);
    if (arrow !== undefined) return arrives ? arrow.y2 : arrow.y1;
    return placeAt(this.#list.timeMap, t) - this.#list.origin;
  }

  /** Whether a packet has a text on its line. */
  isOnLine(packet: number, text: string): boolean {
    const { label, note } = this.#arrows.get(packet) ?? {};
    return [label, note].some((each) => each?.spans.some((span) => span.text === text) === true);
  }
}

/** The edge of a bar that is turned to its lane. */
export function barEdge({ away, slot, x }: Stand): number {
  return x + away * (BAR_AIR + slot * BAR_PITCH);
}
