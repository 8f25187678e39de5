/** The worker: it owns the traces and answers the questions of the page. */
import { type Areas, areasOf, type FirstAreas } from './areas.ts';
import { LateAnswers } from './late-answers.ts';
import { lend } from './lender.ts';
import type { FromWorker, Question, ToWorker } from './messages.ts';
import { Traces } from './traces.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
};

const traces = new Traces((notice) => scope.postMessage({ notice }));
const late = new LateAnswers(traces);
const areas = areasOf(traces, late);

scope.onmessage = ({ data }) => {
  if ('lend' in data) lend(traces, data.lend, data.port);
  else if ('answers' in data) late.place = data.answers;
  else answer(data);
};

function answer({ question, area, name, args }: Question): void {
  const fail = (error: unknown): void =>
    scope.postMessage({ question, error: error instanceof Error ? error.message : String(error) });
  const asked = performance.now();
  const spent = (): void => traces.spend(performance.now() - asked);
  try {
    const answerers = (area in areas
      ? areas[area as keyof FirstAreas]
      : late.areas[area as Exclude<keyof Areas, keyof FirstAreas>]) as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const given = answerers[name]!.apply(answerers, args as unknown[]);
    // What takes long is answered later, and others meanwhile.
    if (given instanceof Promise)
      given.then((late) => scope.postMessage({ question, answer: late }), fail).finally(spent);
    else {
      scope.postMessage({ question, answer: given });
      spent();
    }
  } catch (error) {
    fail(error);
  }
}
