/** The script of exports: a trace in the languages of other programs. The worker that owns the trace imports it. */
import type { TraceEvent } from '../../src/trace/event.ts';
import { pcapngOf } from '../../src/trace/pcapng.ts';
import { mermaidOf } from '../export/mermaid.ts';
import { drawPicture } from '../export/picture.ts';
import type { Story } from '../index/story.ts';
import type { Exporters } from './exporters.ts';

const exporters: Exporters = {
  picture: drawPicture,
  mermaid: mermaidOf,
  capture: (story) => pcapngOf(eventsOf(story)),
};

function* eventsOf(story: Story): Generator<TraceEvent> {
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) yield story.event(ordinal)!;
}

(self as unknown as { amberExporters: Exporters }).amberExporters = exporters;
