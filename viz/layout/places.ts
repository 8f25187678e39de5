/** Where things of a scene stand sideways. */
import { lowerBound } from '../index/column.ts';
import type { Label } from './display-list.ts';
import type { Scene } from './scene.ts';

/** Pixels, as every label is high. */
export const LABEL_HEIGHT = 15;
/** Of the line of dots where a stretch is left out. */
export const DOTS_HEIGHT = 1;
/** Between a lane and the words beside it. */
export const LANE_AIR = 11;
/** Between a lane and words where lanes are close. */
export const LANE_AIR_NARROW = 5;
/** A shortened text of fewer letters says nothing. */
export const LETTERS_MIN = 8;
/** Of the hatched column in which a node is down. */
export const ABSENCE_HALF_WIDTH = 13;
/** What touches a window is looked through up to here: crowds are counted, and not drawn one by one. */
export const SCANNED_MAX = 20_000;

export function xOf(scene: Scene, node: string): number {
  return scene.laneX[scene.roster.laneOf.get(node)?.index ?? 0]!;
}

/** True when the node shares its lane with others. */
export function isFolded(scene: Scene, node: string): boolean {
  return (scene.roster.laneOf.get(node)?.nodes.length ?? 0) > 1;
}

/** Between the two ends of a link, around the lane of a node, or across everything. */
export function placeOfFault(scene: Scene, target: string): { x1: number; x2: number } {
  const link = scene.story.links.get(target);
  const { laneOf } = scene.roster;
  if (link !== undefined && laneOf.has(link.a) && laneOf.has(link.b)) {
    const a = xOf(scene, link.a);
    const b = xOf(scene, link.b);
    // Two nodes of one folded lane have no room between them.
    if (a !== b) return { x1: Math.min(a, b), x2: Math.max(a, b) };
  }
  const node = link === undefined ? target : laneOf.has(link.a) ? link.a : link.b;
  if (!laneOf.has(node)) return { x1: 0, x2: scene.width };
  const x = xOf(scene, node);
  return { x1: x - ABSENCE_HALF_WIDTH, x2: x + ABSENCE_HALF_WIDTH };
}

/** A label of one span in the style of marks. */
export function plainLabel(x: number, y: number, width: number, text: string): Label {
  const spans = [{ text, style: 'mark', dx: 0, width }] as const;
  return { x: Math.round(x), y: Math.round(y), width, height: LABEL_HEIGHT, spans };
}

/** True for a position that a filter did not find. */
export function isDimmed({ choice }: Scene, position: number): boolean {
  return choice.matches !== undefined && !choice.matches.has(position + 1);
}

/** The first position of the trace that is not before an instant. */
export function positionOf({ rows }: Scene, instant: number): number {
  return instant < rows.firstOf.length ? rows.firstOf[instant]! : rows.instantOf.length;
}

/** How many packets leave between two instants, inclusive, also those that are not drawn. */
export function departuresBetween(scene: Scene, first: number, last: number): number {
  const { sent } = scene.story.flights;
  const count = scene.story.flightCount;
  const from = positionOf(scene, first);
  const to = positionOf(scene, last + 1);
  return lowerBound(sent, count, to + 1) - lowerBound(sent, count, from + 1);
}
