/** The names of the faults of a moment, beside what they strike. */
import { LOST_AT } from './arrow-layout.ts';
import type { FaultSpan } from './fault-span.ts';
import { tableMeasure } from './text-measure.ts';
import type { TopologyPlan } from './topology.ts';
import type { Places } from './topology-places.ts';

export interface FaultSign {
  fault: FaultSpan;
  /** A box, by its left upper corner. */
  x: number;
  y: number;
  width: number;
  height: number;
}

const SIGN_HEIGHT = 18;
const SIGN_MARGIN = 7;
/** On its way from a station to a broker: no lost packet rests there. */
const SIGN_AT = 0.3;
const SIGN_LIFT = 19;
/** Between a sign and what was lost beside it. */
const LOST_AIR = 12;

function widthOf({ name }: FaultSpan): number {
  return Math.ceil(tableMeasure(name, 'type')) + 2 * SIGN_MARGIN;
}

/** One for each edge that is struck, the latest, near the station that is no broker; and those of the world below the clock. */
export function signsAt(plan: TopologyPlan, faults: readonly FaultSpan[], places: Places): FaultSign[] {
  const byEdge = new Map<number, FaultSpan>();
  const signs: FaultSign[] = [];
  const put = (fault: FaultSpan, x: number, y: number): void => {
    const width = widthOf(fault);
    const left = Math.max(2, Math.min(places.width - width - 2, x - width / 2));
    signs.push({
      fault,
      x: Math.round(left),
      y: Math.round(y - SIGN_HEIGHT / 2),
      width,
      height: SIGN_HEIGHT,
    });
  };
  for (const fault of faults) {
    if (fault.edge >= 0) byEdge.set(fault.edge, fault);
    else if (fault.station < 0) put(fault, places.width / 2, 60 + signs.length * (SIGN_HEIGHT + 4));
  }
  for (const [edge, fault] of byEdge) {
    const { x1, y1, x2, y2 } = places.ways[edge]!;
    const share = plan.stations[plan.edges[edge]!.a]!.side === 'middle' ? 1 - SIGN_AT : SIGN_AT;
    const lift = places.upright ? 0 : SIGN_LIFT;
    // What is lost piles up around the middle of the way.
    const middle = (x1 + x2) / 2;
    const pile = Math.abs(x2 - x1) * (LOST_AT.network - 0.5);
    const reach = places.upright ? 0 : pile + LOST_AIR + widthOf(fault) / 2;
    const x = x1 + (x2 - x1) * share;
    put(
      fault,
      x < middle ? Math.min(x, middle - reach) : Math.max(x, middle + reach),
      y1 + (y2 - y1) * share - lift,
    );
  }
  return signs;
}
