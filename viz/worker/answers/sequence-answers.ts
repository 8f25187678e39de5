/** The sequence diagram of a trace, for one pane that looks at it: arranged for a width and a zoom, then drawn a window at a time. */

import type { Story } from '../../index/story.ts';
import type { DisplayList } from '../../layout/display-list.ts';
import type { Lane } from '../../layout/roster.ts';
import { buildScene, type Scene, type Stage, stage } from '../../layout/scene.ts';
import { nameOf } from '../../layout/sentence.ts';
import { layoutSequence } from '../../layout/sequence.ts';
import type { TextMeasure, TextStyle } from '../../layout/text-measure.ts';
import { whyChain } from '../../layout/why.ts';
import { measureWith } from '../font-measure.ts';
import type { Traces } from '../traces.ts';

export interface Arranging {
  /** Of the view, in pixels, without the time in the margin. */
  width: number;
  zoom: number;
  /** Stems of groups that are unfolded. */
  unfolded: readonly string[];
  /** A font of CSS for each style of text. */
  fonts: Readonly<Record<TextStyle, string>>;
  /** What the view shows now: that stays where it is. Undefined to begin at the top. */
  seen: { top: number; height: number; selected: number } | undefined;
}

export interface Arranged {
  width: number;
  viewWidth: number;
  height: number;
  pitch: number;
  margin: number;
  lanes: readonly (Lane & { x: number })[];
  /** Where the view begins, so that what was seen is still seen. */
  top: number;
}

export interface Window extends DisplayList {
  /** What a shape is called, by its ordinal. */
  names: ReadonlyMap<number, string>;
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
}

/** What one pane looks at. */
interface View {
  story: Story;
  /** The story was still being read: its stage is good until it is whole. */
  reading: boolean;
  unfolded: string;
  stage: Stage;
  fonts: string;
  measure: TextMeasure;
  scene: Scene | undefined;
}

export class SequenceAnswers {
  readonly #traces: Traces;
  readonly #views = new Map<string, View>();

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** `view` is any name by which one pane asks again. */
  arrange(trace: number, view: string, { width, zoom, unfolded, fonts, seen }: Arranging): Arranged {
    const story = this.#traces.story(trace);
    const before = this.#views.get(view);
    const folds = unfolded.join('\n');
    const faces = JSON.stringify(fonts);
    const { reading } = story;
    const same = before?.story === story && before.reading === reading && before.unfolded === folds;
    const now: View = {
      story,
      reading,
      unfolded: folds,
      stage: same ? before.stage : stage(story, new Set(unfolded)),
      fonts: faces,
      measure: before?.fonts === faces ? before.measure : measureWith(fonts),
      scene: undefined,
    };
    const scene = buildScene(now.stage, width, zoom, now.measure);
    now.scene = scene;
    this.#views.set(view, now);
    return {
      width: scene.width,
      viewWidth: scene.viewWidth,
      height: scene.axis.height,
      pitch: scene.pitch,
      margin: scene.margin,
      lanes: scene.roster.lanes.map((lane) => ({ ...lane, x: scene.laneX[lane.index]! })),
      top: seen === undefined || before?.scene === undefined ? 0 : topAfter(before.scene, scene, seen),
    };
  }

  window(view: string, top: number, bottom: number): Window {
    const scene = this.#scene(view);
    const list = layoutSequence(scene, top, bottom);
    const names = new Map<number, string>();
    for (const shapes of [list.bands, list.arrows, list.marks, list.signs]) {
      for (const { i } of shapes) if (!names.has(i)) names.set(i, nameOf(scene.story, i));
    }
    return { ...list, names };
  }

  place(view: string, ordinal: number): Place {
    const { axis, laneX, roster, story } = this.#scene(view);
    const event = story.event(ordinal);
    if (event === undefined) return { y: Number.NaN, x: undefined, shape: 0, chain: [] };
    const lane = roster.laneOf.get(event.n);
    return {
      y: axis.y(ordinal - 1),
      x: lane === undefined ? undefined : laneX[lane.index]!,
      shape: shapeOf(event),
      chain: whyChain(story, event).events.map(shapeOf),
    };
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

/** The instant in the middle of the view, or the selected one when it is seen, keeps its place. */
function topAfter(
  before: Scene,
  now: Scene,
  { top, height, selected }: { top: number; height: number; selected: number },
): number {
  if (before.rows.times.length === 0) return 0;
  const at = selected > 0 ? before.axis.y(selected - 1) : Number.NaN;
  const middle = at >= top && at <= top + height ? at : top + Math.min(height / 2, top * 2);
  const instant = before.axis.instantAt(middle);
  return now.axis.topOf(instant) - (before.axis.topOf(instant) - top);
}

function shapeOf(event: { k: string; i: number; of?: number }): number {
  return event.k === 'packet.received' || event.k === 'packet.lost' ? (event.of ?? 0) : event.i;
}
