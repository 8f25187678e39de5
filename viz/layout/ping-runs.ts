/**
 * Keep-alives that follow one another on a connection, with nothing between them, say the same thing over and over: the first
 * exchange stands for all of them, with their number. A PINGREQ that was lost or that nobody answered stands for itself.
 */
import { KIND_CODES } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';

/** Fewer exchanges are drawn one by one. */
const RUN_MIN = 3;
const PINGREQ = 12;
const PINGRESP = 13;
const RECEIVED = KIND_CODES['packet.received'];

export interface PingRun {
  /** Packets of this kind, the first one included. */
  count: number;
  /** The ordinal at which the last of them arrived. */
  last: number;
}

export interface PingRuns {
  /** By the flight that stands for those like it. */
  runs: ReadonlyMap<number, PingRun>;
  /** By position in the trace: the ordinal of the departure that stands for this event; 0 where it stands for itself. */
  shownBy: Int32Array;
}

/** What is known of a connection: its exchanges since something else happened on it, as flights in pairs. */
interface Exchanges {
  pairs: number[];
  request: number;
}

export function findPingRuns(story: Story): PingRuns {
  const { conn, kind } = story.events;
  const { end, firstByte, sent } = story.flights;
  const runs = new Map<number, PingRun>();
  const shownBy = new Int32Array(story.eventCount);
  const states = new Map<number, Exchanges>();

  const close = (state: Exchanges): void => {
    const { pairs } = state;
    if (pairs.length >= 2 * RUN_MIN) {
      for (let each = 0; each < pairs.length; each++) {
        const stands = pairs[each & 1]!;
        const flight = pairs[each]!;
        if (each < 2) {
          const last = end[pairs[pairs.length - 2 + each]!]!;
          runs.set(flight, { count: pairs.length / 2, last });
        } else {
          shownBy[sent[flight]! - 1] = sent[stands]!;
          shownBy[end[flight]! - 1] = sent[stands]!;
        }
      }
    }
    state.pairs = [];
    state.request = -1;
  };

  for (let flight = 0; flight < story.flightCount; flight++) {
    const departure = sent[flight]!;
    const type = firstByte[flight]! >> 4;
    const pinged = type === PINGREQ || type === PINGRESP;
    let state = states.get(conn[departure - 1]!);
    if (state === undefined) {
      if (!pinged) continue;
      state = { pairs: [], request: -1 };
      states.set(conn[departure - 1]!, state);
    }
    const arrival = end[flight]!;
    const plain =
      arrival > 0 &&
      arrival <= story.eventCount &&
      kind[arrival - 1] === RECEIVED &&
      !story.accused.has(departure) &&
      !story.accused.has(arrival);
    if (plain && type === PINGREQ && state.request < 0) state.request = flight;
    else if (plain && type === PINGRESP && state.request >= 0) {
      state.pairs.push(state.request, flight);
      state.request = -1;
    } else {
      close(state);
      if (plain && type === PINGREQ) state.request = flight;
    }
  }
  for (const state of states.values()) close(state);
  return { runs, shownBy };
}
