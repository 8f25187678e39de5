/** What lasts: connections, times without life, faults. */
import { IntervalForest } from '../index/interval-forest.ts';
import type { Absence, Connection, FaultPeriod, Story } from '../index/story.ts';
import type { Roster } from './roster.ts';
import type { Rows } from './rows.ts';

/** Positions in the trace at which something begins and ends (-1: it does not). */
export type Period = { begin: number; end: number } & (
  | { kind: 'connection'; connection: Connection }
  | { kind: 'absence'; absence: Absence }
  | { kind: 'fault'; fault: FaultPeriod }
);

export interface Periods {
  periods: readonly Period[];
  /** Of `periods`, by instants. */
  periodIndex: IntervalForest;
}

export function periodsOf(story: Story, roster: Roster, rows: Rows): Periods {
  const { laneOf } = roster;
  const all: Period[] = [];
  for (const connection of story.connections) {
    const begin = connection.dialled || connection.established;
    if (begin > 0 && laneOf.has(connection.from)) {
      all.push({ kind: 'connection', connection, begin: begin - 1, end: connection.ended - 1 });
    }
  }
  for (const absence of story.absences) {
    if (!laneOf.has(absence.node)) continue;
    all.push({ kind: 'absence', absence, begin: absence.began.i - 1, end: (absence.ended?.i ?? 0) - 1 });
  }
  for (const fault of story.faults) {
    // A fault that strikes in an instant is a mark, not a period.
    if (fault.ended !== undefined && strikesDrawn(fault.began.target, story, roster)) {
      all.push({ kind: 'fault', fault, begin: fault.began.i - 1, end: fault.ended.i - 1 });
    }
  }
  const periods = all.filter(({ begin }) => (rows.instantOf[begin] ?? -1) >= 0);
  periods.sort((one, other) => one.begin - other.begin);
  const periodIndex = new IntervalForest();
  for (const { begin, end } of periods) {
    // A node that starts for the first time is not drawn, so that its end may have no instant.
    const ended = end < 0 ? -1 : (rows.instantOf[end] ?? -1);
    periodIndex.append(rows.instantOf[begin]!, ended < 0 ? rows.times.length : ended);
  }
  return { periods, periodIndex };
}

/** False for a node or link of which no end has a lane. */
export function strikesDrawn(target: string, story: Story, { laneOf }: Roster): boolean {
  const link = story.links.get(target);
  if (link !== undefined) return laneOf.has(link.a) || laneOf.has(link.b);
  return laneOf.has(target) || !story.nodes.some(({ name }) => name === target);
}
