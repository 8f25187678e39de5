/** All that the page may ask, by areas. Answers are plain data: they are copied from the worker to the page. */
import type { TraceSource } from '../source/trace-source.ts';
import { turn } from '../source/turn.ts';
import { CompareAnswers } from './answers/compare-answers.ts';
import { EventAnswers } from './answers/event-answers.ts';
import { ExportAnswers } from './answers/export-answers.ts';
import { FilterAnswers } from './answers/filter-answers.ts';
import { ForkAnswers } from './answers/fork-answers.ts';
import { JumpAnswers } from './answers/jump-answers.ts';
import { MinimapAnswers } from './answers/minimap-answers.ts';
import { SequenceAnswers } from './answers/sequence-answers.ts';
import { StateAnswers } from './answers/state-answers.ts';
import { TableAnswers } from './answers/table-answers.ts';
import { TopologyAnswers } from './answers/topology-answers.ts';
import { Filters } from './filters.ts';
import { measureWith } from './font-measure.ts';
import { Stages } from './stages.ts';
import type { Traces } from './traces.ts';

export function areasOf(traces: Traces) {
  const filters = new Filters(traces);
  const stages = new Stages(traces, filters);
  return {
    traces: {
      open: (source: TraceSource) => traces.open(source),
      cancel: (trace: number) => traces.cancel(trace),
      close: (trace: number) => {
        stages.forget(trace);
        traces.close(trace);
      },
    },
    compare: new CompareAnswers(traces, turn),
    event: new EventAnswers(traces),
    export: new ExportAnswers(traces),
    filter: new FilterAnswers(traces, filters),
    fork: new ForkAnswers(traces),
    jump: new JumpAnswers(traces),
    minimap: new MinimapAnswers(stages),
    state: new StateAnswers(traces),
    sequence: new SequenceAnswers(stages, measureWith),
    table: new TableAnswers(traces, filters),
    topology: new TopologyAnswers(traces),
  };
}

export type Areas = ReturnType<typeof areasOf>;

// biome-ignore lint/suspicious/noExplicitAny: any method, whatever it takes.
type Method = (...args: any[]) => unknown;

/** The questions of an area, each with what it takes and what it gives. */
export type Questions<Area extends keyof Areas> = {
  [Name in keyof Areas[Area] as Areas[Area][Name] extends Method
    ? Name
    : never]: Areas[Area][Name] extends Method ? Areas[Area][Name] : never;
};
