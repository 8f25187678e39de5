/** The judge's worker: a thread of its own, so that nobody waits for a verdict, and code that is loaded when somebody asks for one. */
import { Docket } from './docket.ts';
import type { FromJudge, ToJudge } from './messages.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToJudge>) => void) | null;
  postMessage(message: FromJudge): void;
};

const dockets = new Map<number, Docket>();

scope.onmessage = ({ data }) => {
  if ('forget' in data) {
    dockets.get(data.forget)?.close();
    dockets.delete(data.forget);
  } else if ('port' in data) dockets.set(data.trace, new Docket(data.port));
  else void answer(data.question, data.trace, data.name, data.args);
};

async function answer(
  question: number,
  trace: number,
  name: keyof Docket,
  args: readonly unknown[],
): Promise<void> {
  try {
    const docket = dockets.get(trace);
    if (docket === undefined) throw new RangeError(`trace ${trace} is not before the judge`);
    const method = docket[name] as (...args: unknown[]) => unknown;
    scope.postMessage({ question, answer: await method.apply(docket, [...args]) });
  } catch (error) {
    scope.postMessage({ question, error: error instanceof Error ? error.message : String(error) });
  }
}
