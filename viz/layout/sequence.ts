/**
 * The sequence diagram: from a scene and a window of it to a display list. Cost follows what is in the window.
 */
import { ArrowLayout } from './arrow-layout.ts';
import { BandLayout } from './band-layout.ts';
import { BANNER_MARGIN, type Banner } from './banners.ts';
import type { AxisGap, DisplayList, Sign, Tick } from './display-list.ts';
import { LabelRoom } from './label-room.ts';
import { MarkLayout } from './mark-layout.ts';
import { bannerWidth, type Scene } from './scene.ts';
import { durationText, momentText } from './time-text.ts';

/** Between the times in the margin. */
const TICK_AIR = 16;

/** Words find their places in this order: banners, packets, marks, bands. What finds none is drawn without. */
export function layoutSequence(scene: Scene, top: number, bottom: number): DisplayList {
  const { axis, laneX, roster, rows } = scene;
  const empty = rows.times.length === 0;
  const first = empty ? 0 : axis.instantAt(top);
  const last = empty ? -1 : axis.instantAt(bottom);
  const room = new LabelRoom();
  const signs = signsOf(scene, room, first, last);
  const packets = new ArrowLayout(scene, room).list(first, last);
  const marks = new MarkLayout(scene, room).list(first, last);
  const bands = new BandLayout(scene, room, top, bottom).list(first, last);
  return {
    top,
    bottom,
    lanes: roster.lanes.map((lane) => ({ index: lane.index, x: laneX[lane.index]! })),
    bands,
    gaps: gapsOf(scene, first, last),
    ticks: ticksOf(scene, first, last),
    ...packets,
    marks,
    signs,
    labelsElided: room.refused,
  };
}

function signsOf(scene: Scene, room: LabelRoom, first: number, last: number): Sign[] {
  const { axis, banners, viewWidth, width } = scene;
  const signWidth = bannerWidth(viewWidth);
  const x = Math.round((Math.min(viewWidth, width) - signWidth) / 2);
  const signs: Sign[] = [];
  const put = (banner: Banner, y: number): void => {
    const sign: Sign = {
      i: banner.event.i,
      tone: banner.tone,
      x,
      y: y + BANNER_MARGIN,
      width: signWidth,
      height: banner.height - 2 * BANNER_MARGIN,
      lines: banner.lines,
    };
    room.take(sign);
    signs.push(sign);
  };
  for (let instant = first; instant <= last; instant++) {
    const here = banners.get(instant);
    if (here === undefined) continue;
    let y = axis.topOf(instant) - BANNER_MARGIN;
    for (const banner of here.before) {
      put(banner, y);
      y += banner.height;
    }
    y = axis.lastRowOf(instant) + BANNER_MARGIN;
    for (const banner of here.after) {
      put(banner, y);
      y += banner.height;
    }
  }
  return signs;
}

function gapsOf(scene: Scene, first: number, last: number): AxisGap[] {
  const { axis, flightIndex } = scene;
  return axis.breaks(Math.max(0, first - 1), last).map(({ top, bottom, length, instant }) => ({
    y1: top,
    y2: bottom,
    text: durationText(length),
    silent: flightIndex.query(instant + 0.5, instant + 0.5, 0).count === 0,
  }));
}

function ticksOf(scene: Scene, first: number, last: number): Tick[] {
  const { axis, rows } = scene;
  const ticks: Tick[] = [];
  let free = Number.NEGATIVE_INFINITY;
  let said = '';
  for (let instant = first; instant <= last; instant++) {
    const y = axis.firstRowOf(instant);
    const text = momentText(rows.times[instant]!);
    if (y < free || text === said) continue;
    ticks.push({ y, text });
    free = y + TICK_AIR;
    said = text;
  }
  return ticks;
}
