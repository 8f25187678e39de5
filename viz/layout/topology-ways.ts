/** Where the lines between the stations of a topology run: beside each other at a broker, and in an order in which they do not cross. */
import type { Edge, Station, TopologyPlan } from './topology.ts';
import type { Spot } from './topology-places.ts';

/** From its station `a` to its station `b`. */
export interface Way {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** How broad it is at either end: that of a crowd is a stream. */
  broad1: number;
  broad2: number;
}

/** Between two columns above or below the brokers, where the lines of the upper ones pass. */
export const CHANNEL = 56;
/** So much of it the lines take. */
const CHANNEL_LINES = 46;
/** Of the box of a crowd, at both ends of its stream. */
const STREAM_MARGIN = 8;

type Line = Omit<Way, 'broad1' | 'broad2'>;

/** Lines between a broker and a side meet its box one beside the other; all others run from middle to middle. */
export function waysOf(plan: TopologyPlan, spots: readonly Spot[], upright: boolean): Way[] {
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
      from = { x: channel + share * CHANNEL_LINES, y: hub.y + (before * hub.height) / 2 };
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
