/** What a header says of a story, without an event of it. */
import type { TraceFooter, TraceHeader } from '../../src/trace/event.ts';
import { UNDRAWN } from '../index/group.ts';
import type { Story } from '../index/story.ts';
import { callRoster, type Lane } from '../layout/roster.ts';

export interface Overview {
  header: TraceHeader;
  /** Undefined while the trace is being read, and of one that was cut off. */
  footer: TraceFooter | undefined;
  events: number;
  packets: number;
  lost: number;
  underWay: number;
  delivered: number;
  /** All that a diagram may have, from left to right. */
  lanes: readonly Pick<Lane, 'title' | 'nodes'>[];
  faults: number;
  broken: number;
  /** Virtual time of the last event in microseconds. */
  end: number;
  /** False for a trace in which nothing can be drawn. */
  drawn: boolean;
}

export function overviewOf(story: Story): Overview {
  const { eventCount, tally } = story;
  const { group, time } = story.events;
  return {
    header: story.header,
    footer: story.footer,
    events: eventCount,
    packets: tally.packets,
    lost: tally.lost,
    underWay: tally.packets - tally.received - tally.lost,
    delivered: tally.delivered,
    lanes: callRoster(story, new Set()).lanes.map(({ title, nodes }) => ({ title, nodes })),
    faults: story.faults.length,
    broken: tally.violations,
    end: eventCount === 0 ? 0 : time[eventCount - 1]!,
    drawn: group.subarray(0, eventCount).some((each) => each !== UNDRAWN),
  };
}
