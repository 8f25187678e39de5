/**
 * Where the stations of a topology stand in a view: brokers in the middle, the others on both sides of them; where it is narrow,
 * above and below.
 */
import type { Station, TopologyPlan } from './topology.ts';
import { CHANNEL, type Way, waysOf } from './topology-ways.ts';

/** A box, by its middle. */
export interface Spot {
  x: number;
  y: number;
  width: number;
  height: number;
  /** There is room for its name alone. */
  compact: boolean;
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
