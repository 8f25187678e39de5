/** What the page may ask beyond its first picture. */
import { readFacts } from '../layout/packet-facts.ts';
import { nameOf } from '../layout/sentence.ts';
import { turn } from '../source/turn.ts';
import { CompareAnswers } from './answers/compare-answers.ts';
import { EventAnswers } from './answers/event-answers.ts';
import { ExportAnswers } from './answers/export-answers.ts';
import { FilterAnswers } from './answers/filter-answers.ts';
import { ForkAnswers } from './answers/fork-answers.ts';
import { JumpAnswers } from './answers/jump-answers.ts';
import { MinimapAnswers } from './answers/minimap-answers.ts';
import { StateAnswers } from './answers/state-answers.ts';
import { TableAnswers } from './answers/table-answers.ts';
import { TopologyAnswers } from './answers/topology-answers.ts';
import { Filters } from './filters.ts';
import type { Stages } from './stages.ts';
import type { Traces } from './traces.ts';

export function lateAreasOf(traces: Traces, stages: Stages) {
  const filters = new Filters(traces);
  return {
    /** Over what is asked in any area. */
    filters,
    /** For the picture: what packets are, judged by the codec, and what each shape is called. */
    words: { nameOf, readFacts },
    areas: {
      compare: new CompareAnswers(traces, turn),
      event: new EventAnswers(traces),
      export: new ExportAnswers(traces),
      filter: new FilterAnswers(traces, filters),
      fork: new ForkAnswers(traces),
      jump: new JumpAnswers(traces),
      minimap: new MinimapAnswers(stages),
      state: new StateAnswers(traces),
      table: new TableAnswers(traces, filters),
      topology: new TopologyAnswers(traces),
    },
  };
}

export type LateAreas = ReturnType<typeof lateAreasOf>;
