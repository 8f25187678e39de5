/**
 * The sequence diagram: from a scene and a window of it to a display list. Cost follows what is in the window.
 */
import { lowerBound } from '../index/column.ts';
import { ArrowLayout } from './arrow-layout.ts';
import { BandLayout } from './band-layout.ts';
import { BANNER_MARGIN, type Banner } from './banners.ts';
import { layoutDensity } from './density-layout.ts';
import type { AxisGap, DisplayList, Sign, Tick } from './display-list.ts';
import { FLAG_HEIGHT, layoutFlags } from './flag-layout.ts';
import { LabelRoom } from './label-room.ts';
import { MarkLayout } from './mark-layout.ts';
import { DOTS_HEIGHT, departuresBetween, positionOf } from './places.ts';
import { bannerWidth, type Scene } from './scene.ts';
import { durationText, momentText } from './time-text.ts';
import { layoutUpgrades } from './upgrade-layout.ts';

/** Of one window, which is about two views: more packets than this are not shapes of their own. */
export const SHAPES_MAX = 300;
/** Between the times in the margin. */
const TICK_AIR = 14;
/** Between the times of a linear axis, at least. */
const EVEN_TICK_HEIGHT = 36;
/** Among more instants words are not kept off each. */

const INSTANTS_MAX = 1_000;
/** Lower than this a break has no room for its length. */
const GAP_HEIGHT_MIN = 26;

/** Words find their places in this order: banners, packets, marks, bands. What finds none is drawn without. */
export function layoutSequence(scene: Scene, top: number, bottom: number): DisplayList {
  const { axis, laneX, roster, rows } = scene;
  const empty = rows.times.length === 0;
  const first = empty ? 0 : axis.instantAt(top);
  const last = empty ? -1 : axis.instantAt(bottom);
  const room = new LabelRoom(top, bottom);
  const signs = axis.showsBanners ? signsOf(scene, room, first, last) : [];
  const gaps = gapsOf(scene, first, last);
  for (const { silent, y1, y2 } of gaps)
    if (silent) room.take({ x: 0, y: (y1 + y2 - DOTS_HEIGHT) / 2, width: scene.width, height: DOTS_HEIGHT });
  room.rule(momentsOf(scene, first, last));
  const packets = new ArrowLayout(scene, room);
  const arrows = packets.list(first, last);
  const shapes = arrows !== undefined && arrows.length <= SHAPES_MAX;
  const flags = layoutFlags(scene, first, last, arrows === undefined);
  for (const { y, width } of flags) room.take({ x: 0, y: y - FLAG_HEIGHT / 2, width, height: FLAG_HEIGHT });
  const marks =
    arrows === undefined ? [] : new MarkLayout(scene, room, packets.losses.struck).list(first, last);
  const bands = new BandLayout(scene, room, top, bottom).list(first, last);
  const count =
    arrows === undefined
      ? departuresBetween(scene, first, last)
      : arrows.reduce((sum, arrow) => sum + arrow.count, 0);
  return {
    top,
    bottom,
    tier: arrows === undefined ? 'density' : shapes ? 'shapes' : 'lines',
    lanes: roster.lanes.map((lane) => ({ index: lane.index, x: laneX[lane.index]! })),
    bands,
    gaps,
    ticks: ticksOf(scene, top, bottom),
    arrows: shapes ? [...layoutUpgrades(scene, room, first, last), ...arrows] : (arrows ?? []),
    frames: shapes ? (packets.boxes?.frames ?? []) : [],
    marks,
    signs,
    flags,
    density: arrows === undefined ? layoutDensity(scene, top, bottom) : undefined,
    packets: count,
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

/** Breaks that are high enough to be seen. */
function gapsOf(scene: Scene, first: number, last: number): AxisGap[] {
  const { axis, flightIndex } = scene;
  if (axis.breakHeight < GAP_HEIGHT_MIN) return [];
  return axis.breaks(Math.max(0, first - 1), last).map(({ top, bottom, length, instant }) => ({
    y1: top,
    y2: bottom,
    text: durationText(length),
    pings: pingsAfter(scene, instant),
    silent: flightIndex.query(instant + 0.5, instant + 0.5, 0).count === 0,
  }));
}

/** The heights of the rows of some instants, where there is room between them. */
function momentsOf({ axis, rows }: Scene, first: number, last: number): Float64Array {
  const heights: number[] = [];
  if (last - first > INSTANTS_MAX) return new Float64Array(0);
  for (let instant = first; instant <= last; instant++) {
    const count = rows.counts[instant]!;
    const [top, bottom] = [axis.firstRowOf(instant), axis.lastRowOf(instant)];
    for (let row = 0; row < count; row++)
      heights.push(count === 1 ? top : top + ((bottom - top) * row) / (count - 1));
  }
  return Float64Array.from(heights);
}

/** Keep-alives between an instant and the next one that are drawn elsewhere, with others. */
function pingsAfter(scene: Scene, instant: number): number {
  const { pingRuns, story } = scene;
  if (pingRuns === undefined || pingRuns.runs.size === 0) return 0;
  const { sent } = story.flights;
  const from = positionOf(scene, instant);
  const to = positionOf(scene, instant + 1);
  let count = 0;
  for (
    let flight = lowerBound(sent, story.flightCount, from + 1);
    flight < story.flightCount && sent[flight]! <= to;
    flight++
  ) {
    if (pingRuns.shownBy[sent[flight]! - 1]! > 0) count++;
  }
  return count;
}

/** Times beside their instants; from far away there is a time for every so many pixels, whatever happens there. */
function ticksOf(scene: Scene, top: number, bottom: number): Tick[] {
  const { axis, rows } = scene;
  const ticks: Tick[] = [];
  if (rows.times.length === 0) return ticks;
  if (axis.scale.kind === 'linear') return evenTicksOf(scene, top, bottom);
  let free = Number.NEGATIVE_INFINITY;
  let said = '';
  let instant = axis.instantAt(top);
  while (instant < rows.times.length) {
    const y = axis.firstRowOf(instant);
    if (y > bottom) break;
    const text = momentText(rows.times[instant]!);
    if (y >= free && text !== said) {
      ticks.push({ y, text });
      free = y + TICK_AIR;
      said = text;
    }
    // What is nearer than a tick is high has none: the next one that may is looked for, and not walked to.
    instant = Math.max(instant + 1, axis.instantAt(Math.max(free, y)));
  }
  return ticks;
}

/** Round times at even distances: 1, 2 or 5 of any power of ten. */
function evenTicksOf({ axis, rows }: Scene, top: number, bottom: number): Tick[] {
  const first = rows.times[0]!;
  const last = rows.times[rows.times.length - 1]!;
  const begin = axis.firstRowOf(0);
  const length = axis.yAt(last) - begin;
  const perPixel = length === 0 ? 0 : (last - first) / length;
  let step = 1;
  for (const factors = [2, 2.5, 2]; step < perPixel * EVEN_TICK_HEIGHT; ) {
    step *= factors[0]!;
    factors.push(factors.shift()!);
  }
  const ticks: Tick[] = [];
  for (let time = Math.ceil(axis.timeAt(top) / step) * step; time <= last; time += step) {
    const y = begin + (perPixel === 0 ? 0 : (time - first) / perPixel);
    if (y > bottom) break;
    ticks.push({ y, text: momentText(time) });
  }
  return ticks;
}
