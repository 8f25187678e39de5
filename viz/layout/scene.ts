/**
 * A story made ready to be laid out: who stands where, what happens in which row, and what touches which stretch of
 * time. `stage` is done once a trace and roster, `buildScene` again for every width and zoom. A story may grow after it was
 * staged: what came later has no row, and is left out.
 */
import { KIND_CODES } from '../index/event-columns.ts';
import { IntervalForest } from '../index/interval-forest.ts';
import type { Absence, Connection, FaultPeriod, Story } from '../index/story.ts';
import { type BannersOfInstant, writeBanners } from './banners.ts';
import { callRoster, type Roster } from './roster.ts';
import { arrangeRows, type Rows } from './rows.ts';
import type { TextMeasure } from './text-measure.ts';
import { TimeAxis } from './time-axis.ts';

/** Something that lasts, with the positions in the trace at which it begins and ends (-1: it does not). */
export type Period = { begin: number; end: number } & (
  | { kind: 'connection'; connection: Connection }
  | { kind: 'absence'; absence: Absence }
  | { kind: 'fault'; fault: FaultPeriod }
);

export interface Stage {
  story: Story;
  roster: Roster;
  rows: Rows;
  /** Of the flights of the story, by instants. */
  flightIndex: IntervalForest;
  periods: readonly Period[];
  /** Of `periods`, by instants. */
  periodIndex: IntervalForest;
}

const RECEIVED = KIND_CODES['packet.received'];

export function stage(story: Story, unfolded: ReadonlySet<string>): Stage {
  const roster = callRoster(story, unfolded);
  const rows = arrangeRows(story, roster);
  const lastInstant = rows.times.length;

  const flightIndex = new IntervalForest();
  const { end, sent } = story.flights;
  const { kind } = story.events;
  for (let each = 0; each < story.flightCount; each++) {
    const departure = rows.instantOf[sent[each]! - 1]!;
    const ended = end[each]!;
    const arrived = ended > 0 && kind[ended - 1] === RECEIVED;
    // What is still under way is drawn near its departure; it does not hang over the rest of the trace.
    flightIndex.append(departure, arrived ? rows.instantOf[ended - 1]! : departure + 2);
  }

  const periods: Period[] = [];
  for (const connection of story.connections) {
    const begin = connection.dialled || connection.established;
    if (begin > 0) {
      periods.push({ kind: 'connection', connection, begin: begin - 1, end: connection.ended - 1 });
    }
  }
  for (const absence of story.absences) {
    periods.push({ kind: 'absence', absence, begin: absence.began.i - 1, end: (absence.ended?.i ?? 0) - 1 });
  }
  for (const fault of story.faults) {
    // A fault that strikes in an instant is a mark, not a period.
    if (fault.ended !== undefined) {
      periods.push({ kind: 'fault', fault, begin: fault.began.i - 1, end: fault.ended.i - 1 });
    }
  }
  periods.sort((one, other) => one.begin - other.begin);
  const periodIndex = new IntervalForest();
  for (const { begin, end } of periods) {
    // A node that starts for the first time is not drawn, so that its end may have no instant.
    const ended = end < 0 ? -1 : rows.instantOf[end]!;
    periodIndex.append(rows.instantOf[begin]!, ended < 0 ? lastInstant : ended);
  }
  return { story, roster, rows, flightIndex, periods, periodIndex };
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
  banners: ReadonlyMap<number, BannersOfInstant>;
  axis: TimeAxis;
}

const NARROW_VIEW = 640;
/** Of the view, up to what a mark's words need. */
const MARGIN_SHARE = 0.1;
const MARGIN_WIDE_MAX = 150;
const MARGIN_NARROW = 50;
/** Closer than this a label does not fit between two lanes and may cross them. */
export const PITCH_OF_LABELS = 130;
const PITCH_MIN_WIDE = 64;
const PITCH_MIN_NARROW = 122;
const PITCH_MAX = 460;
const BANNER_WIDTH_MAX = 660;
const BANNER_TEXT_PADDING = 34;

/** Of a banner's frame in a view of so many pixels. */
export function bannerWidth(viewWidth: number): number {
  return Math.max(120, Math.min(BANNER_WIDTH_MAX, viewWidth - 24));
}

/** Beside the outer lanes of a view of so many pixels. */
export function marginOf(viewWidth: number): number {
  if (viewWidth < NARROW_VIEW) return MARGIN_NARROW;
  return Math.min(MARGIN_WIDE_MAX, Math.round(viewWidth * MARGIN_SHARE));
}

export function buildScene(
  from: Stage,
  viewWidth: number,
  zoom: number,
  measure: TextMeasure,
  margin = marginOf(viewWidth),
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
  const banners = writeBanners(from.story, from.rows, bannerWidth(viewWidth) - BANNER_TEXT_PADDING, measure);
  const axis = new TimeAxis(from.rows, banners, zoom);
  // Few lanes do not fill a wide view: what is left of it is theirs.
  const beside = Math.max(margin, Math.floor((width - span) / 2));
  return { ...from, width, viewWidth, laneX, pitch, margin: beside, zoom, measure, banners, axis };
}
