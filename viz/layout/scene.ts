/**
 * A story made ready to be laid out: who stands where, what happens in which row, and what touches which stretch of
 * time. `stage` is done once a trace and roster, `buildScene` again for every width and zoom.
 */
import { type BannersOfInstant, writeBanners } from './banners.ts';
import { IntervalIndex } from './interval-index.ts';
import { callRoster, type Roster } from './roster.ts';
import { arrangeRows, type Rows } from './rows.ts';
import type { Absence, Connection, FaultPeriod, Story } from './story.ts';
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
  flightIndex: IntervalIndex;
  periods: readonly Period[];
  /** Of `periods`, by instants. */
  periodIndex: IntervalIndex;
}

export function stage(story: Story, unfolded: ReadonlySet<string>): Stage {
  const roster = callRoster(story, unfolded);
  const rows = arrangeRows(story, roster);
  const lastInstant = rows.times.length;

  const { flightCount } = story;
  const departures = new Float64Array(flightCount);
  const arrivals = new Float64Array(flightCount);
  for (let each = 0; each < flightCount; each++) {
    const { sent, end } = story.flight(each);
    departures[each] = rows.instantOf[sent.i - 1]!;
    // What is still under way is drawn near its departure; it does not hang over the rest of the trace.
    arrivals[each] = end?.k === 'packet.received' ? rows.instantOf[end.i - 1]! : departures[each]! + 2;
  }

  const periods: Period[] = [];
  for (const connection of story.connections) {
    const begin = connection.dialled ?? connection.established;
    const end = connection.ended;
    if (begin !== undefined) {
      periods.push({ kind: 'connection', connection, begin: begin.i - 1, end: (end?.i ?? 0) - 1 });
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
  const begins = new Float64Array(periods.length);
  const ends = new Float64Array(periods.length);
  for (let each = 0; each < periods.length; each++) {
    const { begin, end } = periods[each]!;
    begins[each] = rows.instantOf[begin]!;
    // A node that starts for the first time is not drawn, so that its end may have no instant.
    const ended = end < 0 ? -1 : rows.instantOf[end]!;
    ends[each] = ended < 0 ? lastInstant : ended;
  }
  return {
    story,
    roster,
    rows,
    flightIndex: new IntervalIndex(departures, arrivals),
    periods,
    periodIndex: new IntervalIndex(begins, ends),
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

export function buildScene(from: Stage, viewWidth: number, zoom: number, measure: TextMeasure): Scene {
  const lanes = from.roster.lanes.length;
  const narrow = viewWidth < NARROW_VIEW;
  const margin = narrow ? MARGIN_NARROW : Math.min(MARGIN_WIDE_MAX, Math.round(viewWidth * MARGIN_SHARE));
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
