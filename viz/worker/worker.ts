/** The worker: it owns the traces and answers the questions of the page. */
import type { Areas } from './areas.ts';
import { areasOf } from './areas.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { Traces } from './traces.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
};

const areas = areasOf(new Traces((notice) => scope.postMessage({ notice })));

scope.onmessage = ({ data: { question, area, name, args } }) => {
  const answerers = areas[area as keyof Areas] as unknown as Record<string, (...args: unknown[]) => unknown>;
  const fail = (error: unknown): void =>
    scope.postMessage({ question, error: error instanceof Error ? error.message : String(error) });
  try {
    const answer = answerers[name]!.apply(answerers, args as unknown[]);
    // What takes long is answered later, and others meanwhile.
    if (answer instanceof Promise) answer.then((late) => scope.postMessage({ question, answer: late }), fail);
    else scope.postMessage({ question, answer });
  } catch (error) {
    fail(error);
  }
};
