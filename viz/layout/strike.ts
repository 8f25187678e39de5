/** Faults that strike in a moment: in which words, and what they take away. */
import type { FaultBegan, TraceEvent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import type { Story } from '../index/story.ts';
import { faultText } from './sentence.ts';

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
export function strikeBehind({ events }: Story, { c }: TraceEvent): number {
  let cause = c;
  for (let hops = 0; hops < HOPS_MAX && cause > 0; hops++) {
    if (events.kind[cause - 1] === BEGAN) return cause;
    if (events.kind[cause - 1] !== ENDED) return 0;
    cause = events.cause[cause - 1]!;
  }
  return 0;
}
