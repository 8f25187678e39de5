/** The state around an event: what machines told of themselves, or what the wire tells where they did not. */
import type { TraceLevel, Vantage } from '../../../src/trace/event.ts';
import { type MachineState, machineStateAt, type StatefulStory } from '../../layout/machine-state.ts';
import { type WireState, wireStateAt } from '../../layout/wire-state.ts';

export type StateLook =
  /** `wire`: what it tells of hosted nodes, where there are any. */
  | { is: 'told'; state: MachineState; wire: WireState | undefined }
  /** No machine told anything; `level` and `vantage` say why. */
  | { is: 'untold'; level: TraceLevel; vantage: Vantage; wire: WireState };

export class StateAnswers {
  readonly #traces: { story(trace: number): StatefulStory };

  constructor(traces: { story(trace: number): StatefulStory }) {
    this.#traces = traces;
  }

  /** Undefined for an ordinal that the trace does not hold. The rest is as {@link machineStateAt} takes it. */
  look(trace: number, ordinal: number, unfolded: readonly string[], find: string): StateLook | undefined {
    const story = this.#traces.story(trace);
    if (ordinal < 1 || ordinal > story.eventCount) return undefined;
    if (story.states.entities.length > 0) {
      const hosted = new Set(story.nodes.filter(({ role }) => role === 'host').map(({ name }) => name));
      const wire = hosted.size === 0 ? undefined : wireStateAt(story, ordinal, hosted);
      return { is: 'told', state: machineStateAt(story, ordinal, unfolded, find)!, wire };
    }
    const { level, vantage } = story.header;
    return { is: 'untold', level, vantage, wire: wireStateAt(story, ordinal) };
  }
}
