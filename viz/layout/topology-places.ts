/**
 * Where the stations of a topology stand in a view: brokers in the middle, the others on both sides of them; where it is narrow,
 * above and below.
 */
import type { Edge, Station, TopologyPlan } from './topology.ts';

/** A box, by its middle. */
export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
  /** There is room for its name alone. */
  compact: boolean;
}

/** Where the line of an edge runs, from its station `a` to its station `b`. */
export interface Way {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** How broad it is at either end: that of a crowd is a stream. */
  broad1: number;
  broad2: number;
}

export interface Places {
  width: number;
  /** More than that of the view when there is no room in it for all names. */
  height: number;
  /** The others stand above and below the brokers. */
  upright: boolean;
  /** Few stations in a wide view are drawn larger. */
  scale: number;
  /** By station. */
  spots: readonly Spot[];
  /** By edge. */
  ways: readonly Way[];
}

const UPRIGHT_BELOW = 640;
/** Of the clock and the words above. */
const TOP = 46;
const EDGE = 14;
const GAP = 10;
const FULL_HEIGHT = 46;
const COMPACT_HEIGHT = 26;
const SIDE_WIDTH_MIN = 84;
const SIDE_WIDTH_MAX = 172;
const PITCH_MAX = 104;
/** A crowd is as high as so many others, where there is room. */
const CROWD_HEIGHTS = 4;
/** How far the ends of a side lean to the middle. */
const LEAN_MAX = 84;
/** Of a broker's side, for each line that meets it there. */
const LINE_ROOM = 15;
const BROKER_WIDTH = 128;
const BROKER_HEIGHT = 66;
/** Between what is above and below the brokers and the brokers. */
const UPRIGHT_AIR = 56;
/** Between two columns above or below the brokers, where the lines of the upper ones pass. */
const CHANNEL = 56;
/** Of the box of a crowd, at both ends of its stream. */
const STREAM_MARGIN = 8;
const ROOMY_WIDTH = 900;
const ROOMY_STATIONS_MAX = 5;
const ROOMY_SCALE = 1.25;

/** Sizes in pixels. */
export function placeTopology(plan: TopologyPlan, width: number, viewHeight: number): Places {
  const onSide = (side: Station['side']): Station[] =>
    plan.stations.filter((station) => station.side === side);
  const left = onSide('left');
  const right = onSide('right');
  const most = Math.max(left.length, right.length);
  const row = COMPACT_HEIGHT + GAP / 2;
  const oneColumn = inOneColumn(most, viewHeight - TOP - EDGE);
  const flat = viewHeight < width && oneColumn;
  const upright = width < UPRIGHT_BELOW && !flat;
  const above = new Block(left, width);
  const below = new Block(right, width);
  const rows = above.rows + below.rows;
  const height = Math.max(
    viewHeight,
    TOP + EDGE + (upright ? rows * row + FULL_HEIGHT + UPRIGHT_AIR : Math.ceil(most / 2) * row),
  );
  const roomy = width >= ROOMY_WIDTH && most <= ROOMY_STATIONS_MAX && oneColumn;
  const scale = roomy ? ROOMY_SCALE : 1;
  const spots: Spot[] = [];
  const put = (stations: readonly Station[], placed: readonly Spot[]): void => {
    for (const [each, { index }] of stations.entries()) spots[index] = placed[each]!;
  };
  const brokers = onSide('middle');
  if (upright) {
    const brokerHeight = Math.min(BROKER_HEIGHT, Math.max(FULL_HEIGHT, height * 0.16));
    const room = height - TOP - EDGE - brokerHeight - UPRIGHT_AIR;
    const bottom = height - EDGE - below.fit((room * below.rows) / Math.max(1, rows));
    const top = TOP + above.fit((room * above.rows) / Math.max(1, rows));
    put(left, above.spots(TOP));
    put(right, below.spots(bottom));
    put(brokers, across(plan, brokers, width, brokerHeight, (top + bottom) / 2));
  } else {
    put(left, flank('left', left, width, height, scale));
    put(right, flank('right', right, width, height, scale));
    put(brokers, upwards(plan, brokers, width, height, scale));
  }
  return { width, height, upright, scale, spots, ways: waysOf(plan, spots, upright) };
}

/** So many on one side stand one below the other in so much height. */
function inOneColumn(count: number, room: number): boolean {
  return count * (COMPACT_HEIGHT + GAP) <= room + GAP;
}

/** Of a broker, along the side that its lines meet. */
function lengthOf(plan: TopologyPlan, { index }: Station, least: number, most: number): number {
  const { stations, edges } = plan;
  const lines = { left: 0, middle: 0, right: 0 };
  for (const { a, b } of edges) {
    if (a === index) lines[stations[b]!.side]++;
    else if (b === index) lines[stations[a]!.side]++;
  }
  return Math.min(Math.max(least, Math.max(lines.left, lines.right) * LINE_ROOM), Math.max(40, most));
}

function upwards(
  plan: TopologyPlan,
  brokers: readonly Station[],
  width: number,
  height: number,
  scale: number,
): Spot[] {
  const pitch = (height - TOP - EDGE) / Math.max(1, brokers.length);
  return brokers.map((broker, each) => ({
    x: width / 2,
    y: TOP + (each + 0.5) * pitch,
    width: Math.min(BROKER_WIDTH * scale, width * 0.26),
    height: lengthOf(plan, broker, BROKER_HEIGHT * scale, pitch - 24),
    compact: false,
  }));
}

function across(
  plan: TopologyPlan,
  brokers: readonly Station[],
  width: number,
  height: number,
  y: number,
): Spot[] {
  const pitch = (width - 2 * EDGE) / Math.max(1, brokers.length);
  return brokers.map((broker, each) => ({
    x: EDGE + (each + 0.5) * pitch,
    y,
    width: lengthOf(plan, broker, Math.min(BROKER_WIDTH, pitch - GAP), pitch - GAP),
    height,
    compact: height < FULL_HEIGHT - 6,
  }));
}

/** One side: a column that leans to the middle at its ends, two columns when there are many. */
function flank(
  side: 'left' | 'right',
  stations: readonly Station[],
  width: number,
  height: number,
  scale: number,
): Spot[] {
  const count = stations.length;
  const boxWidth = Math.round(
    Math.min(SIDE_WIDTH_MAX * scale, Math.max(SIDE_WIDTH_MIN, width * 0.17 * scale)),
  );
  const room = height - TOP - EDGE;
  const full = FULL_HEIGHT * scale;
  const columns = inOneColumn(count, room) ? 1 : 2;
  const compact = columns > 1 || count * (full + GAP) > room + GAP;
  const rows = Math.ceil(count / columns);
  const boxHeight = compact ? COMPACT_HEIGHT : full;
  const crowds = stations.filter(({ size }) => size > 1).length;
  const more = boxHeight * (CROWD_HEIGHTS - 1);
  const tall = columns === 1 && count * (boxHeight + GAP) + crowds * more <= room;
  const heightOf = ({ size }: Station): number => (tall && size > 1 ? boxHeight + more : boxHeight);
  const extra = tall ? crowds * more : 0;
  const pitch = Math.min(PITCH_MAX * scale, (room - extra) / Math.max(1, rows));
  const lean = columns > 1 ? 0 : Math.min(LEAN_MAX, width * 0.06);
  let y = TOP + (room - rows * pitch - extra) / 2;
  return stations.map((station, each) => {
    const column = each % columns;
    const row = Math.floor(each / columns);
    const high = heightOf(station);
    const slot = pitch + high - boxHeight;
    const off = rows < 2 ? 0 : (2 * row) / (rows - 1) - 1;
    const x = EDGE + boxWidth / 2 + column * (boxWidth + GAP) + lean * off * off;
    const spot = {
      x: side === 'left' ? x : width - x,
      y: y + slot / 2,
      width: boxWidth,
      height: high,
      compact,
    };
    if (column === columns - 1) y += slot;
    return spot;
  });
}

/** Those above or below the brokers: one row, or two columns with a channel between them. */
class Block {
  readonly rows: number;
  readonly #stations: readonly Station[];
  readonly #width: number;
  readonly #inRow: number;
  #pitch = 0;

  constructor(stations: readonly Station[], width: number) {
    this.#stations = stations;
    this.#width = width;
    const oneRow = stations.length * (SIDE_WIDTH_MIN + GAP) <= width - 2 * EDGE + GAP;
    this.#inRow = oneRow ? Math.max(1, stations.length) : 2;
    this.rows = Math.ceil(stations.length / this.#inRow);
  }

  /** Takes at most so much of the height; returns what it takes. */
  fit(room: number): number {
    this.#pitch = this.rows === 0 ? 0 : Math.min(FULL_HEIGHT + GAP, room / this.rows);
    return this.rows * this.#pitch;
  }

  spots(top: number): Spot[] {
    const inner = this.#width - 2 * EDGE;
    const columns = this.rows > 1;
    const gap = columns ? CHANNEL : GAP;
    const wide = Math.min(SIDE_WIDTH_MAX, (inner - (this.#inRow - 1) * gap) / this.#inRow);
    const high = Math.min(FULL_HEIGHT, this.#pitch - (this.#pitch < FULL_HEIGHT ? GAP / 2 : GAP));
    return this.#stations.map((_, each) => {
      const row = Math.floor(each / this.#inRow);
      const place = each % this.#inRow;
      return {
        x: EDGE + inner / 2 + (place - (this.#inRow - 1) / 2) * (wide + gap),
        y: top + (row + 0.5) * this.#pitch,
        width: wide,
        height: high,
        compact: high < FULL_HEIGHT - 6,
      };
    });
  }
}

type Line = Omit<Way, 'broad1' | 'broad2'>;

/** Lines between a broker and a side meet its box one beside the other; all others run from middle to middle. */
function waysOf(plan: TopologyPlan, spots: readonly Spot[], upright: boolean): Way[] {
  const fans = new Fans(plan, spots, upright);
  const broad = (station: number): number => {
    const { width, height } = spots[station]!;
    return plan.stations[station]!.size > 1 ? (upright ? width : height) - 2 * STREAM_MARGIN : 0;
  };
  return plan.edges.map((edge) => {
    const line = fans.line(edge) ?? straight(spots[edge.a]!, spots[edge.b]!);
    return { ...line, broad1: broad(edge.a), broad2: broad(edge.b) };
  });
}

/** The lines of each broker to each side, in an order in which they do not cross. */
class Fans {
  readonly #plan: TopologyPlan;
  readonly #spots: readonly Spot[];
  readonly #upright: boolean;
  readonly #edges = new Map<string, number[]>();
  readonly #channels: Readonly<Record<Station['side'], number | undefined>>;

  constructor(plan: TopologyPlan, spots: readonly Spot[], upright: boolean) {
    this.#plan = plan;
    this.#spots = spots;
    this.#upright = upright;
    this.#channels = { left: this.#channel('left'), middle: undefined, right: this.#channel('right') };
    const order = new Map<string, { edge: number; place: number }[]>();
    for (const edge of plan.edges) {
      const ends = this.#endsOf(edge);
      if (ends === undefined) continue;
      const fan = { edge: edge.index, place: this.#place(ends.other) };
      const key = `${ends.broker} ${ends.side}`;
      const here = order.get(key);
      if (here === undefined) order.set(key, [fan]);
      else here.push(fan);
    }
    for (const [key, fan] of order) {
      fan.sort((one, other) => one.place - other.place || one.edge - other.edge);
      this.#edges.set(
        key,
        fan.map(({ edge }) => edge),
      );
    }
  }

  /** Undefined for an edge that is not between a broker and a side. */
  line(edge: Edge): Line | undefined {
    const ends = this.#endsOf(edge);
    if (ends === undefined) return undefined;
    const { broker, other, side } = ends;
    const edges = this.#edges.get(`${broker} ${side}`)!;
    const share = (edges.indexOf(edge.index) + 0.5) / edges.length - 0.5;
    const hub = this.#spots[broker]!;
    const box = this.#spots[other]!;
    const before = side === 'left' ? -1 : 1;
    const channel = this.#channels[side];
    let from: { x: number; y: number };
    let to: { x: number; y: number };
    if (!this.#upright) {
      from = { x: hub.x + (before * hub.width) / 2, y: hub.y + share * hub.height };
      to = { x: box.x - (before * box.width) / 2, y: box.y };
    } else if (channel === undefined) {
      from = { x: hub.x + share * hub.width, y: hub.y + (before * hub.height) / 2 };
      to = { x: box.x, y: box.y - (before * box.height) / 2 };
    } else {
      from = { x: channel + share * (CHANNEL - GAP), y: hub.y + (before * hub.height) / 2 };
      to = { x: box.x < channel ? box.x + box.width / 2 : box.x - box.width / 2, y: box.y };
    }
    if (edge.a !== broker) [from, to] = [to, from];
    return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  }

  #endsOf({ a, b }: Edge): { broker: number; other: number; side: Station['side'] } | undefined {
    const sideA = this.#plan.stations[a]!.side;
    const sideB = this.#plan.stations[b]!.side;
    if ((sideA === 'middle') === (sideB === 'middle')) return undefined;
    return sideA === 'middle' ? { broker: a, other: b, side: sideB } : { broker: b, other: a, side: sideA };
  }

  /** By which the lines of a fan are ordered; in a channel those from far away pass between those from near. */
  #place(station: number): number {
    const { x, y } = this.#spots[station]!;
    if (!this.#upright) return y;
    const { side } = this.#plan.stations[station]!;
    const channel = this.#channels[side];
    if (channel === undefined) return x;
    const near = side === 'left' ? y : -y;
    return x < channel ? -1e6 - near : 1e6 + near;
  }

  /** The middle of the channel between two columns; undefined for one row, whose lines leave straight towards the broker. */
  #channel(side: Station['side']): number | undefined {
    const here = this.#plan.stations.filter((station) => station.side === side);
    const spots = here.map(({ index }) => this.#spots[index]!);
    if (!this.#upright || spots.every(({ y }) => y === spots[0]!.y)) return undefined;
    const xs = spots.map(({ x }) => x);
    return (Math.min(...xs) + Math.max(...xs)) / 2;
  }
}

/** From the edge of one box to that of the other. */
function straight(a: Spot, b: Spot): Line {
  const from = boundary(a, b.x - a.x, b.y - a.y);
  const to = boundary(b, a.x - b.x, a.y - b.y);
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
}

function boundary({ x, y, width, height }: Spot, dx: number, dy: number): { x: number; y: number } {
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : height / 2 / Math.abs(dy),
  );
  return Number.isFinite(share) ? { x: x + dx * share, y: y + dy * share } : { x, y };
}
