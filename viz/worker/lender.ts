/** Hands the events of a trace to another worker that asks for them through a port. */
import type { TraceEvent } from '../../src/trace/event.ts';
import type { Slice, SliceRequest } from '../judge/messages.ts';
import type { Traces } from './traces.ts';

export function lend(traces: Traces, trace: number, port: MessagePort): void {
  port.onmessage = ({ data }: MessageEvent<SliceRequest>) => {
    port.postMessage(traces.holds(trace) ? sliceOf(traces, trace, data) : undefined);
  };
}

function sliceOf(traces: Traces, trace: number, { after, most }: SliceRequest): Slice {
  const story = traces.story(trace);
  const events: TraceEvent[] = [];
  const { known, vantage } = story.header;
  const last = Math.min(story.eventCount, after + most);
  for (let ordinal = after + 1; ordinal <= last; ordinal++) events.push(story.event(ordinal)!);
  return {
    header: known === undefined ? { vantage } : { vantage, known },
    events,
    count: story.eventCount,
    reading: traces.isReading(trace),
  };
}
