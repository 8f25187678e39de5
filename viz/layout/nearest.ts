/** What a reader means who points at a place where packets are only counted. */
import { GROUPS, UNDRAWN } from '../index/group.ts';
import { positionOf } from './places.ts';
import type { Scene } from './scene.ts';

/** In pixels. */
const REACH = 6;
const SCANNED_MAX = 200_000;
const VIOLATION = GROUPS.indexOf('violation');
const FAULT = GROUPS.indexOf('fault');

/** The ordinal of an event; 0 if there is none within reach. What went wrong is meant before anything else. */
export function nearestEvent(scene: Scene, x: number, y: number): number {
  const { axis, laneX, roster, rows, story } = scene;
  if (rows.times.length === 0) return 0;
  const { group, names, node } = story.events;
  const from = positionOf(scene, axis.instantAt(y - REACH));
  const to = Math.min(positionOf(scene, axis.instantAt(y + REACH) + 1), from + SCANNED_MAX);
  const distanceOf = Float64Array.from(names, (name) => {
    const lane = roster.laneOf.get(name);
    return lane === undefined ? 0 : Math.abs(laneX[lane.index]! - x);
  });
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let position = from; position < to; position++) {
    if (group[position] === UNDRAWN || rows.instantOf[position]! < 0) continue;
    const below = Math.abs(axis.y(position) - y);
    if (below > REACH) continue;
    const wrong = group[position] === VIOLATION ? 1e6 : group[position] === FAULT ? 1e4 : 0;
    const distance = distanceOf[node[position]!]! + below * 10 - wrong;
    if (distance >= least) continue;
    least = distance;
    best = position + 1;
  }
  return best;
}
