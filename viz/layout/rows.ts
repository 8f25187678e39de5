/**
 * The order of what happens at one instant.
 *
 * In virtual time many things share a microsecond. Every instant gets as many rows as one lane needs to tell its
 * arrows and marks apart; an effect never stands above its cause.
 */
import { KIND_CODES } from '../index/event-columns.ts';
import { UNDRAWN } from '../index/group.ts';
import type { Story } from '../index/story.ts';
import type { Roster } from './roster.ts';

/** What goes to or from a folded lane would need a row for each of its nodes; beyond this they lie on each other. */
const ROWS_FOLDED_MAX = 6;
const ROWS_MAX = 200;

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

const PLACES = 5;

const SENT = KIND_CODES['packet.sent'];
const RECEIVED = KIND_CODES['packet.received'];
const LOST = KIND_CODES['packet.lost'];
const DIALLED = KIND_CODES['conn.dialled'];
const ESTABLISHED = KIND_CODES['conn.established'];
const ENDED = KIND_CODES['conn.ended'];

/** Rows that the lanes have taken, each at its latest instant. */
class Taken {
  readonly #counts: Uint16Array;
  readonly #folded: Uint8Array;
  readonly #instants: Int32Array;
  readonly #rows: Int32Array;
  /** By lane and kind of place: the last row that was taken for it; -1 is free. */
  readonly #last: Int32Array;

  constructor(roster: Roster, counts: Uint16Array) {
    const lanes = roster.lanes.length;
    this.#counts = counts;
    this.#folded = Uint8Array.from(roster.lanes, ({ nodes }) => (nodes.length > 1 ? 1 : 0));
    this.#instants = new Int32Array(lanes).fill(-1);
    this.#rows = new Int32Array(lanes);
    this.#last = new Int32Array(lanes * PLACES);
  }

  /** The next free row of a lane for one place, which `alsoPlace` then takes, too; -1 is no place. */
  take(
    lane: number,
    other: number,
    instant: number,
    place: number,
    alsoPlace: number,
    rowMin: number,
  ): number {
    const last = this.#last;
    const places = lane * PLACES;
    if (this.#instants[lane] !== instant) {
      this.#instants[lane] = instant;
      this.#rows[lane] = 0;
      last.fill(-1, places, places + PLACES);
    }
    let row = Math.max(this.#rows[lane]!, rowMin);
    if (place >= 0 && last[places + place]! >= row) row = last[places + place]! + 1;
    const most = this.#folded[lane] === 1 || this.#folded[other] === 1 ? ROWS_FOLDED_MAX : ROWS_MAX;
    row = Math.max(rowMin, Math.min(row, most - 1));
    if (row > this.#rows[lane]!) this.#rows[lane] = row;
    if (place >= 0) last[places + place] = row;
    if (alsoPlace >= 0) last[places + alsoPlace] = row;
    if (this.#counts[instant]! < row + 1) this.#counts[instant] = row + 1;
    return row;
  }
}

/** `veil` has a 1 for each position that is not drawn though it could be. */
export function arrangeRows(story: Story, roster: Roster, veil: Uint8Array | undefined): Rows {
  const { connections, eventCount } = story;
  const { cause, conn, flight, group, kind, names, node, time } = story.events;
  const { from: senders, sent, to: receivers } = story.flights;
  const instantOf = new Int32Array(eventCount).fill(-1);
  const rowOf = new Uint16Array(eventCount);
  const times = new Float64Array(eventCount);
  const counts = new Uint16Array(eventCount);
  const firstOf = new Int32Array(eventCount);
  const taken = new Taken(roster, counts);
  const laneOf = Int32Array.from(names, (name) => roster.laneOf.get(name)?.index ?? -1);
  let instant = -1;

  for (let position = 0; position < eventCount; position++) {
    const because = cause[position]!;
    // No cause stands below its effect, also when what is not drawn lies between them.
    const rowMin = because > 0 && time[because - 1] === time[position] ? rowOf[because - 1]! : 0;
    if (group[position] === UNDRAWN || (veil !== undefined && veil[position] === 1)) {
      rowOf[position] = rowMin;
      continue;
    }
    if (instant < 0 || time[position]! > times[instant]!) {
      instant++;
      times[instant] = time[position]!;
      counts[instant] = 1;
      firstOf[instant] = position;
    }
    instantOf[position] = instant;
    const lane = laneOf[node[position]!]!;
    if (lane < 0) continue;
    const what = kind[position]!;
    if (what === SENT) {
      const to = laneOf[receivers[flight[position]!]!]!;
      rowOf[position] = taken.take(lane, to, instant, to < lane ? OUT_LEFT : OUT_RIGHT, -1, rowMin);
    } else if (what === RECEIVED) {
      const packet = flight[position]!;
      if (packet < 0) continue;
      const departure = sent[packet]! - 1;
      const from = laneOf[senders[packet]!]!;
      const fromLeft = from < lane;
      // An answer to what took no time must not lie on top of it.
      const flat = instantOf[departure] === instant;
      rowOf[position] = taken.take(
        lane,
        from,
        instant,
        fromLeft ? IN_LEFT : IN_RIGHT,
        flat ? (fromLeft ? OUT_LEFT : OUT_RIGHT) : -1,
        flat ? Math.max(rowMin, rowOf[departure]!) : rowMin,
      );
    } else if (what === LOST || what === DIALLED || what === ESTABLISHED) {
      rowOf[position] = taken.take(lane, lane, instant, -1, -1, rowMin);
    } else {
      // A broker that sees a thousand connections end says so in a few rows.
      const other =
        what === ENDED ? (roster.laneOf.get(connections[conn[position]!]!.from)?.index ?? lane) : lane;
      rowOf[position] = taken.take(lane, other, instant, MARK, -1, rowMin);
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
