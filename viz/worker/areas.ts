/** What the page may ask, by areas. Answers are plain data: they are copied from the worker to the page. */
import type { TraceSource } from '../source/trace-source.ts';
import { SequenceAnswers } from './answers/sequence-answers.ts';
import { measureWith } from './font-measure.ts';
import type { LateAnswers } from './late-answers.ts';
import type { LateAreas } from './late-areas.ts';
import type { Traces } from './traces.ts';

/** What a first picture asks, and what must be there before it. */
export function areasOf(traces: Traces, late: LateAnswers) {
  return {
    traces: {
      open: (source: TraceSource) => traces.open(source),
      cancel: (trace: number) => traces.cancel(trace),
      close: (trace: number) => {
        late.stages.forget(trace);
        traces.close(trace);
      },
    },
    /** Loads all other answers, so that nobody waits for them. */
    late: { load: () => void late.areas },
    sequence: new SequenceAnswers(late.stages, measureWith, () => late.words),
  };
}

export type FirstAreas = ReturnType<typeof areasOf>;
export type Areas = FirstAreas & LateAreas['areas'];

// biome-ignore lint/suspicious/noExplicitAny: any method, whatever it takes.
type Method = (...args: any[]) => unknown;

/** The questions of an area, each with what it takes and what it gives. */
export type Questions<Area extends keyof Areas> = {
  [Name in keyof Areas[Area] as Areas[Area][Name] extends Method
    ? Name
    : never]: Areas[Area][Name] extends Method ? Areas[Area][Name] : never;
};
