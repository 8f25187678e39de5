/** A trace in the languages of other programs. */
import type { TraceEvent } from '../../../src/trace/event.ts';
import { pcapngOf } from '../../../src/trace/pcapng.ts';
import { type MermaidDiagram, mermaidOf } from '../../export/mermaid.ts';
import { drawPicture, type Picture, type PictureChoice } from '../../export/picture.ts';
import type { StretchChoice } from '../../export/stretch.ts';
import type { TraceIndex } from '../../index/trace-index.ts';
import type { Traces } from '../traces.ts';

export class ExportAnswers {
  readonly #traces: Traces;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  picture(trace: number, choice: PictureChoice): Picture {
    return drawPicture(this.#traces.story(trace), choice);
  }

  mermaid(trace: number, choice: StretchChoice): MermaidDiagram {
    return mermaidOf(this.#traces.story(trace), choice);
  }

  /** All packets, as a capture that Wireshark opens. */
  capture(trace: number): Uint8Array {
    return pcapngOf(eventsOf(this.#traces.story(trace)));
  }
}

function* eventsOf(story: TraceIndex): Generator<TraceEvent> {
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) yield story.event(ordinal)!;
}
