/**
 * The order of what happens at one instant.
 *
 * In virtual time many things share a microsecond. Every instant gets as many rows as one lane needs to tell its
 * arrows and marks apart; an effect never stands above its cause.
 */
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Lane, Roster } from './roster.ts';
import { endsOfConnection, type Story } from './story.ts';

/** What goes to or from a folded lane would need a row for each of its nodes; beyond this they lie on each other. */
const ROWS_FOLDED_MAX = 6;
const ROWS_MAX = 200;

/** True for what a sequence diagram shows; state, timers, disks and segments belong to other views. */
export function isDrawn(event: TraceEvent): boolean {
  switch (event.k) {
    case 'packet.sent':
    case 'packet.received':
    case 'packet.lost':
    case 'conn.dialled':
    case 'conn.established':
    case 'conn.ended':
    case 'app.call':
    case 'app.delivered':
    case 'node.crashed':
    case 'node.power-cut':
    case 'node.paused':
    case 'node.resumed':
    case 'fault.began':
    case 'fault.ended':
    case 'note':
    case 'verdict':
      return true;
    case 'node.started':
      return event.life > 1;
    case 'app.settled':
      return event.outcome === 'failed';
    case 'assert':
      return !event.holds;
    default:
      return false;
  }
}

export interface Rows {
  /** Distinct times of drawn events, ascending. */
  times: Float64Array;
  /** Rows of each instant, at least 1. */
  counts: Uint16Array;
  /** By position in the trace: the instant of a drawn event, -1 of another. */
  instantOf: Int32Array;
  /** By position in the trace: the row within its instant; of an event that is not drawn, the row of its cause. */
  rowOf: Uint16Array;
  /** The position of the first drawn event of each instant. */
  firstOf: Int32Array;
}

const OUT_LEFT = 0;
const OUT_RIGHT = 1;
const IN_LEFT = 2;
const IN_RIGHT = 3;
const MARK = 4;

/** Rows that a lane has taken at its latest instant. */
interface Taken {
  instant: number;
  row: number;
  /** By kind of place; -1 is free. */
  last: Int32Array;
}

export function arrangeRows(story: Story, roster: Roster): Rows {
  const { eventCount } = story;
  const instantOf = new Int32Array(eventCount).fill(-1);
  const rowOf = new Uint16Array(eventCount);
  const times = new Float64Array(eventCount);
  const counts = new Uint16Array(eventCount);
  const firstOf = new Int32Array(eventCount);
  const taken: Taken[] = roster.lanes.map(() => ({ instant: -1, row: 0, last: new Int32Array(5).fill(-1) }));
  let instant = -1;

  const take = (lane: Lane, other: Lane, place: number, alsoPlace: number, rowMin: number): number => {
    const state = taken[lane.index]!;
    if (state.instant !== instant) {
      state.instant = instant;
      state.row = 0;
      state.last.fill(-1);
    }
    let row = Math.max(state.row, rowMin);
    if (place >= 0 && state.last[place]! >= row) row = state.last[place]! + 1;
    const folded = lane.nodes.length > 1 || other.nodes.length > 1;
    row = Math.max(rowMin, Math.min(row, folded ? ROWS_FOLDED_MAX - 1 : ROWS_MAX - 1));
    state.row = Math.max(state.row, row);
    if (place >= 0) state.last[place] = row;
    if (alsoPlace >= 0) state.last[alsoPlace] = row;
    if (counts[instant]! < row + 1) counts[instant] = row + 1;
    return row;
  };

  for (let position = 0; position < eventCount; position++) {
    const event = story.event(position + 1)!;
    // No cause stands below its effect, also when what is not drawn lies between them.
    const rowMin = event.c > 0 && story.event(event.c)?.t === event.t ? rowOf[event.c - 1]! : 0;
    if (!isDrawn(event)) {
      rowOf[position] = rowMin;
      continue;
    }
    if (instant < 0 || event.t > times[instant]!) {
      instant++;
      times[instant] = event.t;
      counts[instant] = 1;
      firstOf[instant] = position;
    }
    instantOf[position] = instant;
    const lane = roster.laneOf.get(event.n);
    if (lane === undefined) continue;
    if (event.k === 'packet.sent') {
      const to = roster.laneOf.get(story.flightOf(event.i)!.to)!;
      rowOf[position] = take(lane, to, to.index < lane.index ? OUT_LEFT : OUT_RIGHT, -1, rowMin);
    } else if (event.k === 'packet.received') {
      const sent = event.of - 1;
      const flight = story.flightOf(event.of);
      if (flight === undefined) continue;
      const from = roster.laneOf.get(flight.from)!;
      const fromLeft = from.index < lane.index;
      // An answer to what took no time must not lie on top of it.
      const flat = instantOf[sent] === instant;
      const answer = flat ? (fromLeft ? OUT_LEFT : OUT_RIGHT) : -1;
      rowOf[position] = take(
        lane,
        from,
        fromLeft ? IN_LEFT : IN_RIGHT,
        answer,
        flat ? Math.max(rowMin, rowOf[sent]!) : rowMin,
      );
    } else if (event.k === 'packet.lost' || event.k === 'conn.dialled' || event.k === 'conn.established') {
      rowOf[position] = take(lane, lane, -1, -1, rowMin);
    } else {
      // A broker that sees a thousand connections end says so in a few rows.
      const other = event.k === 'conn.ended' ? endsOfConnection(event.conn).from : event.n;
      rowOf[position] = take(lane, roster.laneOf.get(other) ?? lane, MARK, -1, rowMin);
    }
  }
  return {
    times: times.slice(0, instant + 1),
    counts: counts.slice(0, instant + 1),
    firstOf: firstOf.slice(0, instant + 1),
    instantOf,
    rowOf,
  };
}
