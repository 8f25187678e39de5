/**
 * Sentences that stand across all lanes: the script's notes before what happens next, the judge's verdicts and failed
 * assertions after what they speak of.
 */
import type { Asserted, Noted, Verdict } from '../../src/trace/event.ts';
import type { IntervalForest } from '../index/interval-forest.ts';
import type { Story } from '../index/story.ts';
import type { Rows } from './rows.ts';
import { type TextMeasure, wrapText } from './text-measure.ts';

export type BannerTone = 'note' | 'broken' | 'excused';

export interface Banner {
  event: Noted | Verdict | Asserted;
  tone: BannerTone;
  lines: readonly string[];
  /** Pixels, margins included. */
  height: number;
}

/** What stands before and after the rows of an instant. */
export interface BannersOfInstant {
  before: Banner[];
  after: Banner[];
}

const BANNER_LINE_HEIGHT = 18;
/** Above and below the text, inside and outside of its frame. */
const BANNER_PADDING = 7;
export const BANNER_MARGIN = 9;
const LINES_MAX = 6;

export function writeBanners(
  story: Story,
  rows: Rows,
  width: number,
  measure: TextMeasure,
  flightIndex: IntervalForest,
): Map<number, BannersOfInstant> {
  const all = new Map<number, BannersOfInstant>();
  for (const event of story.remarks) {
    if ((rows.instantOf[event.i - 1] ?? -1) < 0) continue;
    const instant = belowOf(event, story, rows, flightIndex);
    let tone: BannerTone = 'note';
    let text = event.text;
    if (event.k === 'verdict') {
      tone = event.outcome;
      text = `${event.rule} is ${event.outcome}: ${event.text}`;
    } else if (event.k === 'assert') {
      tone = 'broken';
      text = `${event.assertion} fails: ${event.text}`;
    }
    const lines = wrapText(text, 'note', width, measure, LINES_MAX);
    const height = lines.length * BANNER_LINE_HEIGHT + 2 * (BANNER_PADDING + BANNER_MARGIN);
    let here = all.get(instant);
    if (here === undefined) {
      here = { before: [], after: [] };
      all.set(instant, here);
    }
    (tone === 'note' ? here.before : here.after).push({ event, tone, lines, height });
  }
  return all;
}

/** Further below nobody would find it. */
const INSTANTS_BELOW_MAX = 8;
/** So near below a place is taken at which nothing at all is under way. */
const INSTANTS_TO_SILENCE_MAX = 3;

/**
 * The instant at which a sentence stands. What is said after something has happened waits until the packets that it is about have
 * arrived, and any others if that is soon: it does not lie on them.
 */
function belowOf(event: Banner['event'], story: Story, rows: Rows, flightIndex: IntervalForest): number {
  const own = rows.instantOf[event.i - 1]!;
  if (event.k === 'note') return own;
  let instant = own;
  for (const ordinal of event.k === 'verdict' ? event.about : []) {
    const end = story.flightOf(ordinal)?.end;
    const arrived = end === undefined ? -1 : (rows.instantOf[end.i - 1] ?? -1);
    if (arrived <= own + INSTANTS_BELOW_MAX) instant = Math.max(instant, arrived);
  }
  const last = Math.min(rows.times.length - 1, instant + INSTANTS_TO_SILENCE_MAX);
  for (let each = instant; each <= last; each++) {
    if (flightIndex.query(each + 0.5, each + 0.5, 0).count === 0) return each;
  }
  return instant;
}
