/** The sequence diagram of a trace, for one pane that looks at it: arranged for a width and a zoom, then drawn a window at a time. */
import type { TraceEvent, WebSocketLost, WebSocketReceived } from '../../../src/trace/event.ts';
import type { Story } from '../../index/story.ts';
import {
  type Aim,
  FAR_VIEWS,
  fillingIn,
  SOUGHT_AT,
  topFor,
  zoomOfAll,
  zoomOfEvent,
  zoomOfRoom,
  zoomOfTimes,
} from '../../layout/aim.ts';
import { ArrowLayout } from '../../layout/arrow-layout.ts';
import type { Axis } from '../../layout/axis-kind.ts';
import type { Arrow, DisplayList } from '../../layout/display-list.ts';
import { LabelRoom } from '../../layout/label-room.ts';
import { linesOf } from '../../layout/nameless.ts';
import { nearestEvent } from '../../layout/nearest.ts';
import { factsOf } from '../../layout/packet-label.ts';
import type { Lane } from '../../layout/roster.ts';
import { buildScene, type ReadFacts, type Scene } from '../../layout/scene.ts';
import { layoutSequence } from '../../layout/sequence.ts';
import type { TextMeasure, TextStyle } from '../../layout/text-measure.ts';
import { TimeAxis } from '../../layout/time-axis.ts';
import { type TimeMap, timeMapOf } from '../../layout/time-map.ts';
import { whyChain } from '../../layout/why.ts';
import type { Stages, Staging } from '../stages.ts';

export interface Arranging extends Staging {
  /** Of the view, in pixels, without the time in the margin. */
  width: number;
  height: number;
  axis: Axis;
  /** Where the aim leaves it open. */
  zoom: number;
  aim: Aim;
  /** A font of CSS for each style of text. */
  fonts: Readonly<Record<TextStyle, string>>;
}

export interface Arranged {
  width: number;
  viewWidth: number;
  height: number;
  pitch: number;
  margin: number;
  lanes: readonly (Lane & { x: number })[];
  zoom: number;
  zoomMin: number;
  zoomMax: number;
  /** Of the whole diagram, roughly. */
  timeMap: TimeMap;
  /** Where the view begins. */
  top: number;
  /** What is around it. */
  window: Window;
}

export interface Window extends DisplayList {
  /** Where in the diagram the list has its zero. */
  origin: number;
  /** Views that begin from here on and before there have this window. */
  tops: { from: number; to: number };
  /** What a shape is called, by its ordinal. */
  names: ReadonlyMap<number, string>;
  /** Of the window, exactly. */
  timeMap: TimeMap;
}

/** Where an event is in the diagram. */
export interface Place {
  /** NaN for one that is not drawn. */
  y: number;
  /** Of its lane; undefined for one of the world. */
  x: number | undefined;
  /** The ordinal of the shape that stands for it: an arrival is the end of the arrow that was sent. */
  shape: number;
  /** Of the shapes that stand for its causes. */
  chain: readonly number[];
  /** The event and its causes, as far as they are packets: they are drawn also where packets are only counted. */
  arrows: readonly Arrow[];
  /** What the shape is called. */
  name: string;
  /** For an event that is far from what is seen: where the view begins that shows it, and the window there. */
  away: { top: number; window: Window } | undefined;
}

/**
 * Windows begin at multiples of so much of the view, and at least so many pixels: what is drawn at a place does not depend on the
 * way there. Half of a step is drawn above and below all views that share a window.
 */
const STEP = 0.5;
const STEP_MIN = 300;

/** What one pane looks at. */
interface View {
  fonts: string;
  measure: TextMeasure;
  scene: Scene;
}

/** Widths of text in some fonts. */
export type MeasureWith = (fonts: Readonly<Record<TextStyle, string>>) => TextMeasure;

/** Until there is what judges packets they are taken for what they seem to be. */
const atAGlance: ReadFacts = (sent) => factsOf(sent, sent.malformed);

/** What is loaded after the first picture, and said of it then. */
export interface Words {
  readFacts: ReadFacts;
  /** What a shape is called that stands for an event. */
  nameOf(story: Story, ordinal: number): string;
}

export class SequenceAnswers {
  readonly #stages: Stages;
  readonly #measureWith: MeasureWith;
  readonly #words: () => Words | undefined;
  readonly #views = new Map<string, View>();

  /** @param words undefined until they are there; a picture is arranged once more then */
  constructor(stages: Stages, measureWith: MeasureWith, words: () => Words | undefined) {
    this.#stages = stages;
    this.#measureWith = measureWith;
    this.#words = words;
  }

  /** `view` is any name by which one pane asks again. */
  arrange(trace: number, view: string, asked: Arranging): Arranged {
    const { axis, fonts, height, width } = asked;
    const staging: Staging = {
      unfolded: asked.unfolded,
      hiddenNodes: asked.hiddenNodes,
      pingRuns: asked.pingRuns,
      filter: asked.filter,
      others: asked.others,
    };
    const stage = this.#stages.of(trace, staging);
    const before = this.#views.get(view);
    const faces = JSON.stringify(fonts);
    const readFacts = this.#words()?.readFacts ?? atAGlance;
    const measure = before?.fonts === faces ? before.measure : this.#measureWith(fonts);
    // A zoom needs new heights and nothing else.
    const plain =
      before?.scene.rows === stage.rows && before.scene.viewWidth === width && before.measure === measure
        ? { ...before.scene, ...stage, zoom: asked.zoom, readFacts }
        : buildScene(stage, width, asked.zoom, measure, readFacts, undefined, axis);
    const axisAt = (zoom: number): TimeAxis => new TimeAxis(stage.scale(axis), plain.banners, zoom);
    const zoomMin = Math.min(0.2, zoomOfAll(axisAt, height));
    const { zoomMax } = stage.scale(axis);
    const aim: Aim =
      asked.aim.is === 'fill' ? { is: 'fill', ...fillingIn(axisAt, height, asked.aim) } : asked.aim;
    const wanted = zoomOf(aim, plain, axisAt, height);
    const zoom = Math.max(zoomMin, Math.min(zoomMax, wanted));
    const scene: Scene = { ...plain, zoom, axis: axisAt(zoom) };
    this.#views.set(view, { fonts: faces, measure, scene });
    const most = Math.max(0, scene.axis.height - height);
    const top = Math.max(0, Math.min(most, topOf(aim, scene, height)));
    return {
      width: scene.width,
      viewWidth: scene.viewWidth,
      height: scene.axis.height,
      pitch: scene.pitch,
      margin: scene.margin,
      lanes: scene.roster.lanes.map((lane) => ({ ...lane, x: scene.laneX[lane.index]! })),
      zoom,
      zoomMin,
      zoomMax,
      timeMap: timeMapOf(scene, 0, scene.axis.height),
      top,
      window: this.window(view, top, height),
    };
  }

  /** What is around a view of so many pixels that begins at `top`. */
  window(view: string, top: number, height: number): Window {
    const scene = this.#scene(view);
    const step = Math.max(STEP_MIN, STEP * height);
    const first = Math.floor(top / step) * step;
    const tops = { from: first, to: first + step };
    const from = Math.max(0, tops.from - step / 2);
    const to = Math.min(Math.max(scene.axis.height, height), tops.to + height + step / 2);
    const origin = 2 * Math.floor(from / 2);
    const near = { ...scene, axis: new TimeAxis(scene.axis.scale, scene.banners, scene.zoom, origin) };
    const list = layoutSequence(near, from - origin, to - origin);
    const names = new Map<number, string>();
    const { story } = scene;
    const name = (i: number): void => {
      if (!names.has(i)) names.set(i, this.#nameOf(story, i));
    };
    for (const shapes of [list.bands, list.signs, list.flags]) for (const { i } of shapes) name(i);
    const lines = new Set(linesOf(list));
    for (const arrow of list.arrows)
      if (!lines.has(arrow) || arrow.accused || arrow.end === 'lost') name(arrow.i);
    for (const { i } of list.frames) name(i);
    if (list.tier === 'shapes') for (const { i } of list.marks) name(i);
    return { ...list, origin, tops, names, timeMap: timeMapOf(scene, from, to) };
  }

  /** `top` and `height` are those of the view that is seen. */
  place(view: string, ordinal: number, top: number, height: number): Place {
    const scene = this.#scene(view);
    const { axis, laneX, pingRuns, roster, story } = scene;
    const event = story.event(ordinal);
    if (event === undefined)
      return { y: Number.NaN, x: undefined, shape: 0, chain: [], arrows: [], name: '', away: undefined };
    const frame = event.k === 'websocket.sent' ? ordinal : isOfFrame(event) ? event.of : 0;
    const carried = frame > 0 ? story.carriedBy(frame) : 0;
    const standIn = carried > 0 ? carried : (pingRuns?.shownBy[ordinal - 1] ?? 0);
    const lane = roster.laneOf.get(event.n);
    const chain = whyChain(story, event).events.map(shapeOf);
    const shape = carried > 0 ? frame : standIn > 0 ? standIn : shapeOf(event);
    const arrows: Arrow[] = [];
    for (const each of new Set([...chain, shape])) {
      const flight = story.events.flight[each - 1] ?? -1;
      const arrow = flight < 0 ? undefined : new ArrowLayout(scene, new LabelRoom()).one(flight);
      if (arrow !== undefined) arrows.push(arrow);
    }
    const y = axis.y((standIn > 0 ? standIn : ordinal) - 1);
    return {
      y,
      x: lane === undefined ? undefined : laneX[lane.index]!,
      shape,
      chain,
      arrows,
      name: this.#nameOf(story, shape),
      away: Math.abs(y - top) < FAR_VIEWS * height ? undefined : this.#away(view, scene, y, height),
    };
  }

  /** Nothing until there are words. */
  #nameOf(story: Story, ordinal: number): string {
    return this.#words()?.nameOf(story, ordinal) ?? '';
  }

  #away(view: string, { axis }: Scene, y: number, height: number): Place['away'] {
    if (Number.isNaN(y)) return undefined;
    const top = Math.max(0, Math.min(axis.height - height, y - SOUGHT_AT * height));
    return { top, window: this.window(view, top, height) };
  }

  /** The ordinal of the event that is drawn or counted nearest to a point; 0 if none is near. */
  nearest(view: string, x: number, y: number): number {
    return nearestEvent(this.#scene(view), x, y);
  }

  /** The pane is gone. */
  leave(view: string): void {
    this.#views.delete(view);
  }

  #scene(view: string): Scene {
    const scene = this.#views.get(view)?.scene;
    if (scene === undefined) throw new RangeError(`the view ${view} was not arranged`);
    return scene;
  }
}

function zoomOf(aim: Aim, scene: Scene, axisAt: (zoom: number) => TimeAxis, height: number): number {
  switch (aim.is) {
    case 'all':
      return zoomOfAll(axisAt, height);
    case 'fill':
      return zoomOfRoom(axisAt, height, aim, scene.pitch);
    case 'times':
      return zoomOfTimes(axisAt, height, aim.from, aim.to);
    case 'event':
      return zoomOfEvent(axisAt, scene, height, aim.ordinal);
    default:
      return scene.zoom;
  }
}

function topOf(aim: Aim, { axis }: Scene, height: number): number {
  switch (aim.is) {
    case 'times':
      return axis.yAt(aim.from);
    case 'fill':
      return topFor(axis, aim, height);
    case 'event':
      return axis.y(aim.ordinal - 1) - height / 2;
    case 'keep':
      return axis.yAt(aim.time) + aim.beside - aim.below;
    default:
      return 0;
  }
}

function isOfFrame(event: TraceEvent): event is WebSocketReceived | WebSocketLost {
  return event.k === 'websocket.received' || event.k === 'websocket.lost';
}

function shapeOf(event: { k: string; i: number; of?: number }): number {
  return event.k === 'packet.received' || event.k === 'packet.lost' ? (event.of ?? 0) : event.i;
}
