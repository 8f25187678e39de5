/** What a picture leaves free of words, lines, marks and lanes. */
import { LabelRoom } from './label-room.ts';
import type { Pictured } from './memory-bars.ts';
import { DOTS_HEIGHT } from './places.ts';

export const MARK_SIZE = 14;
const LANE_WIDTH = 8;

/** @param width of the diagram */
export function roomLeftBy(list: Pictured, width: number): LabelRoom {
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
