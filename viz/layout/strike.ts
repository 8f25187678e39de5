/** Faults that strike in a moment: in which words, and what they take away. */
import type { FaultBegan, TraceEvent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';
import { faultText } from './fault-text.ts';

const ENDED = KIND_CODES['conn.ended'];
const BEGAN = KIND_CODES['fault.began'];
/** A packet is lost with its connection, one end of which was told by the other. */
const HOPS_MAX = 3;

/** Where lanes are close. */
export const STRIKE_BRIEFLY = 'cut';

/** Beside what it strikes, so that the target need not be said. */
export function strikeText({ family, target, detail }: FaultBegan): string {
  const { packet, verdict } = detail;
  if (family === 'reset') return 'cut: connection reset';
  if (family !== 'rule' || (verdict !== 'reset-before' && verdict !== 'reset-after'))
    return faultText(family, target, detail);
  const side = verdict === 'reset-before' ? 'before' : 'after';
  return `cut: connection reset ${side} the ${String(packet ?? 'packet').toUpperCase()}`;
}

/** The ordinal of the fault that ended a connection, or took a packet away with it; 0 when it was none. */
export function strikeBehind({ events }: Story, { c, i, k }: TraceEvent): number {
  const { cause, kind } = events;
  let effect = i;
  let ended = k === 'conn.ended';
  let because = c;
  for (let hops = 0; hops < HOPS_MAX && because > 0; hops++) {
    if (kind[because - 1] === BEGAN) return because;
    // A rule and the end that it makes have one cause, the packet that the rule waited for.
    const before = effect - 1;
    if (ended && before > 0 && kind[before - 1] === BEGAN && cause[before - 1] === because) return before;
    ended = kind[because - 1] === ENDED;
    if (!ended) return 0;
    effect = because;
    because = cause[because - 1]!;
  }
  return 0;
}
