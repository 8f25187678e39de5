/**
 * A story made ready to be laid out: who stands where, what happens in which row, and what touches which stretch of
 * time. `stage` is done once a trace and roster, `buildScene` again for every width and zoom. A story may grow after it was
 * staged: what came later has no row, and is left out.
 */

import type { PacketSent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import { IntervalForest } from '../index/interval-forest.ts';
import type { Story } from '../index/story.ts';
import type { Axis } from './axis-kind.ts';
import { type BannersOfInstant, writeBanners } from './banners.ts';
import { Census } from './census.ts';
import { type Choice, EVERYTHING, veilOf } from './choice.ts';
import type { PacketFacts } from './packet-label.ts';
import { type Periods, periodsOf } from './periods.ts';
import { findPingRuns, type PingRuns } from './ping-runs.ts';
import { Quickest } from './quickest.ts';
import { callRoster, type Roster } from './roster.ts';
import { arrangeRows, type Rows } from './rows.ts';
import type { TextMeasure } from './text-measure.ts';
import { TimeAxis } from './time-axis.ts';
import { scaleOf, type TimeScale } from './time-scale.ts';

export interface Stage extends Periods {
  story: Story;
  choice: Choice;
  roster: Roster;
  /** Undefined when keep-alives are drawn one by one. */
  pingRuns: PingRuns | undefined;
  rows: Rows;
  /** Of the flights of the story, by instants. */
  flightIndex: IntervalForest;
  /** How far apart instants are, for each kind of axis. */
  scale(kind: Axis): TimeScale;
  census(): Census;
  quickest(): Quickest;
}

const RECEIVED = KIND_CODES['packet.received'];

export function stage(story: Story, unfolded: ReadonlySet<string>, choice: Choice = EVERYTHING): Stage {
  const roster = callRoster(story, unfolded, choice.hiddenNodes);
  const pingRuns = choice.pingRuns ? findPingRuns(story) : undefined;
  const rows = arrangeRows(story, roster, veilOf(story, roster, choice, pingRuns));

  const flightIndex = new IntervalForest();
  const { end, sent } = story.flights;
  const { kind } = story.events;
  let latest = 0;
  for (let each = 0; each < story.flightCount; each++) {
    const departure = rows.instantOf[sent[each]! - 1] ?? -1;
    // What is not drawn touches nothing.
    if (departure < 0) {
      flightIndex.append(latest, -1);
      continue;
    }
    latest = departure;
    const ended = end[each]!;
    const near = departure + 2;
    const until = ended > 0 ? (rows.instantOf[ended - 1] ?? near) : near;
    const arrived = ended > 0 && kind[ended - 1] === RECEIVED;
    // What does not arrive is drawn near its departure; it does not hang over the rest of the trace.
    flightIndex.append(departure, arrived ? until : Math.min(until, near));
  }

  // Made when they are asked for: a short trace is never counted, and most readers stay with one axis.
  const scales = new Map<Axis, TimeScale>();
  let census: Census | undefined;
  let quickest: Quickest | undefined;
  return {
    story,
    choice,
    roster,
    pingRuns,
    rows,
    flightIndex,
    ...periodsOf(story, roster, rows),
    scale: (axis) => {
      let scale = scales.get(axis);
      if (scale === undefined) {
        scale = scaleOf(rows, axis);
        scales.set(axis, scale);
      }
      return scale;
    },
    census: () => {
      census ??= new Census(story, roster, rows, choice.matches);
      return census;
    },
    quickest: () => {
      quickest ??= new Quickest(story);
      return quickest;
    },
  };
}

/** The same stage under a filter that only pales what it does not find: no row and no lane is another one. */
export function paled(from: Stage, matches: Choice['matches']): Stage {
  let census: Census | undefined;
  return {
    ...from,
    choice: { ...from.choice, matches, others: 'dim' },
    census: () => {
      census ??= new Census(from.story, from.roster, from.rows, matches);
      return census;
    },
  };
}

export interface Scene extends Stage {
  /** Of the whole diagram; more than the view's when there are many lanes. */
  width: number;
  /** Of the banners, which stay within the view. */
  viewWidth: number;
  /** By the index of the lane. */
  laneX: Float64Array;
  /** Between two lanes. */
  pitch: number;
  /** Beside the outer lanes. */
  margin: number;
  zoom: number;
  measure: TextMeasure;
  readFacts: ReadFacts;
  banners: ReadonlyMap<number, BannersOfInstant>;
  axis: TimeAxis;
}

/** What is read of a packet: strictly, or at a glance. */
export type ReadFacts = (sent: PacketSent) => PacketFacts;

const NARROW_VIEW = 640;
/** Of the view, up to what a mark's words need. */
const MARGIN_SHARE = 0.1;
const MARGIN_WIDE_MAX = 150;
const MARGIN_NARROW = 44;
/** Less than this is a telephone, where every pixel between the lanes counts. */
const TELEPHONE_VIEW = 420;
const MARGIN_OF_HALF_A_SCREEN = 58;
/** Closer than this a label does not fit between two lanes and may cross them. */
export const PITCH_OF_LABELS = 130;
const PITCH_MIN_WIDE = 64;
/** Three lanes are seen at once on a telephone of 390 pixels. */
const PITCH_MIN_NARROW = 114;
const PITCH_MAX = 460;
const BANNER_WIDTH_MAX = 660;
const BANNER_TEXT_PADDING = 34;

/** Of a banner's frame in a view of so many pixels. */
export function bannerWidth(viewWidth: number): number {
  return Math.max(120, Math.min(BANNER_WIDTH_MAX, viewWidth - 24));
}

/** Beside the outer lanes of a view of so many pixels. */
function marginOf(viewWidth: number): number {
  if (viewWidth < NARROW_VIEW) return viewWidth < TELEPHONE_VIEW ? MARGIN_NARROW : MARGIN_OF_HALF_A_SCREEN;
  return Math.min(MARGIN_WIDE_MAX, Math.round(viewWidth * MARGIN_SHARE));
}

export function buildScene(
  from: Stage,
  viewWidth: number,
  zoom: number,
  measure: TextMeasure,
  readFacts: ReadFacts,
  margin = marginOf(viewWidth),
  axisKind: Axis = 'compressed',
): Scene {
  const lanes = from.roster.lanes.length;
  const narrow = viewWidth < NARROW_VIEW;
  const room = (viewWidth - 2 * margin) / Math.max(1, lanes - 1);
  const pitch = Math.min(PITCH_MAX, Math.max(narrow ? PITCH_MIN_NARROW : PITCH_MIN_WIDE, room));
  const span = pitch * Math.max(0, lanes - 1);
  const width = Math.max(viewWidth, span + 2 * margin);
  const laneX = new Float64Array(lanes);
  // Half pixels keep thin vertical lines sharp.
  for (let lane = 0; lane < lanes; lane++) laneX[lane] = Math.round((width - span) / 2 + lane * pitch) + 0.5;
  const banners = writeBanners(
    from.story,
    from.rows,
    bannerWidth(viewWidth) - BANNER_TEXT_PADDING,
    measure,
    from.flightIndex,
  );
  const axis = new TimeAxis(from.scale(axisKind), banners, zoom);
  // Few lanes do not fill a wide view: what is left of it is theirs.
  const beside = Math.max(margin, Math.floor((width - span) / 2));
  return { ...from, width, viewWidth, laneX, pitch, margin: beside, zoom, measure, readFacts, banners, axis };
}
