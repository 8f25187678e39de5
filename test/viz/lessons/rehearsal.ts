/** The story of a lesson, run in Node, and its trace where the questions of the lesson can be asked. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ParameterValue, RunResult, Scenario } from 'mqtt-amber';
import { run } from '../../../src/runner/run.ts';
import { TraceWriter } from '../../../src/trace/jsonl.ts';
import { substitutionNamed } from '../../../src/zoo/index.ts';
import { Evidence } from '../../../viz/lessons/evidence.ts';
import type { Lesson } from '../../../viz/lessons/lesson.ts';
import { EventAnswers } from '../../../viz/worker/answers/event-answers.ts';
import { FilterAnswers } from '../../../viz/worker/answers/filter-answers.ts';
import { Filters } from '../../../viz/worker/filters.ts';
import { Traces } from '../../../viz/worker/traces.ts';
import { repository } from '../../programs.ts';

export interface Rehearsal {
  result: RunResult;
  evidence: Evidence;
}

export type Values = Readonly<Record<string, ParameterValue>>;

export class Rehearsals {
  #complete = new Map<number, () => void>();
  readonly #traces = new Traces((notice) => {
    if (notice.is === 'complete') this.#complete.get(notice.trace)?.();
    if (notice.is === 'failed') throw new Error(notice.problem.cause);
  });
  readonly #events = new EventAnswers(this.#traces);
  readonly #filters = new FilterAnswers(this.#traces, new Filters(this.#traces));

  /** @throws {Error} when there is no such story, or it cannot be run so */
  async rehearse(
    lesson: Lesson,
    parameters: Values = {},
    mutant = lesson.mutant,
    story = lesson.story,
  ): Promise<Rehearsal> {
    const path = join(repository, 'sims', `${story}.ts`);
    if (!existsSync(path)) throw new Error(`there is no story sims/${story}.ts`);
    const { default: scenario } = (await import(path)) as { default: Scenario };
    let text = '';
    let writer: TraceWriter | undefined;
    const result = await run(
      scenario,
      {
        seed: lesson.seed,
        parameters,
        level: 'full',
        ...(mutant === undefined ? {} : { substitute: substitutionNamed(mutant) }),
        onStart: (header) => {
          writer = new TraceWriter(header, (chunk) => {
            text += chunk;
          });
        },
        onEvent: (event) => writer!.event(event),
      },
      { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
    );
    writer!.finish(result);
    return { result, evidence: this.#evidence(await this.#open(lesson.name, text)) };
  }

  async #open(name: string, text: string): Promise<number> {
    const trace = this.#traces.open({ name, from: new TextEncoder().encode(text) });
    await new Promise<void>((resolve) => this.#complete.set(trace, resolve));
    return trace;
  }

  #evidence(trace: number): Evidence {
    return new Evidence({
      apply: (filter) => this.#filters.apply(trace, filter),
      next: async (filter, from, direction) => this.#filters.next(trace, filter, from, direction),
      look: async (ordinal) => this.#events.look(trace, ordinal),
    });
  }
}
