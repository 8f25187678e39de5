/** What an event changed, where the trace tells it: the machines' own words of their state follow the event that moved them. */
import type { StateCell, StateChanged, TraceEvent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';

export interface Change {
  /** Ordinal of the `state` event that tells it. */
  i: number;
  entity: string;
  key: string;
  old: StateCell;
  now: StateCell;
}

/** What an event caused stands near it; a broker that serves a crowd may tell more than anybody reads. */
const SCANNED_MAX = 64;

export function changesOf(event: TraceEvent, story: Story): Change[] {
  const changes: Change[] = [];
  for (let ordinal = event.i; ordinal <= event.i + SCANNED_MAX; ordinal++) {
    const next = story.event(ordinal);
    if (next === undefined || next.t > event.t) break;
    if (next.k !== 'state' || (next.c !== event.i && next.i !== event.i)) continue;
    for (const [key, old, now] of next.d) changes.push({ i: next.i, entity: next.entity, key, old, now });
  }
  return changes;
}

/** All that a machine tells at once. */
export function stateText({ i, entity, d }: StateChanged): string {
  return d.map(([key, old, now]) => changeText({ i, entity, key, old, now })).join(', ');
}

/** `hub/session/screen inflight/1: PUBREC → PUBCOMP` */
export function changeText({ entity, key, old, now }: Change): string {
  return `${entity} ${key}: ${cellText(old)} → ${cellText(now)}`;
}

function cellText(cell: StateCell): string {
  return cell === null ? 'none' : String(cell);
}
