/** What a header says of a story, without an event of it. */
import type { TraceFooter, TraceHeader } from '../../src/trace/event.ts';
import { isDrawn } from '../layout/rows.ts';
import type { Story } from '../layout/story.ts';

export interface Overview {
  header: TraceHeader;
  /** Undefined while the trace is being read, and of one that was cut off. */
  footer: TraceFooter | undefined;
  events: number;
  packets: number;
  lost: number;
  underWay: number;
  delivered: number;
  faults: number;
  broken: number;
  /** Virtual time of the last event in microseconds. */
  end: number;
  /** False for a trace in which nothing can be drawn. */
  drawn: boolean;
}

export function overviewOf(story: Story): Overview {
  const overview: Overview = {
    header: story.header,
    footer: story.footer,
    events: story.eventCount,
    packets: story.flightCount,
    lost: 0,
    underWay: 0,
    delivered: 0,
    faults: story.faults.length,
    broken: story.remarks.filter(
      (remark) => remark.k === 'assert' || (remark.k === 'verdict' && remark.outcome === 'broken'),
    ).length,
    end: story.event(story.eventCount)?.t ?? 0,
    drawn: false,
  };
  for (let each = 0; each < story.flightCount; each++) {
    const { end } = story.flight(each);
    if (end === undefined) overview.underWay++;
    else if (end.k === 'packet.lost') overview.lost++;
  }
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) {
    const event = story.event(ordinal)!;
    if (event.k === 'app.delivered') overview.delivered++;
    if (!overview.drawn && isDrawn(event)) overview.drawn = true;
  }
  return overview;
}
